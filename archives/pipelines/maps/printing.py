"""A map to scale as PDF: the vector drawing of an extent on paper, with frame, legend, scale bar and north."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from archives.core.documents import render
from archives.core.language import current_language, msg
from archives.pipelines.systems import PlaneFacts
from gis.codes import Codes, standard
from gis.drawing import BaseLayer, sketch
from gis.frame import Frame
from gis.sheets import PAPERS, Sheet, map_box

EDGE, STRIP = 10.0, 6.0
"""Millimetres of blank edge around the paper, and of the strip above and below the drawing."""
LEGEND_ROWS = 2
"""So many lines of legend are reckoned with when the extent is looked up; a longer one takes from its height."""


@dataclass(frozen=True, slots=True)
class MapSheet:
    """The paper: A4 to A0, upright or turned, the scale's denominator, and what stands above the map."""

    paper: str
    landscape: bool
    scale: int
    title: str

    @property
    def drawing_mm(self) -> tuple[float, float]:
        """Width and height of the drawing on the paper."""
        width, height = PAPERS[self.paper]
        if self.landscape:
            width, height = height, width
        return width - 2 * EDGE, height - 2 * EDGE - 2 * STRIP


@dataclass(frozen=True, slots=True)
class MapNotes:
    """Who prints it, for whom, from what: the words around the map. `secrecy` and `watermark` may be empty."""

    institution: str
    plane: PlaneFacts
    printed_on: date
    printed_by: str
    secrecy: str = ""
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn within an extent (see `extent_of`), in metres of the store's plane."""

    segments: Frame
    points: Frame
    base: Sequence[BaseLayer]
    extent: Polygon


def extent_of(sheet: MapSheet, east: float, north: float) -> Polygon:
    """What a sheet shows around a place, as a rectangle in the store's metres: for looking up what to draw."""
    _, _, width, height = map_box(sheet.drawing_mm, LEGEND_ROWS)
    across, down = (length * sheet.scale / 2000 for length in (width, height))
    return shapely.box(east - across, north - down, east + across, north + down)


def map_pdf(picture: Picture, sheet: MapSheet, notes: MapNotes, codes: Codes | None = None) -> bytes:
    """The map as PDF in the reader's language, the middle of the extent in its middle."""
    width, height = sheet.drawing_mm
    drawing = Sheet(
        scale=sheet.scale,
        size_mm=(width, height),
        described=described(notes.plane),
        title=sheet.title,
        language=current_language(),
    )
    # The sketch marks the area that it is centred on; far outside the frame the mark is cut off.
    around = picture.extent.buffer(math.sqrt(picture.extent.area), join_style="mitre")
    svg = sketch(around, picture.segments, picture.points, picture.base, drawing, codes or standard())
    data = {
        "institution": notes.institution,
        "date": notes.printed_on.isoformat(),
        "secrecy": notes.secrecy,
        "heading": sheet.title,
        "paper": sheet.paper,
        "landscape": sheet.landscape,
        "drawing": {"svg": svg, "width": width, "height": height, "scale": f"1:{sheet.scale}"},
        "printed_by": notes.printed_by,
        "watermark": notes.watermark,
    }
    return render("pipeline_map", data, language=current_language())


def described(plane: PlaneFacts) -> str:
    """What coordinates and heights refer to, as one line below a drawing; each fact once."""
    meridian = msg("central meridian %(meridian)s", meridian=plane.central_meridian)
    said = plane.name
    for fact, words in ((plane.central_meridian, meridian), (plane.height_datum, plane.height_datum)):
        said = said if fact in said else f"{said}, {words}"
    return said


def base_layers(features: Mapping[str, Sequence[tuple[str, BaseGeometry]]]) -> list[BaseLayer]:
    """What lies under the lines, from names and shapes by theme, in the order in which it is drawn."""
    return [_layer(theme, found) for theme, found in features.items() if found]


def _layer(theme: str, features: Sequence[tuple[str, BaseGeometry]]) -> BaseLayer:
    shapes = np.array([shape for _, shape in features], dtype=object)
    names = np.array([name for name, _ in features], dtype=object)
    return BaseLayer(theme, shapes, names if theme == "road" else None)
