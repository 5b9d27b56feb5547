"""DXF 2010: layers by code in its colour, symbols as blocks with point numbers, labels along the lines, heights kept.

The frame of the drawing (layers, blocks, styles, title) is made by ezdxf; the entities are written straight into it,
because a hundred thousand objects of a drawing library take minutes and a gigabyte.
"""

import math
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from ezdxf.colors import rgb2int
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.filemanagement import new
from numpy.typing import NDArray

from gis.codes import Codes, KindCode
from gis.export.columns import Column, Marks, placed_points, placed_segments, point_columns, segment_columns
from gis.export.dxf_entities import Entities, Look, Point, clean, record
from gis.frame import Frame, Number
from gis.labels import line_labels, turned
from gis.placing import along, longest_pieces, width_of
from gis.symbols import SYMBOLS, Circle, Line, symbols

APPLICATION = "CHENGDANG"
"""The name under which records stand in extended data."""
STYLE, FONT = "CHINESE", "simsun.ttc"
TAG = "点号"
TITLE_LAYER = "TITLE"
TEXT_MM, NUMBER_MM, TITLE_MM = 2.0, 1.8, 4.0

_EMPTY = "  0\nSECTION\n  2\nENTITIES\n"
_BOUND = 0x10000


def write(
    points: Frame, segments: Frame, target: Path, crs: int | None, codes: Codes, marks: Marks, scale: int = 500
) -> None:
    """Writes a drawing in metres of the plane, texts and symbols sized for print at `scale`.

    Layers are `JP_LINE`, `JP_POINT` and `JP_TEXT` by the code of the kind, or of the class where only that is known.
    The title below the drawing names the marks and the reference systems.
    """
    points, places = placed_points(points)
    segments, lines = placed_segments(segments)
    kinds = sorted({*_kinds(points), *_kinds(segments)})
    skeleton = _drawing(kinds, codes, scale, _bounds(places, lines))
    footer = [*marks.lines(), f"1:{scale}" if crs is None else f"EPSG:{crs}  1:{scale}"]
    _title(skeleton, footer, _bounds(places, lines), scale)
    vertices = int(shapely.get_num_coordinates(lines).sum()) if len(lines) else 0
    skeleton.entitydb.handles.reset(f"{_BOUND + 6 * len(points) + 6 * len(segments) + 2 * vertices + 16:X}")
    entities = Entities(skeleton.modelspace().layout_key, APPLICATION, STYLE, _BOUND)
    before, after = _halves(skeleton)
    with target.open("w", encoding="utf-8", newline="\r\n") as file:
        file.write(before)
        file.writelines(_lines(entities, segments, lines, segment_columns(segments, codes)))
        file.writelines(_labels(entities, segments, lines, codes, scale))
        file.writelines(_symbols(entities, points, places, point_columns(points, codes), scale))
        file.write(after)


def layer_name(kind: KindCode, role: str) -> str:
    """The layer of a kind's lines, points or texts."""
    code = kind[1] or kind[0]
    return f"{code if code.isascii() and code.isalnum() else 'QT'}_{role}"


def _kinds(frame: Frame) -> set[KindCode]:
    return set(zip(frame.text("major"), frame.text("minor"), strict=True))


def _bounds(places: NDArray[Any], lines: NDArray[Any]) -> tuple[float, float, float, float]:
    shapes = np.concatenate([places, lines])
    found = shapely.total_bounds(shapes) if len(shapes) else (0, 0, 0, 0)
    west, south, east, north = (float(side) if math.isfinite(side) else 0.0 for side in found)
    return west, south, east, north


def _drawing(kinds: Sequence[KindCode], codes: Codes, scale: int, bounds: tuple[float, float, float, float]) -> Drawing:
    """The drawing without its pipelines."""
    drawing = new("R2010", setup=["linetypes"])
    drawing.header["$INSUNITS"] = 6  # metres
    drawing.header["$LTSCALE"] = scale / 1000
    drawing.header["$EXTMIN"], drawing.header["$EXTMAX"] = (*bounds[:2], 0), (*bounds[2:], 0)
    drawing.appids.add(APPLICATION)
    drawing.styles.add(STYLE, font=FONT)
    drawing.layers.add(TITLE_LAYER, color=7)
    for kind in kinds:
        known = codes.kind(*kind)
        for role in ("LINE", "POINT", "TEXT"):
            if layer_name(kind, role) not in drawing.layers:
                drawing.layers.add(
                    layer_name(kind, role), color=known.aci if known else 7, true_color=rgb2int(codes.colour(*kind))
                )
    for name in SYMBOLS:
        _block(drawing, name)
    return drawing


def block_name(symbol: str) -> str:
    """The block of a symbol."""
    return f"PIPE_{symbol.upper()}"


def _block(drawing: Drawing, name: str) -> None:
    """A symbol in millimetres of paper, with a place for the point's number."""
    block = drawing.blocks.new(block_name(name))
    for shape in SYMBOLS[name].shapes:
        if isinstance(shape, Circle):
            block.add_circle((shape.x, shape.y), shape.radius)
            if shape.filled:
                hatch = block.add_hatch(color=256)
                hatch.paths.add_edge_path().add_arc((shape.x, shape.y), shape.radius, 0, 360)
        else:
            _outline(block, shape)
    block.add_attdef(TAG, (1.4, 0.6), height=NUMBER_MM, dxfattribs={"style": STYLE})


