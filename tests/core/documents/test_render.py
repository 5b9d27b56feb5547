"""Every printed paper, in both languages, read back."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pypdfium2
import pytest
from pydantic import ValidationError

from archives.core.documents import FORMS, digest, missing_glyphs, render
from archives.core.language import LANGUAGES
from tests.core.documents import reading
from tests.core.documents.samples import COMMITMENT, GAP_COMMITMENT, RECTIFICATION, SAMPLES, SPINES, spine, transfer

CHINESE = "zh_Hans_CN"
# A fine is written in words, a spine's depth and a drawing's size are what they say, and what lies inside a volume
# names no day of printing.
NOT_PRINTED_AS_GIVEN = {
    "correction_order": {"10000", "100000"},
    "spine_labels": {"20", "30", "40", "50"},
    "volume_cover": {"2026-03-12"},
    "contents_list": {"江城市城建档案馆", "2026-03-12"},
    "note_sheet": {"江城市城建档案馆", "2026-03-12"},
    "pipeline_sheet": {"165", "80"},
    "pipeline_map": {"165", "80", "A3"},
}
# A transfer list says its volumes without the codes that only the archives gives.
NOT_IN_TRANSFER = re.compile(r"E1-0017-\d{3}|2026\d{4}|03-12-04-\d+")


def spoken(value: str) -> set[str]:
    """The ways in which a value may stand on paper: as given, or a date in Chinese words."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return {reading.squeezed(value)}
    day = date.fromisoformat(value)
    return {value, f"{day.year}年{day.month}月{day.day}日"}


def expected(form: str) -> set[str]:
    """What must be read on the sample of a form."""
    said = set(reading.values(SAMPLES[form])) - NOT_PRINTED_AS_GIVEN.get(form, set())
    if form == "transfer_form":
        said = {value for value in said if not NOT_IN_TRANSFER.fullmatch(value)}
    return said - {""}


