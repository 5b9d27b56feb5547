"""A survey as files of features: GeoPackage, shapefiles, DXF. Coordinates in EPSG:4545, heights in metres."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace
from numpy.typing import NDArray
from pyogrio.raw import write

from archives.demo.headings import POINTS, SEGMENTS, attributes, kinds
from archives.demo.streets import EPSG
from gis.codes import standard
from gis.frame import Frame, Index, Mask
from gis.survey.model import Survey

_CRS = f"EPSG:{EPSG}"
_LABEL_HEIGHT = 1.2
"""Of point numbers in a drawing, in metres."""


def write_geopackage(folder: Path, survey: Survey) -> list[Path]:
    """管线数据.gpkg with the layers pipe_point and pipe_line."""
    path = folder / "管线数据.gpkg"
    shapes, drawn = lines(survey)
    _write(path, "pipe_point", point_shapes(survey.points), attributes(survey.points, POINTS), "GPKG", "Point Z")
    segments = attributes(survey.segments.take(drawn), SEGMENTS)
    _write(path, "pipe_line", shapes, segments, "GPKG", "LineString Z", append=True)
    return [path]


def write_shapefiles(folder: Path, survey: Survey) -> list[Path]:
    """A pair like JP_POINT.shp and JP_LINE.shp for each kind, text in GBK."""
    files = []
    shapes, drawn = lines(survey)
    points, segments = survey.points, survey.segments.take(drawn)
    for minor in kinds(survey):
        ours, theirs = points.text("minor") == minor, segments.text("minor") == minor
        for name, at, columns, kind in (
            ("POINT", point_shapes(points.take(ours)), attributes(points.take(ours), POINTS), "Point Z"),
            ("LINE", shapes[theirs], attributes(segments.take(theirs), SEGMENTS), "LineString Z"),
        ):
            path = folder / f"{minor}_{name}.shp"
            _write(path, path.stem, at, columns, "ESRI Shapefile", kind, encoding="GBK")
            files.append(path)
    return files


def _write(
    path: Path,
    layer: str,
    shapes: NDArray[Any],
    columns: Mapping[str, NDArray[Any]],
    driver: str,
    kind: str,
    *,
    append: bool = False,
    encoding: str = "UTF-8",
) -> None:
    data = [column if column.dtype == object else column.astype(np.float64) for column in columns.values()]
    names = [name[:10] for name in columns] if driver == "ESRI Shapefile" else list(columns)
    write(
        path, shapely.to_wkb(shapes), data, names, layer=layer, driver=driver, geometry_type=kind, crs=_CRS,
        encoding=encoding, append=append,
    )  # fmt: skip


def point_shapes(points: Frame) -> NDArray[Any]:
    """Points with the ground's height."""
    return np.asarray(shapely.points(points.number("east"), points.number("north"), points.number("ground_z")))


def lines(survey: Survey) -> tuple[NDArray[Any], Mask]:
    """Lines with the heights of their ends, and which segments have one: those whose two points are known."""
    a, b = (ends(survey, side) for side in ("start_no", "end_no"))
    drawn = (a >= 0) & (b >= 0)
    east, north = survey.points.number("east"), survey.points.number("north")
    heights = [survey.segments.number(name)[drawn] for name in ("start_z", "end_z")]
    sides = [np.column_stack([east[at[drawn]], north[at[drawn]], z]) for at, z in zip((a, b), heights, strict=True)]
    return np.asarray(shapely.linestrings(np.stack(sides, axis=1))), drawn


def ends(survey: Survey, side: str) -> Index:
    """The rows of the points that segments name; -1 where there is none, the first where there are several."""
    rows = {number: at for at, number in reversed(list(enumerate(survey.points.text("point_no").tolist())))}
    return np.array([rows.get(number, -1) for number in survey.segments.text(side).tolist()], dtype=np.intp)


def write_dxf(folder: Path, survey: Survey) -> list[Path]:
    """管线图.dxf (R2010): lines on JS_LINE, points on JS_POINT, their numbers on JS_TEXT, and so for each class."""
    document = new("R2010", setup=False)
    document.header["$INSUNITS"] = 6
    codes = standard()
    for major in dict.fromkeys(survey.segments.text("major").tolist()):
        for name in ("LINE", "POINT", "TEXT"):
            document.layers.add(f"{major}_{name}", color=codes.kinds[major, ""].aci)
    _draw(document.modelspace(), survey)
    path = folder / "管线图.dxf"
    document.saveas(path)
    return [path]


def _draw(space: Modelspace, survey: Survey) -> None:
    shapes, drawn = lines(survey)
    corners = shapely.get_coordinates(shapes, include_z=True).reshape(-1, 2, 3).tolist()
    for major, (start, end) in zip(survey.segments.text("major")[drawn].tolist(), corners, strict=True):
        space.add_line(start, end, dxfattribs={"layer": f"{major}_LINE"})
    points = survey.points
    places = np.column_stack([points.number(name) for name in ("east", "north", "ground_z")]).tolist()
    for major, number, place in zip(points.text("major"), points.text("point_no"), places, strict=True):
        space.add_point(place, dxfattribs={"layer": f"{major}_POINT"})
        label = {"layer": f"{major}_TEXT", "height": _LABEL_HEIGHT, "insert": place}
        space.add_text(number, dxfattribs=label)
