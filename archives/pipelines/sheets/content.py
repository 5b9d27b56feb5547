"""What a sheet shows: the lines of its area as the recipient may see them, put into tables, sums and a drawing.

Made up once, by the handler, and kept: what is checked and signed afterwards is this, not what the store says later.
Papers are in Chinese, whoever makes them up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import shapely
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.clock import today
from archives.core.documents.pipeline_papers import Drawing, HandOver, Line, LineGroup, Position, Sum
from archives.core.files import ContentStore
from archives.core.language import DEFAULT_LANGUAGE, gettext, msg, speaking
from archives.organisations.queries import named
from archives.pipelines import queries
from archives.pipelines.areas.service import Shape, asked, geometry_of
from archives.pipelines.lines import lines_in, store_of, where_for
from archives.pipelines.maps.base import DRAWN, features_in
from archives.pipelines.maps.printing import base_layers, described
from archives.pipelines.models import SavedArea, Sheet
from archives.pipelines.sheets.queries import secrecy_names
from archives.pipelines.sheets.rules import statements
from archives.pipelines.systems import PlaneFacts, plane_of
from archives.pipelines.vocabularies import kind_from, kind_name
from gis.codes import Codes, KindCode, standard
from gis.drawing import sketch
from gis.frame import Frame
from gis.labels import size_texts
from gis.sheets import Key, fitting_scale, legend_rows
from gis.sheets import Sheet as Paper
from gis.symbols import symbols

MOST_LINES = 1_000
"""Segments that the result table lists, some 40 pages; the sums count them all."""
DRAWING_MM = (165.0, 140.0)
DETAIL_UP_TO = 2_000
"""Beyond this scale symbols of points and buildings would lie on each other, and are left out."""
FIELDS = (
    *("major", "minor", "start_no", "end_no", "start_depth", "end_depth", "start_z", "end_z", "z_ref"),
    *("material", "material_raw", "size_raw", "width", "height", "shape", "burial", "burial_raw", "cables", "holes"),
    *("holes_used", "voltage", "flow", "status", "owner", "built_on", "length", "length3d"),
)
POINT_FIELDS = ("point_no", "major", "minor", "feature", "appurtenance", "east", "north", "rotation")
REFERENCES = {"top": msg("pipe top"), "invert": msg("invert"), "axis": msg("pipe axis"), "bottom": msg("pipe bottom")}
"""Where depths and heights are measured to."""


@dataclass(frozen=True, slots=True)
class Content:
    """A sheet made up: the highest rank of what it shows, how much it is, of which versions, and what it prints."""

    rank: int
    segments: int
    length: float
    versions: list[int]
    data: dict[str, Any]

    def keep(self, files: ContentStore) -> str:
        """Put it into the store; returns its SHA-256."""
        kept = {name: getattr(self, name) for name in ("rank", "segments", "length", "versions", "data")}
        return files.add(BytesIO(orjson.dumps(kept))).sha256


def content_of(sheet: Sheet, files: ContentStore) -> Content:
    """What the handler made up. Raises NotFoundError if nobody did yet."""
    return Content(**orjson.loads(files.path(sheet.content_sha256).read_bytes()))


def compose(session: Session, sheet: Sheet) -> Content:
    """Make up a sheet from what the archive holds today; writes nothing."""
    with speaking(DEFAULT_LANGUAGE):
        area = session.get_one(SavedArea, sheet.area_id)
        found = _found(session, sheet, area)
        return Content(
            rank=_rank(session, found.lines),
            segments=len(found.lines),
            length=float(np.nansum(found.lines.number("length"))),
            versions=_versions(found.lines),
            data=_data(session, sheet, area, found),
        )


def recipient_eyes(sheet: Sheet) -> Actor:
    """Who the lines are looked up for: one who sees what the archive has accepted, up to the rank of who asked."""
    return Actor(
        "account", sheet.asked_by, sheet.asked_by_id, roles=frozenset({Role.ENGINEER}), clearance=sheet.clearance
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines of the area in the order of the table, their points, and the kinds' names."""

    lines: Frame
    points: Frame
    codes: Codes


def _found(session: Session, sheet: Sheet, area: SavedArea) -> _Found:
    codes, eyes = standard(), recipient_eyes(sheet)
    kinds = [kind for text in sheet.kinds if (kind := kind_from(text, codes))] or None
    where = where_for(session, eyes, kinds=kinds)
    lines = lines_in(session, eyes, asked(area), where, FIELDS)
    points = store_of(session).points(session.connection(), (asked(area), where), POINT_FIELDS)
    return _Found(_in_order(lines, codes), points, codes)