def test_every_form_has_a_sample() -> None:
    assert SAMPLES.keys() == FORMS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_paper_says_its_title_and_everything_it_was_given(form: str, language: str) -> None:
    text = reading.text(render(form, SAMPLES[form], language=language))
    assert reading.squeezed(FORMS[form].title(language)) in text
    assert [value for value in expected(form) if not any(way in text for way in spoken(value))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_nothing_overlaps_and_nothing_leaves_the_page(form: str, language: str) -> None:
    paper = render(form, SAMPLES[form], language=language)
    for page, (width, height) in enumerate(reading.sizes(paper)):
        assert reading.overlapping(paper, page) == []
        edge = [
            glyph
            for glyph in reading.glyphs(paper, page)
            if not (glyph.left > 25 and glyph.right < width - 25 and glyph.bottom > 15 and glyph.top < height - 25)
        ]
        assert edge == []


@pytest.mark.parametrize("form", FORMS)
def test_the_english_paper_has_no_chinese_of_ours(form: str) -> None:
    given = "".join(reading.values(SAMPLES[form]))
    text = reading.text(render(form, SAMPLES[form], language="en"))
    assert {letter for letter in text if "\u4e00" <= letter <= "\u9fff"} <= set(given)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_data_give_the_same_bytes(form: str) -> None:
    assert render(form, SAMPLES[form]) == render(form, SAMPLES[form])


def test_the_font_is_embedded_and_the_file_says_what_it_is() -> None:
    paper = render("commitment", COMMITMENT)
    assert b"NotoSansSC-Regular" in paper
    assert b"/FontFile" in paper
    metadata = pypdfium2.PdfDocument(paper).get_metadata_dict()
    assert b"<pdfaid:part>2</pdfaid:part>" in paper
    assert metadata["Title"] == "建设工程档案报送责任书 2026-ZR-0017"
    assert metadata["Author"] == COMMITMENT["institution"]
    assert metadata["CreationDate"].startswith("D:20250306")


def test_a_list_of_300_volumes_runs_over_pages_with_its_heads_repeated() -> None:
    data = transfer(300)
    pages = [reading.squeezed(page) for page in reading.pages(render("transfer_form", data))]
    assert len(pages) > 15
    listed = [page for page in pages if "段施工技术文件" in page]
    assert all("案卷题名" in page and "编制单位" in page for page in listed)
    assert all(reading.squeezed(volume["title"]) in "".join(pages) for volume in data["volumes"])
    assert f"第{len(pages)}页共{len(pages)}页" in pages[-1]
    assert "合计：案卷300卷" in "".join(pages)


def test_each_volume_counts_the_pages_of_its_own_contents_list() -> None:
    pages = [reading.squeezed(page) for page in reading.pages(render("contents_list", SAMPLES["contents_list"]))]
    assert [re.findall(r"第(\d)页共(\d)页", page) for page in pages] == [[("1", "2")], [("2", "2")], [("1", "1")]]


@pytest.mark.parametrize(
    "hostile",
    [
        '#eval("1+1")',
        '#import "@preview/x:1.0.0"',
        '#read("/etc/passwd")',
        "] #panic() [",
        'she said "no" \\ and \\u{41}',
        "$x^2$ @ref <label> *bold* _low_ `raw` = head",
        "// comment /* block */ -- --- ...",
        "{{ 7*7 }} ${HOME} %(name)s </text>",
    ],
)
def test_markup_in_the_data_comes_out_as_text(hostile: str) -> None:
    data = {**COMMITMENT, "number": hostile, "project": {**COMMITMENT["project"], "name": hostile}, "terms": [hostile]}
    text = reading.text(render("commitment", data))
    assert text.count(reading.squeezed(hostile)) >= 4


LONG_TITLE = "滨江路综合管廊及道路改造工程二期第一标段主体结构隐蔽工程验收记录及附图" * 6
LONG_CODE = "AJ-" + "0123456789" * 6


def test_long_titles_and_codes_wrap_without_overlap() -> None:
    data = transfer(12)
    data["volumes"][3].update({"title": LONG_TITLE, "number": LONG_CODE, "compiler": LONG_CODE, "remarks": LONG_CODE})
    data["project"] = {**data["project"], "name": LONG_TITLE, "client": LONG_TITLE}
    paper = render("transfer_form", data)
    assert LONG_TITLE in reading.text(paper)
    for page, (width, _) in enumerate(reading.sizes(paper)):
        assert reading.overlapping(paper, page) == []
        assert max(glyph.right for glyph in reading.glyphs(paper, page)) < width - 25


def test_a_code_broken_over_lines_keeps_its_hyphens() -> None:
    data = {**RECTIFICATION, "subject": " ".join(f"移交2026-YJ-{place:04d}" for place in range(40))}
    text = reading.text(render("rectification_notice", data))
    assert [place for place in range(40) if f"移交2026-YJ-{place:04d}" not in text] == []


def test_a_long_spine_title_shrinks_and_stays_within_its_label() -> None:
    label = spine(1, 20)
    label["title"] = LONG_TITLE[:190]
    paper = render("spine_labels", {**SPINES, "labels": [label]})
    assert LONG_TITLE[:190] in reading.text(paper)
    assert reading.overlapping(paper, 0) == []
    millimetre = 72 / 25.4
    inked = [glyph for glyph in reading.glyphs(paper, 0) if glyph.bottom > 60]
    assert max(glyph.right for glyph in inked) < (12 + 20) * millimetre


def test_a_rare_character_is_named_on_the_paper_and_never_a_box() -> None:
    responsible = {**GAP_COMMITMENT["responsible"], "name": "𠮷野"}
    text = reading.text(render("gap_commitment", {**GAP_COMMITMENT, "responsible": responsible}))
    assert "〔U+20BB7〕野" in text
    assert "请手工补写：U+20BB7" in text
    assert "\ufffd" not in text


def test_a_paper_without_rare_characters_carries_no_such_note() -> None:
    assert "字库未收录" not in reading.text(render("gap_commitment", GAP_COMMITMENT))


def test_missing_glyphs_names_each_once_in_order() -> None:
    assert missing_glyphs("档𠮷案𠮷\n第12卷▲△\t\U0001f600") == ["𠮷", "\U0001f600"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"unknown": "x"}, "unknown"), ({"number": None}, "number"), ({"terms": "one"}, "terms")],
)
def test_data_of_another_shape_are_refused_by_name(change: Mapping[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        render("commitment", {**COMMITMENT, **change})


def test_an_unknown_form_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render("../commitment", COMMITMENT)


def test_the_digest_on_the_foot_follows_the_data() -> None:
    shown = digest("commitment", COMMITMENT)
    assert re.fullmatch(r"([0-9A-F]{4}-){3}[0-9A-F]{4}", shown)
    assert shown in reading.text(render("commitment", COMMITMENT))
    assert digest("commitment", {**COMMITMENT, "number": "2026-ZR-0018"}) != shown
