"""Headers of several offices: found below titles, joined over two rows, one column for one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.fields import point_fields, segment_fields
from gis.survey.headers import Heading, Names, bare, find_header, match, plain, unit_of
from gis.survey.raw import RawTable
from tests.gis.survey.tables import LINE_FIELDS, LINE_HEADERS, POINT_FIELDS, POINT_HEADERS, one_table, table

POINTS, SEGMENTS = Names(point_fields()), Names(segment_fields())
ALL = Names((*point_fields(), *segment_fields()))


def headings(*texts: str) -> list[Heading]:
    return [Heading(text, text) for text in texts]


@pytest.mark.parametrize("office", POINT_HEADERS)
def test_the_point_headers_of_every_office_are_known(office: str) -> None:
    found = match(headings(*POINT_HEADERS[office]), POINTS)
    assert found.columns == {field: at for at, field in enumerate(POINT_FIELDS)}
    assert not found.unknown


@pytest.mark.parametrize("office", LINE_HEADERS)
def test_the_line_headers_of_every_office_are_known(office: str) -> None:
    found = match(headings(*LINE_HEADERS[office]), SEGMENTS)
    assert found.columns == {field: at for at, field in enumerate(LINE_FIELDS)}
    assert not found.unknown


@given(st.sampled_from(POINT_HEADERS["Shunde"]), st.text(" \u00a0\u3000\n\t*", max_size=3))
def test_spaces_and_marks_do_not_change_a_header(header: str, spaces: str) -> None:
    assert POINTS.exactly(spaces + header + spaces) == POINTS.exactly(header)


@pytest.mark.parametrize(
    ("header", "unit"), [("埋深(m)", "m"), ("井内泥深（cm）", "cm"), ("管径 (mm)", "mm"), ("埋深", "")]
)
def test_a_unit_in_brackets_is_told_and_does_not_hide_the_name(header: str, unit: str) -> None:
    assert unit_of(header) == unit
    assert bare(header) == plain(header.replace("（", "(").partition("(")[0])


def test_a_longer_header_is_known_by_the_longest_name_in_it() -> None:
    found = match(headings("本次探测的地面高程值", "竣工图中的管径"), POINTS)
    assert found.columns == {"ground_z": 0}
    assert found.unknown == (1,)


def test_an_exact_name_beats_one_that_only_contains_it() -> None:
    found = match(headings("原管线材质说明", "材质"), SEGMENTS)
    assert found.columns["material"] == 1
    assert found.spare == (0,)


def test_one_column_never_serves_two_fields_nor_one_field_two_columns() -> None:
    found = match(headings("管径", "管径", "规格"), SEGMENTS)
    assert found.columns == {"size_raw": 0}
    assert found.spare == (1, 2)


def test_a_start_below_the_word_end_is_the_end() -> None:
    both = [Heading("起点管顶标高", "管顶标高"), Heading("终点管顶标高", "管顶标高")]
    assert match(both, SEGMENTS).columns == {"start_z": 0, "end_z": 1}


def test_a_name_that_a_dbf_cut_off_is_known_where_it_can_be_one_only() -> None:
    found = match(headings("地面高", "管线点"), POINTS)
    assert found.columns == {"ground_z": 0}


def test_the_offices_own_header_beats_every_other() -> None:
    names = Names(point_fields(), {"ground_z": "孔口标高", "note": "地面高程"})
    found = match(headings("地面高程", "孔口标高"), names)
    assert found.columns == {"ground_z": 1, "note": 0}


def test_a_header_is_found_below_titles_and_joined_with_its_merged_parent() -> None:
    found = find_header(one_table(), ALL)
    assert found is not None
    assert (found.first, found.below) == (2, 4)
    assert found.headings[7] == Heading("平面坐标(m)X", "X")
    assert found.headings[2] == Heading("连接点号", "连接点号")


def test_two_header_rows_without_merges_are_joined_with_the_text_to_their_left() -> None:
    merged, unmerged = (find_header(one_table(merged=known), ALL) for known in (True, False))
    assert merged is not None
    assert unmerged is not None
    assert [heading.own for heading in merged.headings] == [heading.own for heading in unmerged.headings]


def test_rows_that_only_repeat_the_header_are_no_data() -> None:
    sheet = table(
        "点", ["物探点号", "X坐标", "Y坐标"], ["Exp_No", "X", "Y"], ["", "(m)", "(m)"], [1, 2, 3], ["JS1", 1.0, 2.0]
    )
    found = find_header(sheet, ALL)
    assert found is not None
    assert found.below == 4
    numbered = table("点", ["物探点号", "X坐标", "Y坐标"], ["1", "2", "3"], ["JS1", 1.0, 2.0])
    found = find_header(numbered, ALL)
    assert found is not None
    assert found.below == 2


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=4), st.integers()), max_size=4), max_size=6))
def test_no_sheet_breaks_the_search(rows: list[list[object]]) -> None:
    find_header(RawTable("x", [(at, row) for at, row in enumerate(rows, 1)]), ALL)  # type: ignore[misc]