def _outline(block: Any, shape: Line) -> None:
    block.add_lwpolyline(shape.points, close=shape.closed)
    if shape.filled:
        block.add_hatch(color=256).paths.add_polyline_path(shape.points, is_closed=True)


def _title(drawing: Drawing, footer: Sequence[str], bounds: tuple[float, float, float, float], scale: int) -> None:
    """Below the drawing, in a box: secrecy, copy number, watermark, reference systems and scale."""
    height = TITLE_MM * scale / 1000
    words = [clean(line) for line in footer]
    space = drawing.modelspace()
    left, top = bounds[0], bounds[1] - 4 * height
    for at, line in enumerate(words):
        place = (left + height, top - (at + 1) * 1.6 * height)
        space.add_text(
            line, height=height, dxfattribs={"layer": TITLE_LAYER, "style": STYLE}
        ).set_placement(place, align=TextEntityAlignment.LEFT)  # fmt: skip
    right = left + 2 * height + max(width_of(line, height) for line in words)
    bottom = top - (len(words) + 0.6) * 1.6 * height
    box = [(left, top), (right, top), (right, bottom), (left, bottom)]
    space.add_lwpolyline(box, close=True, dxfattribs={"layer": TITLE_LAYER})


def _halves(drawing: Drawing) -> tuple[str, str]:
    """The drawing's text before and after the place of further entities."""
    stream = StringIO()
    drawing.write(stream)
    before, mark, after = stream.getvalue().partition(_EMPTY)
    return before + mark, after


def _records(columns: Sequence[Column], count: int) -> list[list[str]]:
    """For each row its filled attributes as extended data."""
    rows: list[list[str]] = [[] for _ in range(count)]
    for column in columns:
        texts: dict[Any, str] = {}
        for row, value in zip(rows, column.values.tolist(), strict=True):
            if value in texts:
                row.append(texts[value])
            elif value != "" and not (isinstance(value, float) and math.isnan(value)):
                written = f"{value:.10g}" if isinstance(value, float) else str(value)
                texts[value] = record(column.label, written)
                row.append(texts[value])
    return rows


def _layers(frame: Frame, role: str) -> list[str]:
    names = {kind: layer_name(kind, role) for kind in _kinds(frame)}
    return [names[kind] for kind in zip(frame.text("major"), frame.text("minor"), strict=True)]


def _lines(entities: Entities, segments: Frame, lines: NDArray[Any], columns: Sequence[Column]) -> Iterator[str]:
    parts, rows = shapely.get_parts(lines, return_index=True)
    points = _points(parts)
    bounds = np.searchsorted(_owners(parts), np.arange(len(parts) + 1)).tolist()
    records, layers = _records(columns, len(segments)), _layers(segments, "LINE")
    abandoned = np.isin(segments.text("status"), ("1", "废弃")).tolist()
    for part, row in enumerate(rows.tolist()):
        vertices = points[bounds[part] : bounds[part + 1]]
        yield entities.line(layers[row], vertices, records[row], abandoned[row])


def _owners(parts: NDArray[Any]) -> NDArray[np.intp]:
    owners: NDArray[np.intp] = shapely.get_coordinates(parts, return_index=True)[1]
    return owners


def _points(shapes: NDArray[Any]) -> list[Point]:
    """All coordinates; where no height is known it is 0, as CAD has no other word for it."""
    coordinates: Number = np.nan_to_num(shapely.get_coordinates(shapes, include_z=True))
    return [(x, y, z) for x, y, z in coordinates.tolist()]


def _labels(entities: Entities, segments: Frame, lines: NDArray[Any], codes: Codes, scale: int) -> Iterator[str]:
    """A text over the longest piece of every line that is longer than its text."""
    height = TEXT_MM * scale / 1000
    rows, starts, ends = longest_pieces(lines)
    labels, layers = line_labels(segments, codes), _layers(segments, "TEXT")
    lengths = np.hypot(*(ends - starts).T)
    flip = np.array([1, -1])
    for row, start, end, length in zip(
        rows.tolist(), (starts * flip).tolist(), (ends * flip).tolist(), lengths.tolist(), strict=True
    ):
        label = labels[row]
        if label and width_of(label, height) <= length:
            place = along((start[0], start[1]), (end[0], end[1]), 0.4 * height)
            words = turned(label) if place.turned else label
            yield entities.text(layers[row], (place.x, -place.y, 0), words, height, -place.angle, centred=True)


def _symbols(
    entities: Entities, points: Frame, places: NDArray[Any], columns: Sequence[Column], scale: int
) -> Iterator[str]:
    metres = scale / 1000
    angles = np.nan_to_num(points.number("rotation")).tolist()
    names, numbers = [block_name(name) for name in symbols(points)], points.text("point_no")
    records, layers = _records(columns, len(points)), _layers(points, "POINT")
    for at, place in enumerate(_points(places)):
        look = Look(metres, angles[at], NUMBER_MM * metres)
        yield entities.symbol(layers[at], names[at], place, look, TAG, numbers[at], records[at])
