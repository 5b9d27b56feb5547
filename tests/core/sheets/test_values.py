"""Text, days and numbers as people write them."""

from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.sheets.values import ValueFault, as_date, as_decimal, as_integer, as_lines, as_text

MAY_DAY = date(2008, 5, 1)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text("0123456789-./年月日,．０１", max_size=12),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.decimals(),
)


@pytest.mark.parametrize(
    "written",
    [
        "2008-05-01",
        "2008-5-1",
        "2008.5.1",
        "2008.05.01",
        "2008/5/1",
        "20080501",
        20080501,
        20080501.0,
        "2008年5月1日",
        "2008年05月01号",
        "２００８年５月１日",
        "２００８．５．１",
        "2008 年 5 月 1 日",
        "2008–05–01",
        " 2008-05-01 ",
        "2008-05-01 00:00:00",
        "2008-05-01T08:30:00",
        date(2008, 5, 1),
        datetime(2008, 5, 1, 8, 30),  # noqa: DTZ001  # spreadsheets know no time zone
    ],
)
def test_a_day_is_understood_in_every_customary_form(written: object) -> None:
    assert as_date(written) == MAY_DAY


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2008年5月", "incomplete"),
        ("2008-05", "incomplete"),
        ("2008.5", "incomplete"),
        (2008.5, "incomplete"),
        (2008, "incomplete"),
        ("200805", "incomplete"),
        ("2008-02-30", "no_such_day"),
        ("2008-13-01", "no_such_day"),
        ("20081301", "no_such_day"),
        ("1492-10-12", "year"),
        (date(2101, 1, 1), "year"),
        ("39569", "serial"),
        (39569, "serial"),
        (39569.5, "serial"),
        ("01/05/2008", "not_a_date"),
        ("五月一日", "not_a_date"),
        (True, "not_a_date"),
        (time(8, 30), "not_a_date"),
        (12, "not_a_date"),
    ],
)
def test_what_is_no_full_day_is_refused_with_its_reason(written: object, code: str) -> None:
    with pytest.raises(ValueFault) as fault:
        as_date(written)
    assert fault.value.code == code


def test_a_bare_day_count_is_told_as_the_day_it_would_be() -> None:
    with pytest.raises(ValueFault, match=r"2008-05-01, or 2012-05-02 in a file that counts from 1904"):
        as_date(39569)


@pytest.mark.parametrize("nothing", [None, "", " ", "/", "—", "－", "无"])
def test_nothing_is_no_day_and_no_number(nothing: object) -> None:
    assert as_date(nothing) is None
    assert as_integer(nothing) is None
    assert as_decimal(nothing) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [(12, 12), (12.0, 12), ("12", 12), ("１２", 12), ("1,234", 1234), ("1，234", 1234), ("-3", -3), ("12.0", 12)],
)
def test_whole_numbers(written: object, number: int) -> None:
    assert as_integer(written) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("12.5", "not_whole"),
        (12.5, "not_whole"),
        ("12页", "not_a_number"),
        ("1,23", "not_a_number"),
        ("1-5", "not_a_number"),
        (True, "not_a_number"),
        (MAY_DAY, "not_a_number"),
        (float("inf"), "not_a_number"),
        ("9" * 30, "not_a_number"),
    ],
)
def test_what_is_no_whole_number_is_refused_with_its_reason(written: object, code: str) -> None:
    with pytest.raises(ValueFault) as fault:
        as_integer(written)
    assert fault.value.code == code


def test_decimals_are_exactly_what_was_written() -> None:
    assert as_decimal("1,234.50") == Decimal("1234.50")
    assert as_decimal(0.1) == Decimal("0.1")
    assert as_decimal(Decimal("2.10")) == Decimal("2.10")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (3.0, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (MAY_DAY, "2008-05-01"),
        (datetime(2008, 5, 1), "2008-05-01"),  # noqa: DTZ001
        (datetime(2008, 5, 1, 8, 30), "2008-05-01 08:30:00"),  # noqa: DTZ001
        ("　图纸\n会审 ", "图纸 会审"),
        ("a\r\n\tb", "a b"),
        ("a\u200bb\ufeff", "ab"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
    ],
)
def test_text_is_what_the_spreadsheet_shows(cell: object, text: str) -> None:
    assert as_text(cell) == text


def test_a_paragraph_keeps_its_lines() -> None:
    assert as_lines(" 第一行\r\n第二行\x07\n") == "第一行\n第二行"


@given(ANYTHING)
def test_any_value_is_read_or_refused_and_text_is_always_clean(value: object) -> None:
    for convert in (as_date, as_integer, as_decimal):
        with suppress(ValueFault):
            convert(value)
    text = as_text(value)
    assert text == as_text(text)
    assert not any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in text)


@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_being_written_as_text(day: date) -> None:
    assert as_date(as_text(day)) == day
