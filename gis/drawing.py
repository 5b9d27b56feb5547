"""The sketch of an area for print: pipelines in the standard's colours, symbols, labels, frame, grid, legend, scale.

Plain SVG 1.1 in millimetres of paper, y downwards, so that a PDF takes it as it is.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.area import Area
from gis.codes import Codes, KindCode, Rgb
from gis.frame import Frame, Number, Text
from gis.labels import line_labels, turned
from gis.placing import Place, Taken, along, longest_pieces, width_of
from gis.sheets import (
    FONT,
    OUTLINE,
    SMALL,
    TEXT,
    Key,
    Sheet,
    Window,
    colour,
    frame,
    grid,
    legend,
    legend_rows,
    map_box,
    north_arrow_discs,
    text,
)
from gis.symbols import SYMBOLS, Circle, Line, symbols

_SAME_LABEL = 45.0
_MOST_LABELS = 3000
_BASE = {
    "road": 'fill="none" stroke="#b4b4b4" stroke-width="0.2"',
    "block": 'fill="#f6f6f2" stroke="#d0d0d0" stroke-width="0.15"',
    "building": 'fill="#ececec" stroke="#9a9a9a" stroke-width="0.15"',
}


class BaseLayer(NamedTuple):
    """What lies under the pipelines: `kind` is road, block or building; `names` are written along or inside."""

    kind: str
    geometries: NDArray[Any]
    names: Text | None = None


def sketch(
    area: Area | None,
    segments: Frame,
    points: Frame,
    base_layers: Sequence[BaseLayer],
    sheet: Sheet,
    codes: Codes,
) -> str:
    """The sketch as SVG. Segments need `geometry`, points `east` and `north`, in metres of one plane.

    The window is centred on the area, or without one on what is drawn; whatever lies beyond the frame is cut off.
    """
    keys = _keys(segments, points, codes)
    window = _window(area, segments, points, sheet, legend_rows(keys, sheet))
    parts = [
        _defs(window),
        *_base(base_layers, window),
        *_outline(area, window),
        *_pipelines(segments, window, codes),
        *_symbols(points, window, codes),
        *_labels(segments, points, base_layers, window, codes),
        *grid(window, sheet),
        *frame(window, sheet),
        *legend(keys, window, sheet, codes),
    ]
    width, height = sheet.size_mm
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}" font-family="{FONT}" '
        f'font-size="{TEXT}">'
    )
    return "\n".join([head, f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>', *parts, "</svg>"])


def _window(area: Area | None, segments: Frame, points: Frame, sheet: Sheet, legend_rows: int) -> Window:
    left, top, width, height = map_box(sheet.size_mm, legend_rows)
    metres = sheet.scale / 1000
    across, down = width * metres, height * metres
    x, y = _middle(area, segments, points)
    west, south = round(x - across / 2), round(y - down / 2)
    return Window(west, south, west + across, south + down, left, top, sheet.scale)


def _middle(area: Area | None, segments: Frame, points: Frame) -> tuple[float, float]:
    if area is not None and not area.is_empty:
        west, south, east, north = area.bounds
        return (west + east) / 2, (south + north) / 2
    if len(segments):
        west, south, east, north = shapely.total_bounds(segments.columns["geometry"])
        return float(west + east) / 2, float(south + north) / 2
    known = np.isfinite(points.number("east"))
    if known.any():
        return float(np.median(points.number("east")[known])), float(np.median(points.number("north")[known]))
    return 0.0, 0.0


def _clipped(shapes: NDArray[Any], window: Window) -> NDArray[Any]:
    """The shapes inside the window; empty ones for those outside."""
    found: NDArray[Any] = shapely.clip_by_rect(shapely.force_2d(shapes), *window[:4])
    return found


def _path(shapes: NDArray[Any], window: Window, close: bool = False) -> str:
    """All lines of the shapes, or with `close` all rings of their areas, as one path's data."""
    parts = shapely.get_parts(shapes)
    lines = shapely.get_rings(parts) if close else parts[shapely.get_dimensions(parts) == 1]
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    if not len(coordinates):
        return ""
    starts = np.concatenate([[True], owner[1:] != owner[:-1]])
    move = "ZM" if close else "M"
    steps = zip(starts.tolist(), window.paper(coordinates).tolist(), strict=True)
    data = "".join(f"{move if start else 'L'}{x:.2f} {y:.2f}" for start, (x, y) in steps)
    return f"{data[1:]}Z" if close else data


