"""The map of a region: the areas right below it as an SVG of our own making, by the verdict of one rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from flask import url_for
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.language import msg
from archives.facilities.boundaries import queries
from archives.facilities.models import BoundaryLayer
from archives.facilities.rates import Rate
from archives.facilities.results.asking import Below, Region
from archives.facilities.results.words import SCOPES, VERDICTS
from gis.crs import operation

WIDTH, TALLEST = 900.0, 1100.0
"""Of the drawing, in its own units."""
MARGIN = 8.0
MARKS: Mapping[str, str] = {"met": "✓", "missed": "✗", "unknown": "?", "not_applicable": "–"}
"""So that a verdict is not told by colour alone."""
MOST_NAMES = 40
"""With more areas than these their names would cover each other."""


@dataclass(frozen=True, slots=True)
class ShownOutline:
    """An area on the map. `path` is SVG's; `x` and `y` are where its name stands; "" where it has no boundary."""

    name: str
    code: str
    href: str
    verdict: str
    rate: str
    path: str = ""
    x: float = 0
    y: float = 0

    @property
    def title(self) -> str:
        """What it says in one line."""
        said = msg("%(name)s: %(verdict)s", name=self.name, verdict=VERDICTS[self.verdict][1])
        return f"{said} {self.rate}".strip()


@dataclass(frozen=True, slots=True)
class ShownMap:
    """The drawing's height, its areas, the rate that it shows, and what must stand below it."""

    height: float
    areas: Sequence[ShownOutline]
    label: str
    key: str
    rates: Sequence[tuple[str, str]]
    layer: BoundaryLayer

    @property
    def drawn(self) -> list[ShownOutline]:
        """Those that have a boundary."""
        return [one for one in self.areas if one.path]

    @property
    def has_names(self) -> bool:
        """Whether there is room for them."""
        return len(self.drawn) <= MOST_NAMES


def map_of(session: Session, actor: Actor, region: Region, key: str) -> ShownMap | None:
    """The map by the rate that `key` names, or the first; None where no boundary of these areas is loaded."""
    shapes, layer = queries.shapes_below(session, actor, region.asked.region)
    if layer is None or not region.below:
        return None
    rates = {f"{one.target}.{one.scope}": one for one in region.rates}
    key = key if key in rates else next(iter(rates))
    below = sorted(region.below, key=lambda one: one.line.code)
    height, drawn = _drawn({one.line.code: shapes[one.line.code] for one in below if one.line.code in shapes})
    labels = {key: _label(region, one) for key, one in rates.items()}
    place = list(rates).index(key)
    areas = [_outline(region, one, one.rates[place], drawn.get(one.line.code)) for one in below]
    return ShownMap(height, areas, labels[key], key, list(labels.items()), layer)


def _label(region: Region, rate: Rate) -> str:
    name = region.evaluation.edition.each[rate.target][0].name
    return f"{rate.target} {name} · {SCOPES.get(rate.scope, rate.scope)}"


def _outline(region: Region, one: Below, rate: Rate, drawn: tuple[str, float, float] | None) -> ShownOutline:
    leads_to = (
        url_for("facilities.show", **region.asked.address(region=one.line.code))
        if one.areas > 1
        else url_for("facility_areas.show", code=one.line.code, **region.asked.address(region=""))
    )
    return ShownOutline(
        one.line.name,
        one.line.code,
        leads_to,
        rate.verdict,
        _rate(rate),
        *(drawn or ()),
    )


def _rate(rate: Rate) -> str:
    """As on the page that compares: a range where some are unknown, nothing where all are."""
    if rate.rate is None or rate.rate_at_most is None or rate.unknown == rate.denominator:
        return ""
    if not rate.unknown:
        return f"{rate.rate:.1f} %"
    return f"{rate.rate:.1f}–{rate.rate_at_most:.1f} %"


def _drawn(shapes: Mapping[str, str]) -> tuple[float, dict[str, tuple[str, float, float]]]:
    """The drawing's height, and each area's path and place of its name."""
    if not shapes:
        return 0, {}
    on_paper = _on_paper(np.asarray(shapely.from_geojson(list(shapes.values())), dtype=np.object_))
    height = float(shapely.total_bounds(on_paper)[3]) + MARGIN
    inside = shapely.get_coordinates(shapely.point_on_surface(on_paper))
    return height, {
        code: (_path(shape), round(float(x), 1), round(float(y), 1))
        for code, shape, (x, y) in zip(shapes, on_paper, inside, strict=True)
    }


def _on_paper(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Degrees as places on the drawing, true to area, y downwards."""
    places = shapely.get_coordinates(shapes)
    east, north = _albers(places)(places[:, 0], places[:, 1])
    width, height = np.ptp(east), np.ptp(north)
    scale = min((WIDTH - 2 * MARGIN) / max(width, 1), (TALLEST - 2 * MARGIN) / max(height, 1))
    left = (WIDTH - width * scale) / 2
    moved = np.stack([(east - east.min()) * scale + left, (north.max() - north) * scale + MARGIN], axis=1)
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=np.object_)


def _albers(places: NDArray[np.float64]) -> Any:
    """Albers' equal-area cone on the ellipsoid of CGCS2000, its parallels a sixth within the south and the north."""
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    sixth = (north - south) / 6
    road = operation(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=aea +lat_1={south + sixth} +lat_2={north - sixth} +lon_0={(west + east) / 2} +ellps=GRS80"
    )
    return road.transform


def _path(shape: shapely.Geometry) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in rings)


def _ring(places: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places[:-1].tolist()) + "Z"
