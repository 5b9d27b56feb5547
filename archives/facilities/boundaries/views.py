"""The web door of boundaries: a file comes, what of it fits is looked over, it is loaded, or removed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from shapely.errors import GEOSException

from archives.core.errors import NotFoundError, RefusedError, TooLargeError, UnreadableFileError
from archives.core.language import current_language, gettext, msg, ngettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import REGISTER
from archives.facilities.boundaries import queries, reading, service
from archives.facilities.boundaries.drafts import BoundaryDraft
from archives.facilities.boundaries.matching import Matching, Registered, matching
from archives.facilities.boundaries.reading import Opened
from archives.facilities.boundaries.shaping import Outline, Shapes, are_areas, outlines
from archives.web.application import database, here, released
from archives.web.errors import status_of
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page
from gis.base_files import BaseTable
from gis.crs import CGCS2000, WEB_MERCATOR, WGS84
from gis.profiles import described

blueprint = Blueprint("facility_boundaries", __name__, url_prefix="/facilities/boundaries")
AS_THE_FILE = "file"
ON_SCREENS = {WGS84: "WGS 84", WEB_MERCATOR: "Web Mercator"}
SYSTEMS = (CGCS2000, *ON_SCREENS, *range(4534, 4555), *range(4513, 4534), *range(4502, 4513))
"""What a file that says nothing may be in: degrees, the web's metres, zones of CGCS2000."""
SHOWN = 300
"""Lines of a list; a county map of the whole country has some thousands."""
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Look:
    """A file as the page shows it: what was chosen of it, which areas it fits, and what is wrong with the choice."""

    file: Opened
    table: BaseTable
    column: str
    crs: str
    found: Matching
    outlines: Shapes
    problems: Sequence[Problem]

    @property
    def system(self) -> str:
        """The reference system that was chosen, "" for none."""
        return self.table.crs if self.crs == AS_THE_FILE else self.crs


@blueprint.get("")
def index() -> ResponseReturnValue:
    """What is loaded, and the form for a file."""
    require(actor(), REGISTER)
    return _index_page(())


@blueprint.post("")
def bring() -> ResponseReturnValue:
    """Look a file over. Nothing is stored but the file itself."""
    require(actor(), REGISTER)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _index_page([Problem("file.missing", msg("Choose a file first."), "file")]), 422
    register = queries.registered(database())
    try:
        with here().quarantine.on_trial() as quarantine, released():
            sha256 = quarantine.add(sent.stream, _most()).sha256
            look = _look(reading.opened(quarantine, sha256, sent.filename), {}, register)
    except (UnreadableFileError, TooLargeError) as error:
        return _index_page([Problem("file.refused", error.message, "file")]), status_of(error)
    except RefusedError as refusal:
        return _index_page([Problem(one.code, one.message, "file") for one in refusal.problems]), 422
    return _check_page(sha256, sent.filename, look, {}, ())


@blueprint.post("/check")
def check() -> ResponseReturnValue:
    """Look it over again, by another layer, column or reference system."""
    require(actor(), REGISTER)
    sha256, name, values = _sent()
    register = queries.registered(database())
    with released():
        look = _look(reading.opened(here().quarantine, sha256, name), values, register)
    return _check_page(sha256, name, look, values, look.problems)


@blueprint.post("/load")
def load() -> ResponseReturnValue:
    """Load what fits, in the place of what was loaded before."""
    require(actor(), REGISTER)
    sha256, name, values = _sent()
    register = queries.registered(database())
    with released():
        look = _look(reading.opened(here().quarantine, sha256, name), values, register)
    problems = [*look.problems, *service.checked(values)[1]]
    try:
        with released():
            shapes = {} if problems else _outlines(look)
        if problems:
            raise RefusedError(problems)
        told = {"name": look.file.main, "sha256": sha256, "crs": look.system[:200]}
        service.load(database(), actor(), values, shapes, told)
    except RefusedError as refusal:
        return _check_page(sha256, name, look, values, refusal.problems), 422
    for kept in {sha256, *(path.name for path in look.file.files.values())}:
        here().quarantine.discard(kept)
    said = ngettext("%(num)d boundary is loaded.", "%(num)d boundaries are loaded.", len(shapes))
    flash(said % {"num": len(shapes)}, "good")
    return goto(".index")


