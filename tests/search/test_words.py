"""Folding: one spelling for every way of typing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import fold


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
