"""The door of programs to yearly returns: rows as the command line takes them, out and in."""

from typing import Any

import orjson
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from archives.core.clock import today
from archives.core.errors import NotFoundError, RefusedError, TooLargeError, UnreadableFileError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Place
from archives.facilities import service
from archives.facilities.actions import ENTER, SEE
from archives.facilities.drafts import Entry
from archives.facilities.filing import queries
from archives.facilities.filing.queries import Asked
from archives.facilities.filing.values import row_of
from archives.facilities.queries import lists
from archives.facilities.reading import Reader, Source
from archives.web.application import database, here, released
from archives.web.guard import actor, for_programs

blueprint = Blueprint("facility_rows", __name__, url_prefix="/facilities")
SCOPE, FILE = "facilities", "facilities_file"
SCOPES = {
    SCOPE: msg("Facilities: read returns and results"),
    FILE: msg("Facilities: file returns"),
}
LONGEST_CODE = 12


@blueprint.get("/returns.json")
@for_programs(SCOPE)
def rows() -> ResponseReturnValue:
    """Every area of a region with its return of a year, if it counts; without a year the newest there is.

    `states` says of each area whether its return is submitted or accepted, `from_system` which of its figures our own
    system counted, and when. What is not known is null; an area of which
    no return counts has the year null.
    """
    require(actor(), SEE)
    asked = _asked()
    if asked.region:
        queries.region_name(database(), actor(), asked.region)
    lines = queries.rows_for_programs(database(), actor(), asked)
    return jsonify(
        year=asked.year,
        region=asked.region or None,
        states={line.area.code: line.filed.state for line in lines if line.filed is not None},
        from_system={
            line.area.code: line.filed.from_system
            for line in lines
            if line.filed is not None and line.filed.from_system
        },
        returns=[row_of(line.area, line.institution, line.filed) for line in lines],
    )


@blueprint.post("/returns.json")
@for_programs(FILE)
def take_rows() -> ResponseReturnValue:
    """Take rows in: an array of them, or an object with `returns`. `dry_run=1` stores nothing, `sound_only=1` the sound
    rows alone; otherwise one faulty row stores nothing, and every fault is told.
    """
    require(actor(), ENTER)
    reader = Reader.of(lists(database()))
    with released():
        entries = _entries(reader)
    dry_run, sound_only = request.args.get("dry_run") == "1", request.args.get("sound_only") == "1"
    if dry_run:
        receipt = service.preview(database(), actor(), entries)
    else:
        receipt = service.receive(database(), actor(), entries, sound_only=sound_only)
        if not receipt.is_sound and not sound_only:
            raise RefusedError(receipt.problems)
    return jsonify(
        dry_run=dry_run,
        rows=len(entries),
        added=receipt.added,
        changed=receipt.changed,
        unchanged=receipt.unchanged,
        refused=receipt.refused,
        problems=[problem.as_dict() for problem in receipt.problems],
    )


def _asked() -> Asked:
    typed, region = request.args.get("year", ""), request.args.get("region", "")
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise NotFoundError(msg("There is no such year."))
    year = int(typed) if typed else max(queries.years_known(database(), actor()), default=today().year - 1)
    return Asked(year, region.replace("\0", "")[:LONGEST_CODE])


def _entries(reader: Reader) -> list[Entry]:
    """The rows that were sent. Raises UnreadableFileError or TooLargeError."""
    try:
        sent: Any = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(msg("What was sent is not sound JSON.")) from error
    found = sent.get("returns") if isinstance(sent, dict) and "returns" in sent else sent
    told = found if isinstance(found, list) else [found]
    if not told or not all(isinstance(row, dict) for row in told):
        raise UnreadableFileError(msg("What was sent holds no list of returns."))
    if len(told) > here().settings.list_rows:
        raise TooLargeError(msg("More than %(most)d rows. Narrow the list first.", most=here().settings.list_rows))
    return [reader.entry(row, Source(Place(row=number))) for number, row in enumerate(told, 1)]