@blueprint.get("/remove")
def ask_remove() -> ResponseReturnValue:
    """Ask before the boundaries go, where there is no script."""
    require(actor(), REGISTER)
    return page(
        "layouts/confirm.html",
        title=gettext("Remove the boundaries"),
        message=gettext("The map of regions is no longer shown. Returns and results stay."),
        cancel_href=url_for(".index"),
        submit_label=gettext("Remove"),
        danger=True,
    )


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Show no boundaries any more."""
    require(actor(), REGISTER)
    service.remove(database(), actor())
    flash(gettext("The boundaries are removed."), "good")
    return goto(".index")


def _most() -> int:
    return min(here().settings.upload_mb << 20, reading.MOST_BYTES)


def _sent() -> tuple[str, str, dict[str, str]]:
    values = form_values()
    sha256 = values.pop("sha256", "")
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError
    return sha256, values.pop("name", ""), values


def _look(file: Opened, values: Mapping[str, str], register: Sequence[Registered]) -> Look:
    """What a file holds by what was chosen; wrong choices are told and the usual ones taken instead."""
    problems: list[Problem] = []
    try:
        table = file.table(values.get("layer", ""))
    except RefusedError as refusal:
        problems += refusal.problems
        table = file.table("")
    column = values.get("column", "")
    if column not in table.columns:
        column = reading.column_of(file, table, register)
    texts, shapes = reading.outlines_of(file, table, column)
    found = matching(texts, are_areas(shapes), register)
    crs = values.get("crs") or (AS_THE_FILE if table.crs else "")
    matched = shapes[np.array([area is not None for area in found.areas], np.bool_)]
    try:
        matched = reading.placed(matched, table.crs if crs == AS_THE_FILE else crs)
    except RefusedError as refusal:
        problems += refusal.problems
    return Look(file, table, column, crs, found, matched, problems)


def _outlines(look: Look) -> dict[int, Outline]:
    areas = [area for area in look.found.areas if area is not None]
    try:
        return outlines(look.outlines, [area.id for area in areas], {area.id: area.parent_id for area in areas})
    except GEOSException:
        sentence = msg("The outlines are damaged and cannot be mended. Repair them in a GIS program first.")
        raise RefusedError([Problem("layer.damaged", sentence, "layer")]) from None


def _index_page(problems: Sequence[Problem]) -> str:
    field = FormField("file", gettext("File of boundaries"), "file", required=True, problems=list(problems))
    field.help = str(msg("At most %(n)d MB.", n=_most() >> 20))
    return page(
        "facilities/boundaries/index.html",
        layer=queries.layer(database()),
        number=queries.number_of(database()),
        field=field,
        problems=problems,
        breadcrumbs=_crumbs(gettext("Boundaries")),
    )


def _check_page(sha256: str, name: str, look: Look, values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    told = fields_of(BoundaryDraft, values, problems)
    return page(
        "facilities/boundaries/check.html",
        sha256=sha256,
        name=name,
        choices=_choices(look, [*problems, *(one for one in look.problems if one not in problems)]),
        told=list(told.values()),
        problems=problems,
        matched=look.found.matched[:SHOWN],
        matched_number=len(look.found.matched),
        missing=look.found.missing[:SHOWN],
        missing_number=len(look.found.missing),
        faults=look.found.problems[:SHOWN],
        faults_number=len(look.found.problems),
        shown=SHOWN,
        is_replacing=queries.layer(database()) is not None,
        breadcrumbs=_crumbs(name),
    )


def _choices(look: Look, problems: Sequence[Problem]) -> list[FormField]:
    tables = [(table.name, f"{table.name} ({table.features})") for table in look.file.tables]
    columns = [(column, column) for column in look.table.columns]
    systems = [(f"EPSG:{code}", f"{_system_name(code)} · EPSG:{code}") for code in SYSTEMS]
    if look.table.crs:
        said = str(msg("As the file says: %(crs)s", crs=look.table.crs[:60]))
        systems.insert(0, (AS_THE_FILE, said))
    wanted = (
        ("layer", gettext("Layer"), look.table.name, tables),
        ("column", gettext("Column that names the area"), look.column, columns),
        ("crs", gettext("Coordinate system"), look.crs, systems),
    )
    return [
        FormField(
            name,
            label,
            "choice",
            value,
            required=True,
            choices=choices,
            problems=[problem for problem in problems if problem.field == name],
        )
        for name, label, value, choices in wanted
    ]


def _system_name(code: int) -> str:
    return ON_SCREENS.get(code) or described(code, current_language())


def _crumbs(last: str) -> list[tuple[str, str | None]]:
    crumbs: list[tuple[str, str | None]] = [(gettext("Standards reached"), url_for("facilities.show"))]
    if last != gettext("Boundaries"):
        crumbs.append((gettext("Boundaries"), url_for(".index")))
    return [*crumbs, (last, None)]
