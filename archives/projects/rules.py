"""What a sound registration is: pure functions from draft and facts to problems, each with its clause."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from archives.core.language import Message, msg
from archives.core.problems import Problem, Severity
from archives.organisations.rules import check_phone
from archives.projects.drafts import PERMITS, ProjectDraft, UnitWorksDraft, several
from gis.crs import CoordinateError, LonLat, parse_coordinates

DESCRIPTION = "GB/T 50323"
OUTLINE = "城市建设档案分类大纲"
CLASS_BY_WORKS_TYPE = {
    "building": "I",
    "road": "E1",
    "bridge": "E2",
    "tunnel": "E4",
    "rail": "F4",
    "pipeline": "Q",
    "other": "I8",
}
"""The class that a project of the works type has unless it names another."""
EARLIEST = date(1840, 1, 1)

_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._()（）〔〕\[\]-]*")
RESERVED = frozenset({"new", "import", "fields"})
"""Words that stand where a code stands in the address of a page."""
_PERMIT = re.compile(r"(?=.*\d)[\w.\-/()（）〔〕\[\]【】第号字 ]{4,60}")

COORDINATE_FAULTS = {
    "unreadable": msg("“%(first)s” is no pair of coordinates; write 117.225, 31.805 or X=3542289.4 Y=39594495.3."),
    "angle": msg("Minutes and seconds are less than 60."),
    "outside": msg("%(first).4f, %(second).4f lies outside China."),
    "mixed": msg("%(first)s beside %(second)s: degrees and metres are mixed."),
    "range": msg("%(first)s and %(second)s are no X (north) and Y (east) of a 3-degree zone."),
    "zone_needed": msg("A Y of 6 digits needs its central meridian, as in CM117, or the zone's number before it."),
    "zone": msg("There is no 3-degree zone %(first)s in China."),
}


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the rules need to know: the day, the classes, ranks of secrecy, and the other projects.

    `taken` are codes that this registration may not use; `alike` leads from name and client to the codes of projects
    that have both; `own_names` are the names of the actor's organisation if it may register for no other.
    """

    today: date
    classes: Collection[str] = frozenset()
    secrecy_ranks: Mapping[str, int] = field(default_factory=dict)
    clearance: int = 4
    taken: Collection[str] = frozenset()
    alike: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    own_names: Collection[str] | None = None


def check_project(draft: ProjectDraft, facts: ProjectFacts) -> list[Problem]:
    """Everything wrong with one project."""
    return [
        *_check_code(draft.code, facts),
        *_check_classes(draft, facts),
        *_check_client(draft, facts),
        *_check_alike(draft, facts),
        *_check_permits(draft),
        *_check_coordinates(draft.coordinates),
        *_check_secrecy(draft.secrecy, facts),
        *_check_dates(draft.planned_start, draft.planned_end, "planned_end"),
        *_check_dates(draft.started_on, draft.completed_on, "completed_on"),
        *_check_past(draft.started_on, "started_on", facts.today),
        *_check_past(draft.completed_on, "completed_on", facts.today),
        *check_phone(draft.phone),
    ]


def check_unit(draft: UnitWorksDraft, today: date) -> list[Problem]:
    """Everything wrong with one unit works."""
    return [
        *_check_signs(draft.code, "code"),
        *_check_dates(draft.started_on, draft.completed_on, "completed_on"),
        *_check_past(draft.started_on, "started_on", today),
        *_check_past(draft.completed_on, "completed_on", today),
    ]


def twice(code: str) -> Problem:
    """The same code a second time in one list."""
    return _problem("code.twice", msg("%(code)s stands more than once in this list.", code=code), "code")


def unknown(code: str) -> Problem:
    """Unit works of a project that nobody registered."""
    return _problem("project.unknown", msg("There is no project %(code)s.", code=code), "code")


def class_of(draft: ProjectDraft) -> str:
    """The class as given, or as the works type suggests."""
    return draft.class_code.upper() or CLASS_BY_WORKS_TYPE.get(draft.works_type, "")


