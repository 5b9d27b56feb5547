"""管径, the size column: one text for a diameter, a section, the ducts of a bank or the cables in it.

Order of reading: ducts and cables (`16孔2根`), section (`400X300`), diameter with its sign (DN nominal, De outer, d
inner of concrete, Φ), bare number, ducts alone. Sizes are mm; a small number with decimals can only be metres.
"""

import re
import unicodedata
from typing import NamedTuple

import numpy as np

from gis.frame import Number, Text
from gis.survey.values import STROKES, Cells, Column, Doubt, distinct, written

LARGEST_METRES = 10
"""A number with decimals below this is a size in metres."""
LARGEST_MM = 20_000
"""No section is wider than 20 m."""

_N = r"\d+(?:\.\d+)?"
_DUCTS = re.compile(r"(\d{1,3})孔(?:[^\d]*(\d{1,4})[根条])?")
_CABLES = re.compile(r"(\d{1,4})[根条]")
_SECTION = re.compile(rf"[ΦФ∅Ø￠¢口□]?(?:BXH|B\*H)?({_N})(?:MM|M)?[X×*✕]({_N})(?:MM|M)?")
_DIAMETER = re.compile(rf"(?:HDN|DN|DE|D|Φ|Ф|∅|Ø|￠|¢)\.?({_N})(?:MM|M)?")
_BARE = re.compile(rf"({_N})(?:MM|M)?")
_MANY = re.compile(rf"(\d{{1,3}})(?:根|孔)?[-X×*](?:HDN|DN|DE|D|Φ|Ф|∅|Ø|￠|¢)({_N})(?:MM|M)?")
_ANY_SECTION = re.compile(rf"({_N})[X×*✕]({_N})")


class Size(NamedTuple):
    """Width and height in mm (equal for a circle), shape (circle, rect, ducts or ""), ducts and cables; NaN unknown."""

    width: float = np.nan
    height: float = np.nan
    shape: str = ""
    holes: float = np.nan
    cables: float = np.nan


class Sizes(NamedTuple):
    """The columns of many sizes, and the column of the raw text with its doubts."""

    width: Number
    height: Number
    shape: Text
    holes: Number
    cables: Number
    raw: Column


def size_columns(cells: Cells) -> Sizes:
    """The sizes of a column; each different text is read once."""
    numbers, different = distinct(cells)
    texts = [written(cell) for cell in different]
    parsed = [parse_size(text) for text in texts]
    doubts = {at: doubt for at, (_, doubt) in enumerate(parsed) if doubt}
    sizes = [size for size, _ in parsed]
    width, height, holes, cables = (
        np.array([size[at] for size in sizes], dtype=np.float64)[numbers] for at in (0, 1, 3, 4)
    )
    shape = np.array([size.shape for size in sizes], dtype=np.object_)[numbers]
    raw = np.array(texts, dtype=np.object_)[numbers]
    return Sizes(width, height, shape, holes, cables, Column(raw, different, numbers, doubts))


def parse_size(text: str) -> tuple[Size, Doubt | None]:
    """One size, and why it is in doubt: `not_a_size`, `metres` (taken as metres), `too_large`, `stroke`."""
    plain = "".join(unicodedata.normalize("NFKC", text.replace("￠", "Φ").replace("¢", "Φ")).split()).upper()
    if not plain:
        return Size(), None
    if plain in STROKES:
        return Size(), Doubt("F3", "stroke", severity="I")
    return _ducts(plain) or _many(plain) or _section(plain) or _circle(plain) or (Size(), Doubt("F3", "not_a_size"))


def _ducts(plain: str) -> tuple[Size, Doubt | None] | None:
    """Ducts, their cables and the bank's section, whatever stands there of the three."""
    found, cables = _DUCTS.search(plain), _CABLES.search(plain)
    if found is None and cables is None:
        return None
    holes = float(found[1]) if found else np.nan
    count = float(cables[1]) if cables else np.nan
    section = _ANY_SECTION.search(plain)
    width, height = (float(section[1]), float(section[2])) if section else (np.nan, np.nan)
    if max(width, height) < LARGEST_METRES:  # 16孔(4X4) is how the ducts lie
        width = height = np.nan
    return Size(width, height, "ducts" if found else "", holes, count), None


def _many(plain: str) -> tuple[Size, Doubt | None] | None:
    """Several pipes side by side, `2-Φ110` or `4×DN100`: ducts of that size."""
    found = _MANY.fullmatch(plain)
    if found is None:
        return None
    (width,), doubt = _millimetres(found[2])
    return Size(width, width, "ducts", float(found[1])), doubt


def _section(plain: str) -> tuple[Size, Doubt | None] | None:
    found = _SECTION.fullmatch(plain)
    if found is None:
        return None
    if found[1].isdigit() and found[2].isdigit() and max(int(found[1]), int(found[2])) < LARGEST_METRES:
        holes = int(found[1]) * int(found[2])  # 4X4 mm is no section, but it is how sixteen ducts lie
        return Size(shape="ducts", holes=float(holes)), Doubt("F3", "arrangement", f"{holes}孔", "W")
    (width, height), doubt = _millimetres(found[1], found[2])
    return Size(width, height, "rect"), doubt


def _circle(plain: str) -> tuple[Size, Doubt | None] | None:
    found = _DIAMETER.fullmatch(plain) or _BARE.fullmatch(plain)
    if found is None:
        return None
    (width,), doubt = _millimetres(found[1])
    return Size(width, width, "circle"), doubt


def _millimetres(*texts: str) -> tuple[list[float], Doubt | None]:
    """The numbers in mm: all are metres where each is small and one has decimals."""
    numbers = [float(text) for text in texts]
    doubt = None
    if max(numbers) < LARGEST_METRES and any("." in text for text in texts):
        numbers = [number * 1000 for number in numbers]
        doubt = Doubt("F3", "metres", "x".join(format(number, "g") for number in numbers), "W")
    if not 0 < max(numbers) <= LARGEST_MM:
        return [np.nan] * len(numbers), Doubt("F3", "too_large") if max(numbers) else Doubt("F3", "zero", severity="W")
    return numbers, doubt
