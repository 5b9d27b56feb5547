"""A project's content as flat values under the draft's field names: what two registrations are compared by.

Whatever comes in and whatever is stored is brought into this one shape, so that "the same" means the same at every
door, and a field's history reads like the form. Fields of the office are `extra.…`, technical data `technical.…`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from archives.projects.drafts import PARTIES, PERMITS, ProjectEntry, UnitEntry, several, together
from archives.projects.models import Party, Permit, Project, UnitWorks
from archives.projects.rules import class_of, place_of
from gis.crs import LonLat

EXTRA, TECHNICAL = "extra.", "technical."
PLAIN = (
    "name",
    "works_type",
    "class_code",
    "second_class",
    "address",
    "district",
    "scale",
    "key_level",
    "planned_start",
    "planned_end",
    "started_on",
    "completed_on",
    "contact",
    "phone",
    "records_clerk",
    "acceptance",
    "note",
)
"""The fields that are columns of the same name."""
UNIT_PLAIN = ("name", "works_type", "address", "started_on", "completed_on", "note")
NOTHING = frozenset({"", None})
Values = dict[str, Any]


def of_entry(entry: ProjectEntry, present_names: Mapping[str, str]) -> Values:
    """What came in; `present_names` leads from the names of known organisations to those they have now."""
    draft = entry.draft
    given = {
        "code": draft.code,
        "class_code": class_of(draft),
        "second_class": draft.second_class.upper(),
        "acceptance": draft.acceptance or "joint",
        "secrecy": draft.secrecy or "public",
        "coordinates": written(place_of(draft.coordinates)),
    }
    named = {name: _present(getattr(draft, name), present_names) for name in PARTIES}
    numbered = {name: together(sorted(several(getattr(draft, name)))) for name in PERMITS}
    return draft.model_dump() | given | named | numbered | dict(entry.extra)


def of_project(
    project: Project, parties: Sequence[Party], permits: Sequence[Permit], secrecy_names: Mapping[int, str]
) -> Values:
    """What is stored; `secrecy_names` leads from rank to code."""
    place = None if project.longitude is None or project.latitude is None else _place(project)
    return {
        "code": project.code,
        **{name: getattr(project, name) for name in PLAIN},
        "secrecy": secrecy_names.get(project.secrecy, ""),
        "coordinates": written(place),
        **{name: _names(parties, role) for name, role in PARTIES.items()},
        "client": project.client.name,
        **{name: _numbers(permits, kind) for name, kind in PERMITS.items()},
        **{EXTRA + key: value for key, value in project.extra.items()},
    }


def columns(values: Values, ranks: Mapping[str, int]) -> Values:
    """The columns of a project that keep these values; the client apart."""
    place = place_of(values["coordinates"])
    return {
        **{name: values[name] for name in PLAIN},
        "secrecy": ranks.get(values["secrecy"], 0),
        "longitude": place.longitude if place else None,
        "latitude": place.latitude if place else None,
        "extra": _own(values, EXTRA),
    }


def of_unit_entry(entry: UnitEntry, works_type: str) -> Values:
    """A unit works that came in; `works_type` is its project's."""
    values = entry.draft.model_dump()
    return values | {"works_type": entry.draft.works_type or works_type} | dict(entry.technical)


def of_unit(unit: UnitWorks) -> Values:
    """A unit works that is stored."""
    plain = {name: getattr(unit, name) for name in UNIT_PLAIN}
    return {"code": unit.code, **plain, **{TECHNICAL + key: value for key, value in unit.technical.items()}}


def unit_columns(values: Values) -> Values:
    """The columns of a unit works that keep these values."""
    return {name: values[name] for name in UNIT_PLAIN} | {"technical": _own(values, TECHNICAL)}


def changes(stored: Mapping[str, Any], wanted: Values, given: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    """What a change of the given fields would change: name to (old, new)."""
    pairs = {name: (stored.get(name), wanted.get(name)) for name in sorted(given)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and set(pair) - NOTHING}


def written(place: LonLat | None) -> str:
    """Coordinates as a form shows them."""
    return ", ".join(f"{degrees:.8f}".rstrip("0").rstrip(".") for degrees in place) if place else ""


def _place(project: Project) -> LonLat:
    return LonLat(float(project.longitude or 0), float(project.latitude or 0))


def _present(names: str, present_names: Mapping[str, str]) -> str:
    return together(list(dict.fromkeys(present_names.get(name, name) for name in several(names))))


def _names(parties: Sequence[Party], role: str) -> str:
    return together([party.organisation.name for party in parties if party.role == role])


def _numbers(permits: Sequence[Permit], kind: str) -> str:
    return together(sorted(permit.number for permit in permits if permit.kind == kind))


def _own(values: Values, prefix: str) -> Values:
    """The fields of one prefix that hold something, without it."""
    return {name.removeprefix(prefix): value for name, value in values.items() if _is_own(name, value, prefix)}


def _is_own(name: str, value: Any, prefix: str) -> bool:
    return name.startswith(prefix) and value not in NOTHING
