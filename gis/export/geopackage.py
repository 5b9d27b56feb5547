"""GeoPackage: one file, a layer for points and one for segments, Chinese field names; the best to exchange."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyogrio.raw
import shapely
from numpy.typing import NDArray

from gis.codes import Codes
from gis.export.columns import Column, Marks, placed_points, placed_segments, point_columns, segment_columns
from gis.frame import Frame

POINT_LAYER, SEGMENT_LAYER = "pipe_point", "pipe_segment"


def write(points: Frame, segments: Frame, target: Path, crs: int | None, codes: Codes, marks: Marks) -> None:
    """Writes a new file; `crs` is the plane's EPSG code, None for a grid without one."""
    target.unlink(missing_ok=True)
    points, places = placed_points(points)
    segments, lines = placed_segments(segments)
    for layer, geometries, columns in (
        (POINT_LAYER, places, point_columns(points, codes)),
        (SEGMENT_LAYER, lines, segment_columns(segments, codes)),
    ):
        write_layer(
            target, geometries, columns, [column.label for column in columns], crs, driver="GPKG", layer=layer,
            dataset_metadata=described(marks) or None,
        )  # fmt: skip


def described(marks: Marks) -> dict[str, str]:
    """The marks by name."""
    named = {"SECRECY": marks.secrecy, "COPY_NO": marks.copy_no, "WATERMARK": marks.watermark, "CRS": marks.described}
    return {name: text for name, text in named.items() if text}


def write_layer(
    target: Path, geometries: NDArray[Any], columns: Sequence[Column], names: Sequence[str], crs: int | None,
    **options: Any,
) -> None:  # fmt: skip
    """One layer of a file. Lines that were clipped into several parts make the layer one of multi-lines."""
    several = bool((shapely.get_num_geometries(geometries) > 1).any())
    kind = "Point" if options.get("layer", "").upper().endswith("POINT") else "LineString"
    height = " Z" if shapely.has_z(geometries).any() else ""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)  # a grid that has no code is meant
        pyogrio.raw.write(
            target,
            shapely.to_wkb(geometries),
            [_written(column.values) for column in columns],
            list(names),
            geometry_type=f"{'Multi' if several else ''}{kind}{height}",
            promote_to_multi=several,
            crs=None if crs is None else f"EPSG:{crs}",
            encoding="UTF-8",
            **options,
        )


def _written(values: NDArray[Any]) -> NDArray[Any]:
    """Texts without their emptiness: a database has NULL for it."""
    if values.dtype != object:
        return values
    written = values.copy()
    written[values == ""] = None
    return written
