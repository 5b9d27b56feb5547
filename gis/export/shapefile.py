"""Shapefiles in one ZIP: points and lines of each class apart, UTF-8, short names and a table that explains them."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.codes import Codes
from gis.export.columns import Column, Marks, placed_points, placed_segments, point_columns, segment_columns
from gis.export.geopackage import write_layer
from gis.frame import Frame

LONGEST = 254
"""Bytes of a text in a DBF table."""
NAMES = "字段对照表.csv"


def write(points: Frame, segments: Frame, target: Path, crs: int | None, codes: Codes, marks: Marks) -> None:
    """Writes a ZIP of `JS_POINT.shp`, `JS_LINE.shp` and so on, with the table of names and the marks."""
    points, places = placed_points(points)
    segments, lines = placed_segments(segments)
    explained: dict[str, Column] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for role, frame, shapes, columns in (
            ("POINT", points, places, point_columns(points, codes)),
            ("LINE", segments, lines, segment_columns(segments, codes)),
        ):
            for layer, rows in _classes(frame, role):
                kept = [column._replace(values=_fitting(column.values[rows])) for column in columns]
                shorts = [column.short for column in kept]
                write_layer(
                    folder / f"{layer}.shp", shapes[rows], kept, shorts, crs, driver="ESRI Shapefile", layer=layer
                )
            explained |= {f"{role},{column.short}": column for column in columns}
        (folder / NAMES).write_text(_names(explained, marks), encoding="utf-8-sig")
        _pack(folder, target)


def _classes(frame: Frame, role: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    majors = frame.text("major")
    for major in sorted(set(majors)):
        name = major if major.isascii() and major.isalnum() else "QT"
        yield f"{name}_{role}", np.asarray(majors == major, dtype=bool)


def _fitting(values: NDArray[Any]) -> NDArray[Any]:
    """Texts cut to what a table can hold, whole characters only."""
    if values.dtype != object:
        return values
    return np.array(
        [text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore") for text in values], dtype=object
    )


def _names(explained: dict[str, Column], marks: Marks) -> str:
    rows = [f"{key},{column.label},{column.name}" for key, column in explained.items()]
    return "\n".join(["表,字段,中文名称,名称", *rows, "", *marks.lines(), ""])


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