def _defs(window: Window) -> str:
    left, top, width, height = window.box
    shapes = "".join(f'<g id="{name}">{"".join(map(_shape, symbol.shapes))}</g>' for name, symbol in SYMBOLS.items())
    clip = f'<clipPath id="map"><rect x="{left:g}" y="{top:g}" width="{width:.2f}" height="{height:.2f}"/></clipPath>'
    return f"<defs>{clip}{shapes}</defs>"


def _shape(shape: Circle | Line) -> str:
    fill = "" if shape.filled else ' fill="#ffffff"'
    if isinstance(shape, Circle):
        return f'<circle cx="{shape.x:g}" cy="{-shape.y:g}" r="{shape.radius:g}"{fill}/>'
    points = " ".join(f"{x:g},{-y:g}" for x, y in shape.points)
    return f'<polygon points="{points}"{fill}/>' if shape.closed else f'<polyline points="{points}" fill="none"/>'


def _base(layers: Sequence[BaseLayer], window: Window) -> Iterator[str]:
    for layer in layers:
        clipped = _clipped(layer.geometries, window)
        parts = shapely.get_parts(clipped)
        areas = parts[shapely.get_dimensions(parts) == 2]
        lines = parts[shapely.get_dimensions(parts) == 1]
        style = _BASE.get(layer.kind, _BASE["road"])
        for data in (_path(areas, window, close=True), _path(lines, window)):
            if data:
                yield f'<path d="{data}" {style} fill-rule="evenodd"/>'


def _outline(area: Area | None, window: Window) -> Iterator[str]:
    if area is not None and not area.is_empty:
        data = _path(np.array([area], dtype=object), window, close=True)
        yield f'<path d="{data}" fill="none" {OUTLINE} clip-path="url(#map)"/>'


def _keys(segments: Frame, points: Frame, codes: Codes) -> list[Key]:
    """What the legend explains: the kinds in the standard's order, then the symbols."""
    known = {key: at for at, key in enumerate(codes.kinds)}
    kinds = sorted({*_kinds(segments), *_kinds(points)}, key=lambda kind: (known.get(kind, len(known)), kind))
    shown = set(symbols(points))
    return [*(Key(kind) for kind in kinds), *(Key(None, name) for name in SYMBOLS if name in shown)]


def _kinds(frame: Frame) -> list[KindCode]:
    """The kinds that occur, in their order."""
    return sorted(set(zip(frame.text("major"), frame.text("minor"), strict=True)))


def _of(frame: Frame, kind: KindCode) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (frame.text("major") == kind[0]) & (frame.text("minor") == kind[1])
    return found


def _pipelines(segments: Frame, window: Window, codes: Codes) -> Iterator[str]:
    if not len(segments):
        return
    clipped = _clipped(segments.columns["geometry"], window)
    abandoned = np.isin(segments.text("status"), ("1", "废弃"))
    for kind in _kinds(segments):
        for rows, dash in ((~abandoned, ""), (abandoned, ' stroke-dasharray="1.6 0.8"')):
            data = _path(clipped[_of(segments, kind) & rows], window)
            if data:
                yield (
                    f'<path d="{data}" fill="none" stroke="{colour(codes.colour(*kind))}" stroke-width="0.4" '
                    f'stroke-linecap="round"{dash}/>'
                )


def _placed(points: Frame, window: Window) -> tuple[Frame, Number]:
    """The points inside the window, and where they stand on the sheet."""
    east, north = points.number("east"), points.number("north")
    inside = (east >= window.west) & (east <= window.east) & (north >= window.south) & (north <= window.north)
    kept = points.take(inside)
    return kept, window.paper(np.column_stack([east[inside], north[inside]]))


