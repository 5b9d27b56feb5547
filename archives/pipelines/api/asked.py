"""What a program asks of a collection: query parameters read once, every fault named with its parameter."""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from archives.core.clock import local
from archives.core.language import msg
from archives.pipelines.api.collections import Collection
from archives.pipelines.api.faults import ParameterError
from archives.pipelines.api.places import Box
from archives.pipelines.api.systems import LON_LAT, System, system_named
from gis.store.contract import Condition, ConditionError

USUAL, MOST = 100, 10_000
"""Features of a page."""
LARGEST_ID = 2**63 - 1
LONGEST = 20_000
"""Characters of a parameter; a filter may hold a polygon."""
KNOWN = frozenset(
    {
        *("f", "limit", "cursor", "bbox", "bbox-crs", "crs", "datetime"),
        *("filter", "filter-lang", "filter-crs", "properties", "sortby"),
    }
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; None is open."""

    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter not yet read: its text, `cql2-text` or `cql2-json`, and the system of the places in it."""

    text: str
    language: str
    system: System


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a collection: which, how many, beyond what, and how told."""

    limit: int
    after: int | None
    system: System
    properties: tuple[str, ...]
    bounds: Box | None = None
    bounds_system: System = LON_LAT
    heights: tuple[float, float] | None = None
    span: Span | None = None
    conditions: tuple[Condition, ...] = ()
    filter: Filter | None = None


def read_asked(sent: Mapping[str, str], collection: Collection, store: int | None) -> Asked:
    """The parameters of a page of features. Raises ParameterError."""
    _refuse_unknown(sent, collection)
    bounds_system = _system(sent, "bbox-crs", store)
    bounds, heights = _bounds(sent.get("bbox"), bounds_system)
    _check_order(sent.get("sortby"))
    return Asked(
        limit=_limit(sent.get("limit")),
        after=after_of(sent.get("cursor")),
        system=_system(sent, "crs", store),
        properties=_properties(sent.get("properties"), collection),
        bounds=bounds,
        bounds_system=bounds_system,
        heights=heights,
        span=span_of(sent.get("datetime")),
        conditions=tuple(_condition(collection, name, text) for name, text in sent.items() if name not in KNOWN),
        filter=_filter(sent, store),
    )


def read_one(sent: Mapping[str, str], store: int | None) -> System:
    """The parameters of one feature: only the system it is told in. Raises ParameterError."""
    for name in sent.keys() - {"f", "crs"}:
        raise _unknown(name)
    return _system(sent, "crs", store)


def _refuse_unknown(sent: Mapping[str, str], collection: Collection) -> None:
    for name, text in sent.items():
        if name not in KNOWN and collection.queryable(name) is None:
            raise _unknown(name)
        if len(text) > LONGEST or "\x00" in text:
            raise ParameterError(name, msg("“%(name)s” is too long, or holds what is no text.", name=name))


def _unknown(name: str) -> ParameterError:
    return ParameterError(name[:80], msg("There is no parameter “%(name)s” here.", name=name[:80]))


def _system(sent: Mapping[str, str], parameter: str, store: int | None) -> System:
    name = sent.get(parameter)
    return LON_LAT if name is None else system_named(name, store, parameter)


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        raise ParameterError("limit", msg("The limit is a whole number from 1 to %(most)d.", most=MOST))
    return min(int(text), MOST)


def cursor_of(fid: int) -> str:
    """Where the next page begins, as a program carries it: opaque, so that it may change."""
    return base64.urlsafe_b64encode(fid.to_bytes(8, "big")).decode().rstrip("=")


def after_of(cursor: str | None) -> int | None:
    """The fid that a cursor stands for. Raises ParameterError for one that we did not make."""
    if cursor is None:
        return None
    try:
        content = base64.b64decode(f"{cursor}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        content = b""
    fid = int.from_bytes(content, "big")
    if len(content) != 8 or fid > LARGEST_ID:
        raise ParameterError("cursor", msg("This cursor is not one that was given here."))
    return fid


def _bounds(text: str | None, system: System) -> tuple[Box | None, tuple[float, float] | None]:
    """The box, west first whatever the system's axes, and the heights of a box of six numbers."""
    if text is None:
        return None, None
    numbers = [_number("bbox", part) for part in text.split(",")]
    if len(numbers) not in {4, 6}:
        raise ParameterError("bbox", msg("A box has four numbers, or six with heights."))
    half = len(numbers) // 2
    low, high = numbers[:half], numbers[half:]
    if system.north_first:
        low[:2], high[:2] = low[1::-1], high[1::-1]
    crosses = system.in_degrees and low[0] > high[0]
    if low[1] > high[1] or (low[0] > high[0] and not crosses) or low[2:] > high[2:]:
        raise ParameterError("bbox", msg("A box begins with its lower corner and ends with its upper."))
    if system.in_degrees and max(abs(low[0]), abs(high[0]), 2 * abs(low[1]), 2 * abs(high[1])) > 180:
        raise ParameterError("bbox", msg("Longitudes lie within 180, latitudes within 90 degrees."))
    return (low[0], low[1], high[0], high[1]), ((low[2], high[2]) if half == 3 else None)


def _number(parameter: str, text: str) -> float:
    """A finite number. Raises ParameterError."""
    value = _tried(float, text)
    if value is None or not math.isfinite(value):
        raise ParameterError(parameter, msg("“%(text)s” is not a number.", text=text[:40]))
    return value


def _tried(reader: Callable[[str], T], text: str) -> T | None:
    try:
        return reader(text)
    except ValueError:
        return None


def span_of(text: str | None) -> Span | None:
    """A moment, or two with a slash between; `..` or nothing is open. Raises ParameterError."""
    if text is None:
        return None
    parts = text.split("/")
    if len(parts) > 2 or text in {"", ".."}:
        raise _no_time()
    days = [None if part in {"", ".."} else _day(part) for part in parts]
    since, until = days[0], days[-1]
    if since and until and since > until:
        raise _no_time()
    return Span(since, until)


def day_of(text: str | None, parameter: str) -> date | None:
    """A calendar day. Raises ParameterError."""
    if not text:
        return None
    day = _tried(date.fromisoformat, text) if len(text) == 10 else None
    if day is None:
        raise ParameterError(parameter, msg("A day is written as 2024-05-01."))
    return day


def _day(text: str) -> date:
    """The office's day of a date or a moment."""
    day = _tried(date.fromisoformat, text) if len(text) == 10 else None
    if day is not None:
        return day
    moment = _tried(datetime.fromisoformat, text.upper()) if "T" in text.upper() else None
    if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise _no_time()
    return local(moment).date()


def _no_time() -> ParameterError:
    sentence = msg("A time is a day as 2024-05-01, a moment as 2024-05-01T08:00:00Z, or two of them as 2024-05-01/..")
    return ParameterError("datetime", sentence)


def _properties(text: str | None, collection: Collection) -> tuple[str, ...]:
    if text is None:
        return collection.names
    names = tuple(dict.fromkeys(filter(None, text.split(","))))
    for name in names:
        if name not in collection.names:
            raise ParameterError("properties", msg("There is no property “%(name)s” here.", name=name[:80]))
    return names


def _check_order(text: str | None) -> None:
    if text not in {None, "fid", "+fid", " fid"}:  # a plus sign in an address may arrive as a space
        raise ParameterError("sortby", msg("Features come in the order of “fid”, and in no other."))


def _condition(collection: Collection, name: str, text: str) -> Condition:
    """A property and the value it must have."""
    asked = collection.queryable(name)
    value = _number(name, text) if asked is not None and asked.kind == "number" else text
    try:
        return Condition(name, "=", value)
    except ConditionError:
        raise ParameterError(name, msg("“%(text)s” is no value of this property.", text=text[:40])) from None


def _filter(sent: Mapping[str, str], store: int | None) -> Filter | None:
    text = sent.get("filter")
    language = sent.get("filter-lang", "cql2-text")
    if language not in {"cql2-text", "cql2-json"}:
        raise ParameterError("filter-lang", msg("Filters are read as cql2-text or cql2-json."))
    system = _system(sent, "filter-crs", store)
    return Filter(text, language, system) if text else None