def _in_order(lines: Frame, codes: Codes) -> Frame:
    """By kind as the standard lists them, then by point numbers."""
    places = {kind: place for place, kind in enumerate(codes.kinds)}
    kinds = [places.get(kind, len(places)) for kind in _kinds(lines)]
    columns = (lines.text("end_no").astype(str), lines.text("start_no").astype(str), lines.text("minor").astype(str))
    return lines.take(np.lexsort((*columns, lines.text("major").astype(str), np.array(kinds, dtype=np.int64))))


def _kinds(lines: Frame) -> list[KindCode]:
    return [(str(a), str(b)) for a, b in zip(lines.text("major"), lines.text("minor"), strict=True)]


def _versions(lines: Frame) -> list[int]:
    return [int(version) for version in np.unique(lines.columns["version_id"])] if len(lines) else []


def _rank(session: Session, lines: Frame) -> int:
    """The highest secrecy of what is shown: of the hand-overs, and of the kinds."""
    of_datasets = [one.secrecy for one, _ in queries.labels_of_versions(session, _versions(lines)).values()]
    decided = queries.kind_secrecies(session)
    of_kinds = [decided.get(key, 0) for major, minor in set(_kinds(lines)) for key in ((major, minor), (major, ""))]
    return max([0, *of_datasets, *of_kinds])


def _data(session: Session, sheet: Sheet, area: SavedArea, found: _Found) -> dict[str, Any]:
    plane, outline = plane_of(session), geometry_of(area)
    listed = found.lines.take(slice(0, MOST_LINES))
    by_kind = _sums(found.lines, [_kind_label(found.codes, kind) for kind in _kinds(found.lines)])
    return {
        "secrecy": secrecy_names(session).get(_rank(session, found.lines), ""),
        "area": f"{area.square_metres:.0f} m²",
        "kinds": _asked_kinds(sheet, found.codes),
        "as_of": today().isoformat(),
        "result": _result(found.lines),
        "plane": {
            "system": plane.name,
            "central_meridian": plane.central_meridian,
            "heights": plane.height_datum,
        },
        "drawing": _drawing(session, sheet, outline, found, plane),
        "by_kind": by_kind,
        "by_owner": _with_contacts(session, _by_owner(found.lines)),
        "total": _sum(gettext("Total"), found.lines),
        "groups": _groups(listed, by_kind, found.codes),
        "left_out": len(found.lines) - len(listed),
        "positions": _positions(listed) if sheet.with_coordinates else [],
        "hand_overs": _hand_overs(session, found.lines),
        "statements": list(_statements(bool(len(found.lines)))),
    }


def _asked_kinds(sheet: Sheet, codes: Codes) -> str:
    kinds = [kind for text in sheet.kinds if (kind := kind_from(text, codes))]
    return "、".join(_kind_label(codes, kind) for kind in kinds) or gettext("All kinds that may be given out")


def _kind_label(codes: Codes, kind: KindCode) -> str:
    """The class, and the kind within it where that is known: 给水（配水）."""
    major, minor = kind
    own = kind_name(codes, major, minor)
    return f"{kind_name(codes, major, '')}（{own}）" if minor and codes.kind(major) else own


def _result(lines: Frame) -> str:
    if not len(lines):
        return gettext("Nothing on record in the archive.")
    total = _sum("", lines)
    sentence = msg(
        "%(count)d segments on record: %(length)s m in the plane, %(length3d)s m in space.",
        count=total["count"],
        length=total["length"],
        length3d=total["length3d"],
    )
    return str(sentence)


def _statements(is_found: bool) -> Iterator[str]:
    """The sentences in their order; those that belong to what was found, or to nothing found, only then."""
    for key, statement in statements().items():
        if key not in {"whole", "none"} or (key == "whole") == is_found:
            place = "" if statement.verified and not statement.clause else f"（{statement.basis}）"
            yield f"{statement}{place}"


# Sums


def _sum(name: str, lines: Frame) -> Sum:
    plan, slope = lines.number("length"), lines.number("length3d")
    in_space = np.where(np.isfinite(slope), slope, plan)
    return {
        "name": name,
        "count": len(lines),
        "length": _metres(float(np.nansum(plan))),
        "length3d": _metres(float(np.nansum(in_space))),
    }


def _sums(lines: Frame, names: Sequence[str]) -> list[Sum]:
    """One sum a name, in the order in which the names first occur."""
    given = np.array(names, dtype=object)
    return [_sum(name, lines.take(given == name)) for name in dict.fromkeys(names)]


def _by_owner(lines: Frame) -> list[Sum]:
    unknown = gettext("Owner not on record")
    found = _sums(lines, [str(owner) or unknown for owner in lines.text("owner")])
    return sorted(found, key=lambda row: (row["name"] == unknown, -row["count"], row["name"]))


