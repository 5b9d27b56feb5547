"""Cells to values: every way of writing a number, a date, a code, an angle; and what is no value."""

import math
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.survey.values import (
    LARGEST,
    angle,
    code,
    code_column,
    date_column,
    day,
    distinct,
    number,
    number_column,
    text_column,
    voltage,
    written,
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.2", 1.2), (0, 0.0), ("0", 0.0), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("1,234.5", 1234.5), (7, 7.0)],
)
def test_plain_numbers_are_read_without_a_doubt(cell: Any, value: float) -> None:
    assert number(cell) == (value, None)


@pytest.mark.parametrize("cell", ["１．２", "1.2m", "1.2 米", "1.2°"])
def test_numbers_in_full_width_or_with_a_unit_are_read_with_a_note(cell: str) -> None:
    value, doubt = number(cell)
    assert value == 1.2
    assert doubt is not None
    assert doubt.rule == "F6"


@pytest.mark.parametrize(
    "cell", ["abc", "1.2-1.5", "1.2.3", "120cm", True, date(2020, 1, 1), math.nan, ".", "nan", "e5"]
)
def test_what_is_no_number_is_a_fault(cell: Any) -> None:
    value, doubt = number(cell)
    assert math.isnan(value)
    assert doubt is not None
    assert (doubt.rule, doubt.reason) == ("F3", "not_a_number")


@pytest.mark.parametrize("cell", [math.inf, -math.inf, 1e308, "1e308", "9" * 400, 10**400, -1e10])
def test_what_nothing_measures_is_a_fault_and_no_number(cell: Any) -> None:
    value, doubt = number(cell)
    assert math.isnan(value)
    assert doubt is not None
    assert doubt.reason == "too_large"


def test_blank_zero_and_a_stroke_are_different_things() -> None:
    assert number("0") == (0.0, None)
    assert math.isnan(number("")[0])
    assert number("")[1] is None
    for stroke in ("/", "—", "－", "-", "无"):
        value, doubt = number(stroke)
        assert math.isnan(value)
        assert doubt is not None
        assert (doubt.reason, doubt.severity) == ("stroke", "I")


@given(st.lists(st.one_of(st.none(), st.floats(-LARGEST, LARGEST), st.integers(-1000, 1000))))
def test_a_column_of_sane_numbers_is_itself(cells: list[Any]) -> None:
    column = number_column(cells)
    assert not column.doubts
    np.testing.assert_array_equal(column.values, np.array([np.nan if cell is None else cell for cell in cells]))


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: format(value, ".3f")) | st.just("")))
def test_a_column_of_texts_reads_as_its_cells_do(cells: list[str]) -> None:
    column = number_column(cells)
    assert not column.doubts
    np.testing.assert_array_equal(column.values, np.array([number(cell)[0] for cell in cells]))


@given(st.lists(st.one_of(st.none(), st.booleans(), st.text(max_size=8), st.floats(), st.integers(), st.dates())))
def test_no_cell_breaks_a_column(cells: list[Any]) -> None:
    for read in (number_column, text_column, code_column, date_column):
        assert len(read(cells).values) == len(cells)
    values = number_column(cells).values
    assert (np.isnan(values) | (np.abs(values) <= LARGEST)).all()


def test_an_array_with_infinity_is_looked_at_closer() -> None:
    column = number_column(np.array([1.0, np.nan, np.inf, 1e308]))
    np.testing.assert_array_equal(column.values, [1.0, np.nan, np.nan, np.nan])
    assert {doubt.reason for doubt in column.doubts.values()} >= {"too_large"}


@pytest.mark.parametrize(
    ("cell", "given_date"),
    [
        ("2008", "2008"),
        (2008, "2008"),
        (2008.0, "2008"),
        ("2008年", "2008"),
        ("200805", "2008-05"),
        ("2008年5月", "2008-05"),
        ("2008.5", "2008-05"),
        ("20080501", "2008-05-01"),
        ("2008/5/1", "2008-05-01"),
        ("2008-05-01 00:00:00", "2008-05-01"),
        ("２００８－０５－０１", "2008-05-01"),
        (date(2008, 5, 1), "2008-05-01"),
        (datetime(2008, 5, 1, 12, tzinfo=UTC), "2008-05-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_dates_keep_the_precision_they_were_given_in(cell: Any, given_date: str) -> None:
    assert day(cell) == (given_date, None)


@pytest.mark.parametrize(
    ("cell", "taken", "reason"),
    [
        (39569, "2008-05-01", "day_count"),
        ("39569", "2008-05-01", "day_count"),
        (2008.1, "2008-01", "month"),
        ("2008-13", "2008-13", "no_such_day"),
        ("20080230", "2008-02-30", "no_such_day"),
        ("1066", "1066", "year"),
        ("08/08/08", "08/08/08", "not_a_date"),
        ("later", "later", "not_a_date"),
        ("/", "", "stroke"),
    ],
)
def test_dates_in_doubt_say_why(cell: Any, taken: str, reason: str) -> None:
    value, doubt = day(cell)
    assert value == taken
    assert doubt is not None
    assert (doubt.rule, doubt.reason) == ("F3", reason)


@pytest.mark.parametrize(
    ("cell", "clean", "reason"),
    [
        ("JS1", "JS1", ""),
        ("JS1 ", "JS1", "spaces"),
        ("\u00a0JS 1", "JS1", "spaces"),
        ("ＪＳ１", "JS1", "full_width"),
        (12.0, "12", ""),
        (date(2026, 1, 2), "2026-01-02", "became_a_date"),
        (None, "", ""),
    ],
)
def test_point_numbers_lose_spaces_and_width_with_a_note(cell: Any, clean: str, reason: str) -> None:
    value, doubt = code(cell)
    assert value == clean
    assert (doubt.reason if doubt else "") == reason


@pytest.mark.parametrize(
    ("unit", "cell", "degrees"),
    [
        ("deg", 30.5, 30.5),
        ("rad", math.pi / 2, 90.0),
        ("dms", 30.1520, 30 + 15 / 60 + 20 / 3600),
        ("deg", "30°15′20″", 30 + 15 / 60 + 20 / 3600),
        ("dms", -30.3, -30.5),
    ],
)
def test_rotations_become_degrees(unit: str, cell: Any, degrees: float) -> None:
    value, _ = angle(unit)(cell)
    assert value == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "kilovolts"),
    [("380V", "0.38"), ("10kV", "10"), (10, "10"), ("10千伏", "10"), ("低压", "低压"), (None, "")],
)
def test_voltages_become_kilovolts_where_they_are_numbers(cell: Any, kilovolts: str) -> None:
    assert voltage(cell) == (kilovolts, None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(3.0, "3"), (0.1, "0.1"), (True, "TRUE"), (time(8, 5), "08:05:00"), (math.nan, ""), ("a\nb", "a b"), (12, "12")],
)
def test_text_reads_as_a_spreadsheet_shows_it(cell: Any, text: str) -> None:
    assert written(cell) == text


@given(st.lists(st.text(max_size=2)))
def test_different_cells_lead_back_to_all_cells(cells: list[str]) -> None:
    numbers, different = distinct(cells)
    assert [different[at] for at in numbers] == cells
