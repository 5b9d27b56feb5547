"""The shipped tables, and what the loader refuses."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from archives.core.errors import ConfigurationError
from archives.core.language import speaking
from archives.core.numbering import check_template
from archives.reference.national import vocabularies
from archives.reference.rows import Keepers, Row
from archives.reference.tables import DATA, Tables, load_tables, read_tables

TABLES = load_tables()


def every_row(tables: Tables) -> Iterator[Row]:
    for name in Tables.__slots__:
        if name != "sources":
            yield from getattr(tables, name)


def marks(template: str, code: str) -> str:
    return next(row.keepers.marks for row in TABLES.scopes if row.identity == (template, code))


def test_every_row_names_a_known_source() -> None:
    assert {row.source for row in every_row(TABLES)} <= TABLES.sources.keys()


def test_every_source_but_the_empty_calendar_s_is_used() -> None:
    assert TABLES.sources.keys() - {row.source for row in every_row(TABLES)} == {"holidays"}


def test_nothing_unseen_is_called_verified() -> None:
    assert all(TABLES.sources[row.source].kind == "seen" for row in every_row(TABLES) if row.verified)


def test_what_is_recalled_says_so() -> None:
    unexplained = [row for row in every_row(TABLES) if not row.verified and not row.note]
    assert unexplained == []


def test_there_are_eighteen_classes_on_top() -> None:
    assert "".join(row.code for row in TABLES.classes if row.level == 1) == "ABCDEFGHIJKLMNOPQR"


@pytest.mark.parametrize(
    ("code", "parent", "name"),
    [
        ("E", "", "市政工程类"),
        ("E1-2", "E1", "次干"),
        ("H96", "H", "其它"),
        ("Q9", "Q", "工业输送"),
        ("R1-9", "R1", "乡镇"),
    ],
)
def test_classes_stand_where_the_outline_puts_them(code: str, parent: str, name: str) -> None:
    row = next(row for row in TABLES.classes if row.code == code)
    assert (row.parent, row.name) == (parent, name)


@pytest.mark.parametrize(
    ("template", "code", "printed"),
    [
        ("building", "A5-02", "▲-▲▲▲"),
        ("pipeline", "A5-02", "▲-▲▲▲"),
        ("building", "C2-05", "▲▲▲▲▲"),
        ("building", "D-01", "▲-▲-▲"),
        ("building", "C5-11", "????-"),
        ("road", "C6-01", "?????"),
        ("pipeline", "C5-08", "????▲"),
    ],
)
def test_keeper_marks_are_as_recorded(template: str, code: str, printed: str) -> None:
    assert marks(template, code) == printed


def test_no_keeper_mark_is_called_verified() -> None:
    assert not any(row.verified for row in TABLES.scopes)


@pytest.mark.parametrize("template", ["building", "road", "bridge", "pipeline", "general"])
def test_every_scope_has_the_five_classes_in_order(template: str) -> None:
    top = [row for row in TABLES.scopes if row.template == template and not row.parent]
    assert [row.code for row in sorted(top, key=lambda row: row.position)] == ["A", "B", "C", "D", "E"]


def test_what_road_works_keep_of_construction_is_not_invented() -> None:
    below = [row for row in TABLES.scopes if row.template == "road" and row.code[0] in "CD"]
    assert {row.keepers.marks for row in below} == {"?????"}


def test_marks_are_read_and_printed_alike() -> None:
    assert Keepers.from_marks("▲△-?▲").marks == "▲△-?▲"


def test_at_most_one_row_of_a_deadline_is_in_use() -> None:
    assert set(Counter(row.rule for row in TABLES.deadlines if row.active).values()) == {1}


def test_the_transfer_is_due_three_months_after_acceptance_under_threat_of_a_fine() -> None:
    row = next(row for row in TABLES.deadlines if row.code == "works_transfer")
    assert (row.number, row.unit, row.starts_from) == (3, "months", "completion_acceptance")
    assert (row.fine_min, row.fine_max) == (10_000, 100_000)
    assert (row.person_percent_min, row.person_percent_max) == (5, 10)


def test_secrecy_is_ranked_from_public_to_top_secret() -> None:
    assert [(row.rank, row.name_zh, row.max_years) for row in TABLES.secrecy] == [
        (0, "公开", None),
        (1, "内部", None),
        (2, "秘密", 10),
        (3, "机密", 20),
        (4, "绝密", 30),
    ]


def test_documents_have_numbers_that_can_be_given() -> None:
    for form in TABLES.document_forms:
        check_template(form.number_template, frozenset({"year", "seq"}))


def test_every_word_has_a_name_in_both_languages() -> None:
    assert all(row.name_zh and row.name_en for rows in vocabularies(TABLES).values() for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.mark.parametrize(
    ("file", "line", "place"),
    [
        ("classes.csv", "E1-2,E1,3,again,kunshan,,true,", "classes.csv, line 265: E1-2 stands twice"),
        ("classes.csv", "E9-1,E9,3,orphan,kunshan,,true,", "classes.csv, line 265: there is no E9"),
        ("classes.csv", "E91,E,3,too deep,kunshan,,true,", "classes.csv, line 265: E91 does not stand"),
        ("classes.csv", "E91,E,two,no number,kunshan,,true,", "classes.csv, line 265: level: "),
        ("classes.csv", "E91,E,2", "classes.csv, line 265: 3 cells instead of 8"),
        ("media.csv", "clay,泥版,Clay tablet,11,nobody,,true,", "media.csv, line 12: there is no source nobody"),
        ("media.csv", "clay,泥版,Clay tablet,11,gbt50323,,true,", "media.csv, line 12: verified, but gbt50323"),
        ("scopes.csv", "road,A1-01,A1,9,again,,own,,false,", "scopes.csv, line 334: A1-01 stands twice"),
        ("scopes.csv", "road,C9-01,C9,1,orphan,,own,,false,", "scopes.csv, line 334: there is no C9"),
        ("scopes.csv", "road,C7-01,C7,1,odd,▲▲,own,,false,", "scopes.csv, line 334: keepers: "),
        ("scopes.csv", "canal,Z,,1,unknown,,own,,false,", "scopes.csv, line 334: there is no canal"),
        ("works_types.csv", "dam,水坝,Dam,8,dam,own,,false,", "works_types.csv, line 9: there is no dam"),
        ("technical_fields.csv", "dam,height,1,高,Height,m,number,,own,,false,", "line 130: there is no dam"),
        ("technical_fields.csv", "road,kind,99,种类,Kind,,choice,,own,,false,", "line 130: choices belong"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(folder: Path, file: str, line: str, place: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as table:
        table.write(line + "\n")
    with pytest.raises(ConfigurationError) as refused:
        read_tables(folder)
    with speaking("en"):
        assert place in str(refused.value)


def test_two_rows_of_a_deadline_in_use_are_refused(folder: Path) -> None:
    file = folder / "deadlines.csv"
    file.write_text(file.read_text("utf-8").replace("淄博,false,zibo,", "淄博,true,zibo,"), "utf-8")
    with speaking("en"), pytest.raises(ConfigurationError, match="works_transfer has two active rows"):
        read_tables(folder)


def test_an_unknown_column_is_refused(folder: Path) -> None:
    file = folder / "media.csv"
    file.write_text(file.read_text("utf-8").replace("rank", "weight", 1), "utf-8")
    with speaking("en"), pytest.raises(ConfigurationError, match=r"media\.csv, line 1: there is no column weight"):
        read_tables(folder)


def test_a_missing_table_is_refused(folder: Path) -> None:
    (folder / "media.csv").unlink()
    with pytest.raises(ConfigurationError, match=r"media\.csv"):
        read_tables(folder)
