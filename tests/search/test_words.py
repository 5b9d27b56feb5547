"""Folding: one spelling for every way of typing. Lines and tokens: what every engine must find, and how it finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import FIELD, MARK, fold, line, line_of, needle, needle_tokens, simplified, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ（１２３）", "abc(123)"),
        ("  市政　道路 工程  ", "市政道路工程"),
        ("Ring Road  No. 2", "ring road no. 2"),
        ("桥梁\u200b工程\n竣工图", "桥梁工程竣工图"),
        ("一环路 A 段", "一环路 a 段"),
        ("", ""),
    ],
)
def test_width_case_and_spaces_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_simplifying_keeps_every_place_and_changes_nothing_twice(text: str) -> None:
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("竣工图", ["竣工", "工图", "图"]),
        ("第12卷", ["第", "12", "卷"]),
        ("ＤＮ３００管", ["dn300", "管"]),
        ("K3+150", ["k3", "+", "150"]),
        ("繁體字", ["繁体", "体字", "字"]),
        ("𠮷野", ["𠮷野", "野"]),
        ("Ring Road", ["ring", "road"]),
        ("", []),
    ],
)
def test_a_text_has_these_tokens(text: str, found: list[str]) -> None:
    assert tokens(line(text)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("热", [("热", True)]),
        ("燃气", [("燃气", False)]),
        ("第12卷", [("第", False), ("12", False), ("卷", True)]),
        ("(二期)", [("二期", False)]),
        ("。", []),
    ],
)
def test_what_is_typed_asks_for_these_tokens(typed: str, found: list[tuple[str, bool]]) -> None:
    sought = needle(typed)
    assert [tuple(token) for token in (needle_tokens(sought) if sought else [])] == found


TEXTS = st.text(st.sampled_from("人民东路a1 B2(+）,、𠮷繁體\u3000-_.") | st.characters(), max_size=30)


@given(TEXTS, st.data())
def test_the_tokens_of_a_needle_follow_one_another_in_every_line_that_holds_it(text: str, data: st.DataObject) -> None:
    begun = data.draw(st.integers(0, len(text)))
    sought = needle(text[begun : data.draw(st.integers(begun, len(text)))])
    whole = line(text.replace(FIELD, ""))
    if not sought or sought not in whole:
        return
    asked, kept = needle_tokens(sought), tokens(whole)
    last = asked[-1]
    assert any(
        kept[at : at + len(asked) - 1] == [token.text for token in asked[:-1]]
        and (kept[at + len(asked) - 1].startswith(last.text) if last.more else kept[at + len(asked) - 1] == last.text)
        for at in range(len(kept) - len(asked) + 1)
    )


@given(st.text("人民东路工程竣图卷", min_size=1, max_size=8), TEXTS, TEXTS)
def test_a_text_holds_every_run_of_chinese_characters_in_it(run: str, before: str, after: str) -> None:
    assert needle(run) in line(before + run + after)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_line_of_fields_divides_into_the_lines_of_each(texts: list[str]) -> None:
    assert line_of(texts).split(FIELD)[1:] == [line(text.replace(FIELD, "")) for text in texts]


def test_letters_that_go_on_are_found_by_their_beginning_only_where_that_is_asked() -> None:
    assert needle("DN3") == f"{MARK}dn3{MARK}"
    assert needle("DN3", open_ended=True) == f"{MARK}dn3"
    assert needle("DN3", open_ended=True) in line("管DN300")
    assert needle("DN3") not in line("管DN300")