def _symbols(points: Frame, window: Window, codes: Codes) -> Iterator[str]:
    kept, paper = _placed(points, window)
    names = symbols(kept)
    for kind in _kinds(kept):
        ink = colour(codes.colour(*kind))
        uses = "".join(
            f'<use xlink:href="#{name}" x="{x:.2f}" y="{y:.2f}"/>'
            for name, (x, y) in zip(names[_of(kept, kind)], paper[_of(kept, kind)], strict=True)
        )
        yield f'<g stroke="{ink}" fill="{ink}" stroke-width="0.2">{uses}</g>'


def _labels(
    segments: Frame, points: Frame, layers: Sequence[BaseLayer], window: Window, codes: Codes
) -> Iterator[str]:  # fmt: skip
    """Texts along the lines, the longest line first, then point numbers and the names of roads, where there is room."""
    taken = Taken(window.box)
    for disc in north_arrow_discs(window):
        taken.disc(*disc)
    kept, paper = _placed(points, window)
    for x, y in paper:
        taken.disc(x, y, 0.8)
    yield from _line_labels(segments, window, codes, taken)
    yield from _point_numbers(kept, paper, codes, taken)
    for layer in layers:
        if layer.names is not None:
            yield from _names(layer, layer.names, window, taken)


def _line_labels(segments: Frame, window: Window, codes: Codes, taken: Taken) -> Iterator[str]:
    if not len(segments):
        return
    rows, starts, ends = longest_pieces(_clipped(segments.columns["geometry"], window))
    starts, ends = window.paper(starts[:_MOST_LABELS]), window.paper(ends[:_MOST_LABELS])
    kept = segments.take(rows[:_MOST_LABELS])
    labels = line_labels(kept, codes)
    majors, minors = kept.text("major"), kept.text("minor")
    for at, label in enumerate(labels):
        place = along(tuple(starts[at]), tuple(ends[at]), TEXT * 0.75)
        if not label or width_of(label, TEXT) > math.dist(starts[at], ends[at]):
            continue
        if taken.claim_once(label, place, TEXT, _SAME_LABEL):
            ink = colour(_dark(codes.colour(majors[at], minors[at])))
            yield text(place, turned(label) if place.turned else label, fill=ink)


def _dark(rgb: Rgb) -> Rgb:
    """A colour that can be read as text on white: bright cyan and green are printed darker."""
    light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
    red, green, blue = (int(part * 0.55) for part in rgb) if light > 140 else rgb
    return red, green, blue


def _point_numbers(kept: Frame, paper: Number, codes: Codes, taken: Taken) -> Iterator[str]:
    numbers, majors, minors = kept.text("point_no"), kept.text("major"), kept.text("minor")
    for at, (x, y) in enumerate(paper[:_MOST_LABELS]):
        width = width_of(numbers[at], SMALL)
        place = Place(x + 1.3 + width / 2, y - 1.4, 0, False)
        if numbers[at] and taken.claim(place, width, SMALL):
            yield text(place, numbers[at], SMALL, fill=colour(_dark(codes.colour(majors[at], minors[at]))))


def _names(layer: BaseLayer, names: Text, window: Window, taken: Taken) -> Iterator[str]:
    clipped = _clipped(layer.geometries, window)
    for at, place in [*_along_lines(clipped, window), *_inside_areas(clipped, window)]:
        name = str(names[at])
        if name and taken.claim_once(name, place, TEXT, _SAME_LABEL):
            yield text(place, name, fill="#777777")


def _along_lines(clipped: NDArray[Any], window: Window) -> Iterator[tuple[int, Place]]:
    lines = clipped.copy()
    lines[shapely.get_dimensions(clipped) != 1] = None
    rows, starts, ends = longest_pieces(lines)
    for row, start, end in zip(rows.tolist(), window.paper(starts), window.paper(ends), strict=True):
        yield row, along((start[0], start[1]), (end[0], end[1]), 0)


def _inside_areas(clipped: NDArray[Any], window: Window) -> Iterator[tuple[int, Place]]:
    rows = np.flatnonzero((shapely.get_dimensions(clipped) == 2) & ~shapely.is_empty(clipped))
    places = window.paper(shapely.get_coordinates(shapely.point_on_surface(clipped[rows])))
    for row, (x, y) in zip(rows, places, strict=True):
        yield int(row), Place(x, y, 0, False)
