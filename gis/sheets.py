"""A printed sheet: its window on the plane, frame, grid crosses, corner coordinates, legend, scale bar and north.

Plain SVG 1.1 in millimetres of paper, y downwards.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from gis.area import Area
from gis.codes import Codes, KindCode, Rgb
from gis.frame import Number
from gis.placing import Place
from gis.symbols import SYMBOLS

PAPERS: Mapping[str, tuple[int, int]] = {
    "A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189),
}  # fmt: skip
"""Width and height in millimetres, upright (ISO 216)."""
SCALES = (200, 500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000)
FONT = "Noto Sans SC"
GRID = 0.1
"""Grid crosses stand 10 cm apart on paper, as on topographic maps."""

MARGIN = 9.0
TITLE = 10.0
FOOT = 14.0
LEGEND_ROW, LEGEND_COLUMN = 5.0, 34.0
TEXT, SMALL = 2.2, 1.9
_CORNER = 30.0
_CONTROL = {code: None for code in range(32) if code not in {9, 10, 13}} | dict.fromkeys((0xFFFE, 0xFFFF))
OUTLINE = 'stroke="#333333" stroke-width="0.5" stroke-dasharray="4 1 0.6 1"'
WORDS = {
    "zh": {"area": "查询范围", "legend": "图例", "scale": "比例尺", "abandoned": "废弃（虚线）", "north": "北"},
    "en": {"area": "Area asked about", "legend": "Legend", "scale": "Scale", "abandoned": "abandoned (dashed)",
           "north": "N"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """How it is printed. `size_mm` is the sketch's own width and height; `described` is the line that names plane
    system, central meridian and height datum; without `coordinates` no number tells where on earth it is."""

    scale: int
    size_mm: tuple[float, float]
    described: str
    title: str = ""
    coordinates: bool = True
    language: str = "zh"

    @property
    def words(self) -> Mapping[str, str]:
        """The fixed words, in the sheet's language."""
        return WORDS["zh" if self.language.lower().startswith("zh") else "en"]


def fitting_scale(area: Area, size_mm: tuple[float, float], legend_rows: int = 2) -> int:
    """The largest customary scale at which the whole area lies in the frame."""
    west, south, east, north = area.bounds
    _, _, width, height = map_box(size_mm, legend_rows)
    need = max((east - west) / width, (north - south) / height) * 1000
    return next((scale for scale in SCALES if need <= scale), math.ceil(need / 10_000) * 10_000)


class Window(NamedTuple):
    """The part of the plane that is drawn, and where on the sheet."""

    west: float
    south: float
    east: float
    north: float
    left: float
    top: float
    scale: int

    def paper(self, coordinates: NDArray[Any]) -> Number:
        """Millimetres on the sheet of places of shape (n, 2)."""
        east, north = coordinates[:, 0], coordinates[:, 1]
        per_metre = 1000 / self.scale
        return np.column_stack(
            [self.left + (east - self.west) * per_metre, self.top + (self.north - north) * per_metre]
        )

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height on the sheet."""
        per_metre = 1000 / self.scale
        return self.left, self.top, (self.east - self.west) * per_metre, (self.north - self.south) * per_metre


def map_box(size_mm: tuple[float, float], legend_rows: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of the map on a sheet whose legend takes so many lines."""
    width, height = size_mm
    foot = FOOT + legend_rows * LEGEND_ROW
    return MARGIN, TITLE, max(width - 2 * MARGIN, 10), max(height - TITLE - foot - MARGIN, 10)


