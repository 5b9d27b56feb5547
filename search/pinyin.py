"""Pinyin initials: 建设局 is found by jsj."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from search.words import fold, simplified

LONGEST = 40
"""Characters of a name that count."""


@lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """The first letter of each character's reading, as phrases are read (重庆 is cq); letters and digits stay."""
    folded = simplified(fold(name))[:LONGEST]
    letters = lazy_pinyin(folded, style=Style.FIRST_LETTER)
    return "".join(char for char in "".join(letters) if char.isalnum())
