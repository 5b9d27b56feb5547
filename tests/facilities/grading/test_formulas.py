"""The language of formulas: what it computes, what it refuses and how it says so; nothing unknown becomes zero."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.facilities.grading.figures import figures_of, labels, names
from archives.facilities.grading.formulas import LONGEST, FormulaFault, parse
from archives.facilities.grading.shipped import load_shipped
from archives.facilities.models import YearlyReturn
from archives.facilities.return_lists import SHIPPED

KNOWN = names(SHIPPED)
TOLD = {
    "staff": 10,
    "middle_titles": 3,
    "trained_staff": 5,
    "lan": True,
    "computerised": False,
    "funds_wan": 0.1,
    "accidents": 0,
}


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("middle_titles / staff >= 30%", 1),
        ("middle_titles / staff > 30%", 0),
        ("middle_titles/staff ≥ 30％", 1),
        ("min(1, trained_staff / staff)", Fraction(1, 2)),
        ("min（1，trained_staff ÷ staff）", Fraction(1, 2)),
        ("lan", 1),
        ("computerised", 0),
        ("not computerised", 1),
        ("lan\n  and computerised", 0),
        ("middle_titles / staff >= 30% and lan", 1),
        ("30% if lan else 1", Fraction(3, 10)),
        ("lan or computerised", 1),
        ("(lan + computerised) / 2", Fraction(1, 2)),
        ("1 if staff >= 10 else 0.5", 1),
        ("1 if staff > 10 else 0.5", Fraction(1, 2)),
        ("5 < staff <= 10", 1),
        ("staff", 1),
        ("-staff", 0),
        ("0.1 + 0.2 == 0.3", 1),
        ("funds_wan * 3 == 0.3", 1),
        ("accidents == 0", 1),
        ("max(0.2, accidents)", Fraction(1, 5)),
        ("True", 1),
        # What is not known makes the answer unknown, unless the answer does not hang on it.
        ("women / staff", None),
        ("women >= 0", None),
        ("women and lan", None),
        ("women and computerised", 0),
        ("women or lan", 1),
        ("women or computerised", None),
        ("not women", None),
        ("min(1, women)", None),
        ("women if lan else 1", None),
        ("1 if women else 0", None),
        ("1 < staff < women", None),
        ("20 < staff < women", 0),
        ("staff / accidents", None),
        ("staff / (staff - staff) > 1", None),
        ("equipment.extinguisher > 3", None),
        ("-women", None),
    ],
)
def test_what_a_formula_answers(text: str, share: Fraction | None) -> None:
    assert parse(text, KNOWN).share(TOLD) == share


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "unreadable", ""),
        ("(staff", "unreadable", "(staff"),
        ("staff staff", "unreadable", ""),
        ("30% staff", "foreign", "30 % staff"),
        ("staff % 3", "foreign", "staff % 3"),
        ("staff ** 9 ** 9 ** 9", "foreign", "**"),
        ("stuff", "name", "stuff"),
        ("staff.real", "name", "staff.real"),
        ("staff.__class__", "name", "__class__"),
        ("__import__('os').system('id')", "function", "min"),
        ("min(staff)", "function", "min"),
        ("min(staff, 1, key=lan)", "function", "min"),
        ("min(*staff)", "function", "min"),
        ("abs(staff)", "function", "max"),
        ("'text'", "foreign", "'text'"),
        ("1e999", "foreign", ""),
        ("2j", "foreign", "2j"),
        ("[staff]", "foreign", "[staff]"),
        ("lambda: 1", "foreign", "lambda"),
        ("(staff := 1)", "foreign", ":="),
        ("staff in (1, 2)", "foreign", "in"),
        ("staff is 1", "foreign", "is"),
        ("staff; lan", "unreadable", ";"),
        ("1" * (LONGEST + 1), "too_long", str(LONGEST)),
        ("(" * LONGEST, "unreadable", ""),
        ("-" * (LONGEST - 5) + "staff", "", ""),
        ("staff\x00", "unreadable", ""),
    ],
)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_what_a_formula_may_not_be(text: str, code: str, said: str) -> None:
    if not code:
        parse(text, KNOWN).share(TOLD)
        return
    with pytest.raises(FormulaFault) as fault:
        parse(text, KNOWN)
    assert fault.value.code == code
    assert said in str(fault.value)


NUMBERS = st.one_of(st.none(), st.booleans(), st.integers(0, 10**6), st.floats(0, 1e6, allow_nan=False))
FORMULAS = st.recursive(
    st.sampled_from(["staff", "women", "lan", "funds_wan", "0", "1", "0.5", "30%"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "and", "or", ">=", "<", "=="]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, inner).map(lambda parts: f"min({parts[0]}, {parts[1]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
    ),
    max_leaves=8,
)


@given(FORMULAS, st.fixed_dictionaries(dict.fromkeys(("staff", "women", "lan", "funds_wan"), NUMBERS)))
def test_every_formula_answers_a_share_or_nothing(text: str, told: dict[str, int | float | None]) -> None:
    if len(text) <= LONGEST:
        share = parse(text, KNOWN).share(told)
        assert share is None or 0 <= share <= 1


@given(FORMULAS, NUMBERS)
def test_what_is_learned_never_changes_a_known_answer(text: str, learned: int | float | None) -> None:
    if len(text) <= LONGEST:
        formula = parse(text, KNOWN)
        before = formula.share({"staff": 3, "lan": True, "funds_wan": None})
        after = formula.share({"staff": 3, "lan": True, "funds_wan": None, "women": learned})
        assert before is None or before == after


@given(st.text(max_size=40))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(FormulaFault):
        parse(text, KNOWN).share(TOLD)


def test_every_figure_has_a_label_and_a_place_in_a_return() -> None:
    assert all(labels(SHIPPED).values())
    told = figures_of(
        YearlyReturn(
            equipment={"extinguisher": 4},
            databases={},
            regulations={},
            holdings={},
            class_volumes={"E": 7},
            has="office",
        )
    )
    assert set(told) <= KNOWN
    assert {name for name in KNOWN if "." not in name} <= set(told)
    assert (told["equipment.extinguisher"], told["has_archives"], told["has_institution"]) == (4, False, True)
    assert figures_of(None) == {}


def test_the_formulas_that_come_with_the_program_can_be_read() -> None:
    for row in load_shipped().items:
        if row.formula:
            assert parse(row.formula, KNOWN).names