def colour(rgb: Rgb) -> str:
    """A colour as SVG writes it."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _clean(text: str) -> str:
    """Text that XML can hold."""
    return escape(text.translate(_CONTROL).encode("utf-8", "ignore").decode("utf-8"), {'"': "&quot;"})


def text(
    place: Place | tuple[float, float], words: str, size: float = TEXT, anchor: str = "middle", fill: str = "#000000"
) -> str:
    """A text at a point of its foot, or turned around a place of its middle."""
    turn = f' transform="rotate({place.angle:.1f} {place.x:.2f} {place.y:.2f})"' if isinstance(place, Place) else ""
    x, y = place[0], place[1] + (size * 0.35 if isinstance(place, Place) else 0)
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{turn}>'
        f"{_clean(words)}</text>"
    )


def grid(window: Window, sheet: Sheet) -> Iterator[str]:
    """Crosses at round coordinates 10 cm apart, and their numbers at the frame; nothing without coordinates."""
    if not sheet.coordinates:
        return
    step = window.scale * GRID
    easts = np.arange(math.ceil(window.west / step) * step, window.east, step)
    norths = np.arange(math.ceil(window.south / step) * step, window.north, step)
    left, top, width, height = window.box
    columns = window.paper(np.column_stack([easts, np.full(len(easts), window.south)]))[:, 0]
    rows = window.paper(np.column_stack([np.full(len(norths), window.west), norths]))[:, 1]
    for east, x in zip(easts, columns, strict=True):
        if _CORNER < x - left < width - _CORNER:
            yield text((x, top + height + 2.4), f"{east:.0f}", SMALL)
    for north, y in zip(norths, rows, strict=True):
        if _CORNER / 4 < y - top < height - _CORNER / 4:
            yield text(Place(left - 1.6, y, -90, False), f"{north:.0f}", SMALL)
    arms = [f"M{x - 2.5:.2f} {y:.2f}h5M{x:.2f} {y - 2.5:.2f}v5" for x in columns for y in rows]
    if arms:
        yield f'<path d="{"".join(arms)}" stroke="#000000" stroke-width="0.1" fill="none" clip-path="url(#map)"/>'


def frame(window: Window, sheet: Sheet) -> Iterator[str]:
    """Title, neat line, corner coordinates, north arrow, scale bar and the line of the reference systems."""
    left, top, width, height = window.box
    yield text((sheet.size_mm[0] / 2, top - 4.2), sheet.title, 4.0)
    yield (
        f'<rect x="{left:g}" y="{top:g}" width="{width:.2f}" height="{height:.2f}" fill="none" stroke="#000000" '
        f'stroke-width="0.4"/>'
    )
    if sheet.coordinates:
        yield from _corners(window)
    yield from _north(*_arrow(window), sheet)
    foot = top + height + 6.5
    yield from _scale_bar(left, foot, sheet)
    yield text((left, foot + 5.2), sheet.described, TEXT, "start")


def _corners(window: Window) -> Iterator[str]:
    left, top, width, height = window.box
    for x, anchor, east in ((left, "start", window.west), (left + width, "end", window.east)):
        for y, north in ((top - 1.2, window.north), (top + height + 2.4, window.south)):
            yield text((x, y), f"X {north:.2f}  Y {east:.2f}", SMALL, anchor)


def _arrow(window: Window) -> tuple[float, float]:
    left, top, width, _ = window.box
    return left + width - 6, top + 4


def north_arrow_discs(window: Window) -> list[tuple[float, float, float]]:
    """Where the north arrow stands, for texts to keep away."""
    x, y = _arrow(window)
    return [(x, y + 3, 3.5), (x, y + 9, 3.5)]


def _north(x: float, y: float, sheet: Sheet) -> Iterator[str]:
    yield f'<path d="M{x:.2f} {y:.2f}l2 9l-2 -2l-2 2Z" fill="#ffffff" stroke="#000000" stroke-width="0.25"/>'
    yield f'<path d="M{x:.2f} {y:.2f}v7l-2 2Z" fill="#000000"/>'
    yield text((x, y + 12), sheet.words["north"], 2.8)


def _scale_bar(x: float, y: float, sheet: Sheet) -> Iterator[str]:
    """Four parts of 10 mm, black and white in turn."""
    for part in range(4):
        fill = "#000000" if part % 2 == 0 else "#ffffff"
        yield (
            f'<rect x="{x + 10 * part:g}" y="{y:.2f}" width="10" height="1.2" fill="{fill}" stroke="#000000" '
            f'stroke-width="0.15"/>'
        )
    for part in range(5):
        metres = part * sheet.scale / 100
        yield text((x + 10 * part, y - 0.7), f"{metres:g}" + (" m" if part == 4 else ""), SMALL)
    colon = "：" if sheet.words is WORDS["zh"] else ": "
    yield text((x + 48, y + 1.4), f"{sheet.words['scale']}{colon}1:{sheet.scale}", 2.6, "start")


class Key(NamedTuple):
    """One entry of the legend: a kind by its colour, or a symbol by its name."""

    kind: KindCode | None
    symbol: str = ""


def legend_rows(keys: Sequence[Key], sheet: Sheet) -> int:
    """How many lines the legend takes below the frame; the area's own line is one more entry."""
    return math.ceil((len(keys) + 2) / _columns(sheet))


def legend(keys: Sequence[Key], window: Window, sheet: Sheet, codes: Codes) -> Iterator[str]:
    """The kinds and symbols that are shown, below the frame."""
    left, top, _, height = window.box
    columns, start = _columns(sheet), top + height + FOOT + 3
    yield text((left, start + 0.8), sheet.words["legend"], 2.8, "start")
    for at, key in enumerate(keys, 1):
        x, y = left + at % columns * LEGEND_COLUMN, start + at // columns * LEGEND_ROW
        name = _key_name(key, sheet, codes)
        if key.kind is not None:
            yield _sample(x, y, f'stroke="{colour(codes.colour(*key.kind))}" stroke-width="0.6"')
        else:
            yield f'<use xlink:href="#{key.symbol}" x="{x + 5:g}" y="{y:.2f}" stroke="#000000" stroke-width="0.2"/>'
        yield text((x + 11, y + 0.8), name, TEXT, "start")
    at = len(keys) + 1
    x, y = left + at % columns * LEGEND_COLUMN, start + at // columns * LEGEND_ROW
    yield _sample(x, y, OUTLINE)
    yield text((x + 11, y + 0.8), sheet.words["area"], TEXT, "start")


def _sample(x: float, y: float, style: str) -> str:
    return f'<path d="M{x:g} {y:.2f}h10" fill="none" {style}/>'


def _columns(sheet: Sheet) -> int:
    return max(1, int((sheet.size_mm[0] - 2 * MARGIN) // LEGEND_COLUMN))


def _key_name(key: Key, sheet: Sheet, codes: Codes) -> str:
    chinese = sheet.words is WORDS["zh"]
    if key.kind is None:
        return SYMBOLS[key.symbol].name_zh if chinese else SYMBOLS[key.symbol].name_en
    kind = codes.kind(*key.kind)
    return " ".join(filter(None, key.kind)) if kind is None else kind.name_zh if chinese else kind.name_en
