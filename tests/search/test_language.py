"""The query language: what is read as what, and that nothing typed is ever refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language import Hint, Parsed
from search.tree import EVERYTHING, NOTHING, And, Not, Or, Range, Text, Tree, Value, plain
from search.words import needle
from tests.search.holdings import LANGUAGE


def text(typed: str, field: str | None = None, *, more: bool = False) -> Text:
    return Text(needle(typed, open_ended=more), field, typed)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("热", text("热")),
        ("给水 管道", And((text("给水"), text("管道")))),
        ("给水\u3000管道", And((text("给水"), text("管道")))),
        ("给水 AND 管道", And((text("给水"), text("管道")))),
        ("给水 OR 管道", Or((text("给水"), text("管道")))),
        ("给水 或 管道", Or((text("给水"), text("管道")))),
        ("给水 非 管道", And((text("给水"), Not(text("管道"))))),
        ("NOT 管道", Not(text("管道"))),
        ("水与电", text("水与电")),
        ("与 电", And((text("与"), text("电")))),
        ("电 与", And((text("电"), text("与")))),
        ("(东路 与 西路) 或 桥", Or((And((text("东路"), text("西路"))), text("桥")))),
        ("(与 东路)", And((text("与"), text("东路")))),
        ("东路（二期）", text("东路(二期)")),
        ('"给水 管道"', text("给水 管道")),
        ("“给水 管道”", text("给水 管道")),
        ("DN3*", text("DN3", more=True)),
        ("题名:热", text("热", "title")),
        ("题名：热", text("热", "title")),
        ("TITLE:热", text("热", "title")),
        ('题名:"热 网"', text("热 网", "title")),
        ("题名:(热 OR 冷)", Or((text("热", "title"), text("冷", "title")))),
        ("档号:A-0", text("A-0", "code", more=True)),
        ("1:500", text("1:500")),
        ("形成:2008", Range("formed", 20080101, 20081231)),
        ("形成:2008..2012", Range("formed", 20080101, 20121231)),
        ("形成:2008-02..", Range("formed", 20080201, None)),
        ("形成:..2008-02", Range("formed", None, 20080231)),
        ("形成:2008-02-29", Range("formed", 20080229, 20080229)),
        ("页数:10..20", Range("pages", 10.0, 20.0)),
        ("页数:-1.5..", Range("pages", -1.5, None)),
        ("密级:秘密", Value("secrecy", "秘密")),
        ("", EVERYTHING),
        ("热 +++", text("热")),
    ],
)
def test_a_query_is_read_as(typed: str, tree: Tree) -> None:
    assert LANGUAGE.parse(typed) == Parsed(tree)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("(热", "brackets"),
        ("热)", "brackets"),
        ('"热', "quotes"),
        ("AND", "operator"),
        ("热 AND", "operator"),
        ("热 AND OR 冷", "operator"),
        ("形成:昨天", "range"),
        ("形成:2008-13", "range"),
        ("形成:2009-02-29", "range"),
        ("形成:..", "range"),
        ("() 热", "empty"),
        ("热 " * 600, "long"),
    ],
)
def test_what_cannot_be_read_is_plain_words_with_a_hint(typed: str, hint: Hint) -> None:
    parsed = LANGUAGE.parse(typed)
    assert parsed.hint == hint
    assert parsed.tree == plain(typed.replace('"', " "))


@pytest.mark.parametrize("typed", ["+++", "()", "。 、", "'"])
def test_signs_alone_find_nothing(typed: str) -> None:
    assert LANGUAGE.parse(typed) == Parsed(NOTHING, "empty")


@given(st.text() | st.text('东路 ()"*:ANDORT与或非题名形成0189..-\u3000（）', max_size=40))
def test_nothing_that_can_be_typed_is_refused(typed: str) -> None:
    tree = LANGUAGE.parse(typed).tree
    assert tree == EVERYTHING or typed.strip()


@pytest.mark.parametrize(
    ("typed", "same"),
    [("题名: 燃气", "题名:燃气"), ("題名:燃气", "题名:燃气"), ("桥 (建設單位: 局)", "桥 (建设单位:局)")],
)
def test_a_fields_name_may_be_traditional_and_a_blank_may_follow(typed: str, same: str) -> None:
    assert LANGUAGE.parse(typed) == LANGUAGE.parse(same)


@pytest.mark.parametrize(("typed", "hint"), [("题名:", "empty"), ("桥 题名:", "empty"), ("形成:2012..2008", "range")])
def test_a_field_with_nothing_in_it_is_told(typed: str, hint: str) -> None:
    assert LANGUAGE.parse(typed).hint == hint


def test_a_colon_inside_quotation_marks_names_no_field() -> None:
    found = LANGUAGE.parse('"题名: 燃气"').tree
    assert isinstance(found, Text)
    assert found.field is None