def place_of(coordinates: str) -> LonLat | None:
    """Where the project lies; None if no sound coordinates are given."""
    try:
        return parse_coordinates(coordinates) if coordinates else None
    except CoordinateError:
        return None


def _check_code(code: str, facts: ProjectFacts) -> Iterator[Problem]:
    yield from _check_signs(code, "code")
    if code and code in facts.taken:
        yield _problem("code.taken", msg("The code %(code)s is used already.", code=code), "code")


def _check_signs(code: str, field_name: str) -> Iterator[Problem]:
    if code and not _CODE.fullmatch(code):
        sentence = msg("A code holds letters, digits and - . _ ( ) [ ] only, and begins with a letter or digit.")
        yield _problem("code.signs", sentence, field_name)
    elif code in RESERVED:
        yield _problem("code.reserved", msg("“%(code)s” cannot be a code.", code=code), field_name)


def _check_classes(draft: ProjectDraft, facts: ProjectFacts) -> Iterator[Problem]:
    for name, code in (("class_code", class_of(draft)), ("second_class", draft.second_class.upper())):
        if code and code not in facts.classes:
            yield _problem(f"{name}.unknown", msg("There is no class %(code)s.", code=code), name, OUTLINE)


def _check_client(draft: ProjectDraft, facts: ProjectFacts) -> Iterator[Problem]:
    if len(several(draft.client)) > 1:
        yield _problem("client.several", msg("A project has one client only."), "client", DESCRIPTION)
    elif draft.client and facts.own_names is not None and draft.client not in facts.own_names:
        sentence = msg("You may register projects of your own organisation only, not of “%(name)s”.", name=draft.client)
        yield _problem("client.other", sentence, "client")


def _check_alike(draft: ProjectDraft, facts: ProjectFacts) -> Iterator[Problem]:
    others = [code for code in facts.alike.get((draft.name, draft.client), ()) if code != draft.code]
    if draft.name and others:
        codes = "、".join(sorted(others)[:5])
        sentence = msg("The same client has a project of this name already: %(codes)s.", codes=codes)
        yield _problem("name.alike", sentence, "name", severity="warning")


def _check_permits(draft: ProjectDraft) -> Iterator[Problem]:
    for name in PERMITS:
        for number in several(getattr(draft, name)):
            if not _PERMIT.fullmatch(number):
                sentence = msg("“%(number)s” does not look like the number of a permit.", number=number[:60])
                yield _problem("permit.shape", sentence, name, DESCRIPTION, "warning")


def _check_coordinates(written: str) -> Iterator[Problem]:
    try:
        if written:
            parse_coordinates(written)
    except CoordinateError as error:
        first, second = (*error.values, "", "")[:2]
        sentence = msg(COORDINATE_FAULTS[error.code].msgid, first=first, second=second)
        yield _problem(f"coordinates.{error.code}", sentence, "coordinates")


def _check_secrecy(code: str, facts: ProjectFacts) -> Iterator[Problem]:
    if code and facts.secrecy_ranks.get(code, 0) > facts.clearance:
        yield _problem("secrecy.above_clearance", msg("This is more secret than you may handle."), "secrecy")


def _check_dates(first: date | None, last: date | None, field_name: str) -> Iterator[Problem]:
    if first and last and first > last:
        sentence = msg("The end %(last)s is before the start %(first)s.", first=first, last=last)
        yield _problem("dates.reversed", sentence, field_name, DESCRIPTION)


def _check_past(day: date | None, field_name: str, today: date) -> Iterator[Problem]:
    if day and day > today:
        yield _problem("date.future", msg("The date %(day)s lies in the future.", day=day), field_name, DESCRIPTION)
    elif day and day < EARLIEST:
        yield _problem("date.too_early", msg("The date %(day)s is too early.", day=day), field_name, DESCRIPTION)


def _problem(
    code: str, sentence: Message, field_name: str, clause: str | None = None, severity: Severity = "error"
) -> Problem:
    return Problem(code, sentence, field_name, clause, severity)
