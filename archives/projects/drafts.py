"""What a person tells about a project and its unit works: a form, a JSON record and a row of a list alike.

The parties and permits are flat fields here, though the database keeps each in a row of its own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from archives.core.drafts import Draft, choice, day, text
from archives.core.problems import Place, Problem

WORKS_TYPES, SCALES, KEY_LEVELS, SECRECY = KINDS = ("works_type", "scale", "key_level", "secrecy")
ACCEPTANCE, STATES = "acceptance", "project_state"
"""The vocabularies that the choices name."""

PARTIES = {
    "client": "client",
    "agent": "agent",
    "surveyor": "surveyor",
    "designer": "designer",
    "contractors": "contractor",
    "supervisor": "supervisor",
}
"""The draft's fields that name organisations, and each one's party role."""

PERMITS = {
    "approval_no": "project_approval",
    "land_planning_permit": "land_planning_permit",
    "land_permit": "land_use_permit",
    "planning_permit": "planning_permit",
    "construction_permit": "construction_permit",
}
"""The draft's fields that hold numbers of permits, and each one's kind."""

LONGEST_CODE = 40
SEVERAL = "Several are separated by ; or stand one a line."
_BETWEEN = re.compile(r"[;；\n]+")


class ProjectDraft(Draft):
    """A construction project as it is registered (报建登记)."""

    code: str = text("Project code", max_length=LONGEST_CODE, help="Left empty, the next number is given.")
    name: str = text("Project name", required=True)
    works_type: str = choice("Works type", WORKS_TYPES, required=True)
    class_code: str = text("Class", max_length=20, help="Left empty, it follows from the works type.")
    second_class: str = text("Second class", max_length=20)
    client: str = text("Client", required=True)
    agent: str = text("Construction agent", max_length=1000)
    surveyor: str = text("Surveyor", max_length=1000, help=SEVERAL, long=True)
    designer: str = text("Designer", max_length=1000, help=SEVERAL, long=True)
    contractors: str = text("Contractors", max_length=2000, help=SEVERAL, long=True)
    supervisor: str = text("Supervisor", max_length=1000, help=SEVERAL, long=True)
    approval_no: str = text("Project approval number", max_length=300)
    land_planning_permit: str = text("Land planning permit", max_length=300)
    land_permit: str = text("Land use permit", max_length=300)
    planning_permit: str = text("Construction planning permit", max_length=1000, help=SEVERAL, long=True)
    construction_permit: str = text("Construction permit", max_length=1000, help=SEVERAL, long=True)
    address: str = text("Address", required=True)
    district: str = text("District", max_length=50)
    coordinates: str = text(
        "Coordinates",
        max_length=100,
        help="Longitude and latitude, or X (north) and Y (east) of a 3-degree CGCS2000 zone.",
    )
    scale: str = choice("Scale", SCALES)
    key_level: str = choice("Key level", KEY_LEVELS)
    secrecy: str = choice("Secrecy", SECRECY)
    planned_start: date | None = day("Planned start")
    planned_end: date | None = day("Planned end")
    started_on: date | None = day("Started on")
    completed_on: date | None = day("Completed on")
    contact: str = text("Contact", max_length=50)
    phone: str = text("Telephone", max_length=50)
    records_clerk: str = text("Records clerk", max_length=50)
    acceptance: str = choice("Acceptance", ACCEPTANCE)
    note: str = text("Note", max_length=2000, long=True)


class UnitWorksDraft(Draft):
    """One unit works of a project (单位工程); its technical data are read by the fields of its works type."""

    code: str = text("Unit works code", required=True, max_length=LONGEST_CODE)
    name: str = text("Unit works name", required=True)
    works_type: str = choice("Works type", WORKS_TYPES, help="Left empty, it is the project's.")
    address: str = text("Address")
    started_on: date | None = day("Started on")
    completed_on: date | None = day("Completed on")
    note: str = text("Note", max_length=2000, long=True)


NOWHERE = Place()


class ProjectFilters(Draft):
    """What a list of projects is narrowed to; empty fields do not narrow."""

    words: str = text("Search words")
    works_type: str = choice("Works type", WORKS_TYPES)
    class_code: str = text("Class", max_length=20)
    state: str = choice("State", STATES)
    client: str = text("Client")
    district: str = text("District", max_length=50)
    scale: str = choice("Scale", SCALES)
    started_from: date | None = day("Started from")
    started_to: date | None = day("Started to")
    completed_from: date | None = day("Completed from")
    completed_to: date | None = day("Completed to")

    @property
    def count(self) -> int:
        """How many conditions are set."""
        return sum(bool(value) for value in self.model_dump().values())


PROJECT_FIELDS = frozenset(ProjectDraft.model_fields)
UNIT_FIELDS = frozenset(UnitWorksDraft.model_fields)


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit works as it came in: draft, technical data, what could not be read, and which fields were given.

    A field that was not given keeps its value when the unit works exist already.
    """

    draft: UnitWorksDraft
    technical: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Problem] = ()
    given: frozenset[str] = UNIT_FIELDS
    place: Place = NOWHERE
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProjectEntry:
    """One project as it came in, with its unit works; `extra` are the fields that the office defined itself."""

    draft: ProjectDraft
    extra: Mapping[str, Any] = field(default_factory=dict)
    units: Sequence[UnitEntry] = ()
    faults: Sequence[Problem] = ()
    given: frozenset[str] = PROJECT_FIELDS
    place: Place = NOWHERE
    headings: Mapping[str, str] = field(default_factory=dict)


def placed(problem: Problem, place: Place, headings: Mapping[str, str]) -> Problem:
    """A problem with its place in a list: the column as it is headed, or the field's name. A form has no places."""
    if place == NOWHERE:
        return problem
    return problem.at(replace(place, column=headings.get(problem.field or "", problem.field)))


def several(written: str) -> list[str]:
    """The values of a field that holds several, each once, in their order."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(written) if part.strip()))


def together(values: Sequence[str]) -> str:
    """Several values in one field."""
    return "；".join(values)
