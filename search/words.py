"""Words as they are compared: one spelling for every way of typing them, and one analysis for every engine.

A text becomes a *line*: folded, in simplified characters, without blanks, each run of letters and digits between two
marks. One rule then says what every engine must find: a needle matches a line that contains it. Tokens only make that
quick: a run of Chinese characters gives every pair of neighbours and its last character, a run of letters and digits
gives itself, a sign gives itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from operator import add
from typing import NamedTuple

from opencc import OpenCC

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_IN_HAN = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")

MARK = "\ufdd1"
"""Stands on both sides of a run of letters and digits in a line. Unicode keeps this code free for such uses."""

FIELD = "\ufdd0"
"""Begins a field in a line of several."""

_UNKEPT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd1]")
_RUN = re.compile(f"([^\\W_{_HAN}]+)")
_PART = re.compile(f"([{_HAN}]+)|{MARK}([^{MARK}]+){MARK}|(.)", re.DOTALL)
_ONE_HAN = re.compile(f"[{_HAN}]")


def fold(text: str) -> str:
    """`text` for comparing: NFKC (full-width forms become half-width), lower case, spaces folded.

    A run of spaces is one space, none stands at the ends, and none between two Chinese characters, where it is
    only typesetting.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    # Lower-casing can undo the normal form (ẞ, İ), so it is made once more: folding twice changes nothing.
    spaced = _SPACE.sub(" ", unicodedata.normalize("NFKC", plain)).strip()
    return _SPACE_IN_HAN.sub("", spaced)


def simplified(text: str) -> str:
    """`text` in simplified characters, one for one, whatever stands beside them: as in the query, so in the index."""
    return text.translate(_traditional())


@cache
def _traditional() -> dict[int, str]:
    """Traditional characters and what each is written today, from OpenCC's table for single characters."""
    codes = (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x33480))
    known = [chr(code) for code in codes]
    written = OpenCC("t2s").convert("\n".join(known)).split("\n")
    table = {old: new for old, new in zip(known, written, strict=True) if old != new and len(new) == 1}
    return {ord(old): table.get(new, new) for old, new in table.items()}


def line(text: str) -> str:
    """The line of a text; in it, `FIELD` is a sign like any other."""
    folded = simplified(fold(_UNKEPT.sub("", text)))
    return _RUN.sub(f"{MARK}\\1{MARK}", folded).replace(" ", "")


def line_of(texts: Sequence[str]) -> str:
    """The line of several fields, each after its own `FIELD`, so that nothing matches across two."""
    return FIELD + line(FIELD.join(text.replace(FIELD, "") for text in texts))


def needle(typed: str, *, open_ended: bool = False) -> str:
    """What a line must contain to match; "" when nothing but signs was typed.

    Signs at the ends are left out. `open_ended` lets the last run of letters and digits go on (DN3 finds DN300).
    """
    folded = fold(typed.replace(FIELD, ""))
    kept = [at for at, char in enumerate(folded) if not is_sign(char)]
    found = line(folded[kept[0] : kept[-1] + 1]) if kept else ""
    return found[:-1] if open_ended and found.endswith(MARK) else found


class Token(NamedTuple):
    """One token; `more` when longer tokens that begin so count as well."""

    text: str
    more: bool = False


def tokens(of_line: str) -> list[str]:
    """The tokens of one field's line, in their order."""
    found: list[str] = []
    for han, run, sign in _PART.findall(of_line):
        if han:
            found += map(add, han, han[1:])
            found.append(han[-1])
        else:
            found.append(run or sign)
    return found


def needle_tokens(of_needle: str) -> list[Token]:
    """The tokens that follow one another wherever the needle is found."""
    closed = of_needle + MARK if of_needle.count(MARK) % 2 else of_needle
    found = [Token(text) for text in tokens(closed)]
    if closed != of_needle:
        return [*found[:-1], Token(found[-1].text, more=True)]
    if not _ONE_HAN.match(of_needle[-1]):
        return found
    # A last character alone may have a neighbour in the text; after others it is the pair before it that counts.
    alone = len(of_needle) == 1 or not _ONE_HAN.match(of_needle[-2])
    return [*found[:-1], Token(found[-1].text, more=True)] if alone else found[:-1]


def is_sign(token: str) -> bool:
    """Whether a token is a sign; it is needed only where the place of each token is kept."""
    return unicodedata.category(token[0])[0] in "PSZ"
