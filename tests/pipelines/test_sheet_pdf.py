"""The sheet and the map on paper, read back: what stands on every page, on every copy, and what never does."""

from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from sqlalchemy.orm import Session

from archives.core import clock
from archives.core.files import ContentStore
from archives.core.language import LANGUAGES, speaking
from archives.pipelines.lines import store_of, where_for
from archives.pipelines.maps.printing import MapNotes, MapSheet, Picture, base_layers, extent_of, map_pdf
from archives.pipelines.models import Sheet
from archives.pipelines.sheets import press as sheet_press
from archives.pipelines.sheets import service as sheets
from archives.pipelines.sheets.content import compose
from archives.pipelines.sheets.queries import verified
from archives.pipelines.systems import plane_of
from gis.store.contract import Area
from tests.core.documents import reading
from tests.pipelines import sheet_samples as samples
from tests.pipelines.sheet_samples import CHECKER, DIRECTOR, READING_ROOM

MILLIMETRE = 72 / 25.4


@pytest.fixture
def files(tmp_path: Path) -> ContentStore:
    """Where papers are kept."""
    return ContentStore(tmp_path / "files")


@pytest.fixture
def survey(session: Session) -> Session:
    """An archive that holds the lines of one street."""
    samples.people(session)
    samples.accepted(session)
    return session


def copies(sheet: Sheet, files: ContentStore) -> list[bytes]:
    """Every copy as it lies in the store."""
    return [files.path(one["sha256"]).read_bytes() for one in sheet.prints]


def test_a_copy_says_all_that_a_permit_needs(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files)
    text = reading.text(copies(sheet, files)[0])
    for words in (
        *("地下管线现状资料", sheet.number, sheet.project_name, sheet.recipient, sheet.purpose, "内部"),
        *("1985国家高程基准", "108°", "2000国家大地坐标系", "给水（配水）", "排水（污水）", "合计"),
        *("JP000", "WS004", "DN300", "球墨铸铁", "直埋", "234.75", "管顶", "管内底", samples.WATER_OWNER, "2012-05"),
        *("reading_room2", "checker3", "director4", "（盖章）", "韩立0800-5550133", "2026-GX-0001-1"),
        *("动土前应在现场探测", "第七条，尚未核对", "查询范围", "图例", "比例尺", "3358000.000", "565000.000"),
    ):
        assert reading.squeezed(words) in text, words
    last = clock.today() + timedelta(days=90)
    assert f"有效期至：{last.year}年{last.month}月{last.day}日" in text


def test_every_page_carries_the_number_of_the_sheet_and_of_the_copy(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files)
    for place, paper in enumerate(copies(sheet, files), 1):
        for page in map(reading.squeezed, reading.pages(paper)):
            assert f"第{place}份，共2份" in page
            assert sheet.number in page


def test_there_is_one_code_on_paper_and_every_page_bears_it(survey: Session, files: ContentStore) -> None:
    pages = list(map(reading.squeezed, reading.pages(copies(samples.issued(survey, files), files)[0])))
    code = "".join(pages).split("核验码：")[1][:23]
    assert all(f"核验码{code}" in page for page in pages)
    assert "校验码" not in "".join(pages), "a digest beside it would be taken for the code"


def test_the_code_on_paper_is_the_one_that_the_public_page_knows(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files)
    text = reading.text(copies(sheet, files)[1])
    code = text.split("核验码：")[1][:23]
    assert verified(survey, code) is sheet
    assert samples.VERIFY_AT in text


def test_long_tables_repeat_their_heads_and_say_what_they_leave_out(session: Session, files: ContentStore) -> None:
    samples.people(session)
    samples.accepted(session, samples.Street(kinds=(("JS", "JP"),), lines=1_003))
    long = shapely.box(samples.EAST - 5, samples.NORTH - 20, samples.EAST + 20_200, samples.NORTH + 20)
    sheet = samples.issued(session, files, samples.asked(session, outline=long, copies="1", with_coordinates=""))
    pages = [reading.squeezed(page) for page in reading.pages(copies(sheet, files)[0])]
    listed = [page for page in pages if "球墨铸铁" in page]
    assert len(listed) > 20
    assert all("起点埋深" in page and "权属单位" in page for page in listed)
    assert "另有3段未列出，已计入汇总" in "".join(pages)


