"""What is stored of an area and a year, as a form shows it and as a program reads it: raw values of drafts again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from archives.facilities.drafts import OF_THE_YEAR, RETURN_FIELDS
from archives.facilities.filing.groups import AREA, field_names
from archives.facilities.models import Area, Institution, YearlyReturn
from archives.facilities.return_lists import COUNTED, LISTS, Lists

_OF_INSTITUTION = ("department", "national_grade", "website", "longitude", "latitude")
_COLUMNS = {"kind": "has"}
"""Fields of a draft that a column calls otherwise."""


def area_record(area: Area, institution: Institution | None, filed: YearlyReturn | None = None) -> dict[str, Any]:
    """An area's fields; what a return tells of its own year goes before what the register has now."""
    record: dict[str, Any] = {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "urban_status": area.urban_status,
        "parent": area.parent_code,
        "population": area.population,
        "population_basis": area.population_basis,
        "kind": area.has,
        "body": area.body,
        "two_names": institution.two_names if institution else None,
        "rule_before": area.rule_before,
        "institution": institution.name if institution else "",
    }
    record |= {name: getattr(institution, name) if institution else None for name in _OF_INSTITUTION}
    if filed is not None:
        told = {name: getattr(filed, _COLUMNS.get(name, name)) for name in OF_THE_YEAR}
        record |= {name: value for name, value in told.items() if value not in {None, ""}}
    return record


def return_record(filed: YearlyReturn) -> dict[str, Any]:
    """A return's own fields, each list as a record of its entries."""
    record: dict[str, Any] = {name: getattr(filed, name) for name in sorted(RETURN_FIELDS)}
    return record | {group: dict(getattr(filed, group)) for group in LISTS}


def row_of(area: Area, institution: Institution | None, filed: YearlyReturn | None) -> dict[str, Any]:
    """A row as the command line takes it: what is not known is null; an area that has not filed has no year."""
    record = area_record(area, institution, filed)
    record |= return_record(filed) if filed is not None else {"year": None}
    return {name: _plain(value) for name, value in record.items()}


def as_typed(record: Mapping[str, Any]) -> dict[str, str]:
    """A record as somebody would type it into a form: entries of lists under their full names, "" for unknown."""
    typed: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            typed |= {f"{name}.{code}": _typed(one, counts=name in COUNTED) for code, one in value.items()}
        else:
            typed[name] = _typed(value)
    return typed


def typed_area(area: Area | None, institution: Institution | None, filed: YearlyReturn | None) -> dict[str, str]:
    """The area's fields in the form."""
    return as_typed(area_record(area, institution, filed)) if area is not None else {}


def typed_return(filed: YearlyReturn | None) -> dict[str, str]:
    """The return's fields in the form."""
    return as_typed(return_record(filed)) if filed is not None else {}


def of_form(sent: Mapping[str, str], lists: Lists, *, with_area: bool) -> dict[str, str]:
    """Those of the sent values that are fields of the return, and of the area if it may be told too."""
    known = field_names(lists) | (frozenset(AREA.fields) if with_area else frozenset())
    return {name: value for name, value in sent.items() if name in known}


def without(values: Mapping[str, str], names: Iterable[str | None]) -> dict[str, str]:
    """The values but for some."""
    gone = set(names)
    return {name: value for name, value in values.items() if name not in gone}


def _typed(value: Any, *, counts: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) and not counts:
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(int(value)) if isinstance(value, bool) else _plain(value) if isinstance(value, date) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value
