"""Words as they are compared: one spelling for every way of typing them."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_IN_HAN = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")


def fold(text: str) -> str:
    """`text` for comparing: NFKC (full-width forms become half-width), lower case, spaces folded.

    A run of spaces is one space, none stands at the ends, and none between two Chinese characters, where it is
    only typesetting.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    # Lower-casing can undo the normal form (ẞ, İ), so it is made once more: folding twice changes nothing.
    spaced = _SPACE.sub(" ", unicodedata.normalize("NFKC", plain)).strip()
    return _SPACE_IN_HAN.sub("", spaced)