def test_nothing_on_record_is_said_as_such_and_never_as_no_lines(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files, samples.asked(survey, outline=samples.elsewhere()))
    text = reading.text(copies(sheet, files)[0])
    assert "馆藏无记录" in text
    assert "无管线" not in text
    assert "成果表" not in text


def test_without_coordinates_no_number_tells_where(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files, with_coordinates="")
    text = reading.text(copies(sheet, files)[0])
    assert "附表二" not in text
    assert "33580" not in text
    assert "5650" not in text


def test_a_preview_has_neither_code_nor_validity_nor_later_signatures(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    fresh = reading.text(sheet_press.preview(survey, sheet, compose(survey, sheet)))
    assert "预览" in fresh
    assert "核验码：" not in fresh
    assert "有效期至" not in fresh
    sheets.make_up(survey, READING_ROOM, sheet, files)
    sheets.check(survey, CHECKER, sheet)
    later = reading.text(sheet_press.preview(survey, sheet, compose(survey, sheet)))
    assert "checker3" in later
    assert DIRECTOR.name.replace(" ", "") not in later


def test_a_preview_of_many_pages_is_marked_on_each(session: Session) -> None:
    samples.people(session)
    samples.accepted(session, samples.Street(kinds=(("JS", "JP"),), lines=200))
    long = shapely.box(samples.EAST - 5, samples.NORTH - 20, samples.EAST + 4_200, samples.NORTH + 20)
    sheet = samples.asked(session, outline=long)
    pages = reading.pages(sheet_press.preview(session, sheet, compose(session, sheet)))
    assert len(pages) > 5
    assert all("无效" in reading.squeezed(page) for page in pages)


def test_a_copy_is_in_chinese_whoever_issues_it(survey: Session, files: ContentStore) -> None:
    with speaking("en"):
        sheet = samples.issued(survey, files)
    text = reading.text(copies(sheet, files)[0])
    assert "馆藏记录10段" in text
    assert "Handled" not in text
    assert "Water" not in text


# Maps to scale


def a_map(session: Session, sheet: MapSheet, **notes: str) -> bytes:
    """A map of the street."""
    extent = extent_of(sheet, samples.EAST + 50, samples.NORTH)
    where = where_for(session, READING_ROOM)
    store, asked = store_of(session), (Area(extent), where)
    road = {
        "road": [("滨江路", shapely.LineString([(samples.EAST, samples.NORTH), (samples.EAST + 100, samples.NORTH)]))]
    }
    picture = Picture(
        store.segments(session.connection(), asked),
        store.points(session.connection(), asked),
        base_layers(road),
        extent,
    )
    words = MapNotes("江城市城建档案馆", plane_of(session), clock.today(), "周敏", **notes)
    return map_pdf(picture, sheet, words)


@pytest.mark.parametrize(("paper", "size"), [("A4", (210, 297)), ("A3", (297, 420)), ("A0", (841, 1189))])
@pytest.mark.parametrize("landscape", [False, True])
def test_a_map_fills_one_sheet_of_the_chosen_paper(
    survey: Session, paper: str, size: tuple[int, int], landscape: bool
) -> None:
    made = a_map(survey, MapSheet(paper, landscape, 500, "滨江路综合地下管线图"))
    wanted = size[::-1] if landscape else size
    assert [tuple(round(side / MILLIMETRE) for side in page) for page in reading.sizes(made)] == [wanted]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_names_title_scale_systems_secrecy_and_who_printed_it(survey: Session, language: str) -> None:
    with speaking(language):
        made = a_map(
            survey, MapSheet("A3", True, 500, "滨江路综合地下管线图"), secrecy="内部", watermark="2026-SJ-0003"
        )
        plane = plane_of(survey)
    text = reading.text(made)
    for words in ("滨江路综合地下管线图", "1:500", plane.name, plane.height_datum, "内部", "周敏", "2026-SJ-0003"):
        assert reading.squeezed(words) in text, words
    assert ("图例" in text) == (language != "en")


def test_a_metre_on_the_ground_is_two_millimetres_at_1_to_500(survey: Session) -> None:
    """Two point numbers 20 m apart stand 40 mm apart on paper."""
    glyphs = reading.glyphs(a_map(survey, MapSheet("A3", True, 500, "图")), 0)
    text = "".join(glyph.text for glyph in glyphs)
    first, second = (glyphs[text.index(number)].left for number in ("JP000", "JP001"))
    assert (second - first) / MILLIMETRE == pytest.approx(40, abs=0.2)