def _with_contacts(session: Session, owners: list[Sum]) -> list[Sum]:
    """Whom to ring, where the owner is a registered organisation."""
    known = named(session, [owner["name"] for owner in owners])
    for owner in owners:
        if organisation := known.get(owner["name"]):
            owner["contact"] = " ".join(filter(None, (organisation.contact, organisation.phone)))
    return owners


# Tables


def _groups(listed: Frame, by_kind: Iterable[Sum], codes: Codes) -> list[LineGroup]:
    """The listed segments under their kinds, each with the sum of all of its kind."""
    sums = {row["name"]: row for row in by_kind}
    found: dict[str, list[Line]] = {}
    for kind, line in zip(_kinds(listed), _lines(listed, codes), strict=True):
        found.setdefault(_kind_label(codes, kind), []).append(line)
    return [{"kind": kind, "sum": sums[kind], "lines": lines} for kind, lines in found.items()]


def _lines(listed: Frame, codes: Codes) -> Iterator[Line]:
    sizes = size_texts(listed)
    numbers = {name: listed.number(name) for name in ("start_depth", "end_depth", "start_z", "end_z", "length")}
    texts = {name: listed.text(name) for name in ("start_no", "end_no", "z_ref", "owner", "built_on")}
    for row in range(len(listed)):
        yield {
            "start": texts["start_no"][row],
            "end": texts["end_no"][row],
            "size": str(sizes[row]),
            "material": _named(listed, row, codes, "material"),
            "burial": _named(listed, row, codes, "burial"),
            "start_depth": _metres(numbers["start_depth"][row]),
            "end_depth": _metres(numbers["end_depth"][row]),
            "start_height": _metres(numbers["start_z"][row]),
            "end_height": _metres(numbers["end_z"][row]),
            "reference": str(REFERENCES.get(texts["z_ref"][row], "")),
            "owner": texts["owner"][row],
            "built": texts["built_on"][row],
            "length": _metres(numbers["length"][row]),
        }


def _named(listed: Frame, row: int, codes: Codes, field: str) -> str:
    """A value by the dictionary's name; as the surveyor wrote it where it is in no dictionary."""
    code = str(listed.text(field)[row])
    return codes.name(field, code) if code else str(listed.text(f"{field}_raw")[row])


def _metres(value: float) -> str:
    """To the centimetre (heights are given to 0.01 m); nothing where nothing is known."""
    return f"{value:.2f}" if np.isfinite(value) else ""


def _positions(listed: Frame) -> list[Position]:
    """Where the ends of the listed segments lie, each point once; X is north."""
    shapes = listed.columns.get("geometry", np.array([], dtype=object))
    found: dict[str, Position] = {}
    for numbers, at in ((listed.text("start_no"), 0), (listed.text("end_no"), -1)):
        ends = shapely.get_point(shapes, at)
        for number, east, north in zip(numbers, shapely.get_x(ends), shapely.get_y(ends), strict=True):
            if number and np.isfinite(east):
                found.setdefault(str(number), {"point": str(number), "x": f"{north:.3f}", "y": f"{east:.3f}"})
    return [found[number] for number in sorted(found)]


def _hand_overs(session: Session, lines: Frame) -> list[HandOver]:
    labels = queries.labels_of_versions(session, _versions(lines))
    return [
        {
            "number": f"{dataset.number}-{version.number}",
            "name": dataset.name,
            "surveyed": version.surveyed_on.isoformat() if version.surveyed_on else "",
        }
        for dataset, version in sorted(labels.values(), key=lambda pair: pair[0].number)
    ]


# The drawing


def _drawing(session: Session, sheet: Sheet, outline: Shape, found: _Found, plane: PlaneFacts) -> Drawing:
    rows = legend_rows(_keys(found.lines, found.points), Paper(500, DRAWING_MM, ""))
    scale = fitting_scale(outline, DRAWING_MM, rows)
    paper = Paper(
        scale=scale,
        size_mm=DRAWING_MM,
        described=described(plane),
        coordinates=sheet.with_coordinates,
        language=DEFAULT_LANGUAGE,
    )
    reach = scale * max(DRAWING_MM) / 2000
    west, south, east, north = outline.bounds
    around = (west - reach, south - reach, east + reach, north + reach)
    themes = DRAWN if scale <= DETAIL_UP_TO else ("road",)
    base = base_layers({theme: features_in(session, theme, around) for theme in themes})
    points = found.points if scale <= DETAIL_UP_TO else Frame(0)
    svg = sketch(outline, found.lines, points, base, paper, found.codes)
    return {"svg": svg, "width": DRAWING_MM[0], "height": DRAWING_MM[1], "scale": f"1:{scale}"}


def _keys(lines: Frame, points: Frame) -> list[Key]:
    """What the legend may have to explain."""
    kinds = {*_kinds(lines), *_kinds(points)}
    return [*(Key(kind) for kind in sorted(kinds)), *(Key(None, name) for name in set(symbols(points)) if name)]
