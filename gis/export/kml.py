"""KML for site viewers: degrees of WGS 84, a folder and a colour for each kind, the records in every placemark."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.codes import Codes, KindCode
from gis.export.columns import Column, Marks, placed_points, placed_segments, point_columns, segment_columns
from gis.export.geojson import degrees
from gis.frame import Frame, Text
from gis.labels import line_labels

_CONTROL = {code: None for code in range(32) if code not in {9, 10, 13}} | dict.fromkeys((0xFFFE, 0xFFFF))


def write(points: Frame, segments: Frame, target: Path, crs: int, codes: Codes, marks: Marks) -> None:
    """Writes one document. Raises CoordinateError `display` where the datum may not be shown as WGS 84."""
    points, places = placed_points(points)
    segments, lines = placed_segments(segments)
    kinds = sorted({*_kinds(points), *_kinds(segments)})
    layers = (
        (segments, _shapes(degrees(lines, crs)), segment_columns(segments, codes), line_labels(segments, codes)),
        (points, _shapes(degrees(places, crs)), point_columns(points, codes), points.text("point_no")),
    )
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        file.write(f"<description>{_text(' · '.join(marks.lines()))}</description>\n")
        for kind in kinds:
            file.write(_style(kind, codes))
        for kind in kinds:
            file.write(f"<Folder><name>{_text(_name(kind, codes))}</name>\n")
            for frame, shapes, columns, names in layers:
                rows = (frame.text("major") == kind[0]) & (frame.text("minor") == kind[1])
                file.writelines(_placemarks(np.flatnonzero(rows), shapes, columns, names, "-".join(kind)))
            file.write("</Folder>\n")
        file.write("</Document></kml>\n")


def _kinds(frame: Frame) -> set[KindCode]:
    return set(zip(frame.text("major"), frame.text("minor"), strict=True))


def _name(kind: KindCode, codes: Codes) -> str:
    known = codes.kind(*kind)
    return known.name_zh if known else "".join(kind)


def _style(kind: KindCode, codes: Codes) -> str:
    red, green, blue = codes.colour(*kind)
    colour = f"<color>ff{blue:02x}{green:02x}{red:02x}</color>"
    return (
        f"<Style id={quoteattr('-'.join(kind))}><IconStyle>{colour}<scale>0.6</scale></IconStyle>"
        f"<LineStyle>{colour}<width>2</width></LineStyle></Style>\n"
    )


def _placemarks(
    rows: NDArray[np.intp], shapes: Sequence[str], columns: Sequence[Column], names: Text, style: str
) -> Iterator[str]:
    texts = [[_text(_written(value)) for value in column.values[rows].tolist()] for column in columns]
    heads = [
        f"<Data name={quoteattr(column.name)}><displayName>{_text(column.label)}</displayName><value>"
        for column in columns
    ]
    for at, row in enumerate(rows.tolist()):
        data = "".join(
            f"{head}{column[at]}</value></Data>" for head, column in zip(heads, texts, strict=True) if column[at]
        )
        yield (
            f"<Placemark><name>{_text(names[row])}</name><styleUrl>#{_text(style)}</styleUrl>"
            f"<ExtendedData>{data}</ExtendedData>{shapes[row]}</Placemark>\n"
        )


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}" if math.isfinite(value) else ""
    return str(value)


def _shapes(shapes: NDArray[Any]) -> list[str]:
    """Every geometry as KML, the coordinates of all written at once."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    places = [f"{x:.9f},{y:.9f}" for x, y in coordinates.tolist()]
    bounds = np.searchsorted(part, np.arange(len(parts) + 1)).tolist()
    kinds = np.where(shapely.get_type_id(parts) == 0, "Point", "LineString").tolist()
    written = [
        f"<{kind}><coordinates>{' '.join(places[start:end])}</coordinates></{kind}>"
        for kind, start, end in zip(kinds, bounds[:-1], bounds[1:], strict=True)
    ]
    several = np.searchsorted(row, np.arange(len(shapes) + 1)).tolist()
    return [
        written[start] if end - start == 1 else f"<MultiGeometry>{''.join(written[start:end])}</MultiGeometry>"
        for start, end in pairwise(several)
    ]


def _text(text: str) -> str:
    if text.isalnum():
        return text
    return escape(text.translate(_CONTROL).encode("utf-8", "ignore").decode())
