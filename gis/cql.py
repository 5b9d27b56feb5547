"""CQL2 filters (OGC 21-065r2), text and JSON, as conditions over the store's columns.

Conformance: basic and advanced comparison (like, between, in, casei), spatial functions over any geometry literal,
temporal functions over dates known to the year, month or day. Property against literal; no arithmetic.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import shapely
from cql2 import ParseError, parse_json, parse_text
from shapely.errors import ShapelyError
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, and_, false, func, literal, not_, or_, true

from gis.store.conditions import date_between, matches
from gis.store.contract import DATE_FIELDS, NUMBER_FIELDS, Columns, Filter, Predicate, Spatial

GEOMETRIES = frozenset({"geometry", "geom"})
"""Names by which a filter may call the row's geometry."""

DEEPEST = 100
MOST_OPERATORS = 500
"""Deeper nesting and longer chains than these end the parser's process; no honest filter has them."""

_OPERATOR = re.compile(r"[-+*/^%<>=]")
_NOT = re.compile(r"\bnot\b", re.IGNORECASE)
_WORDS = re.compile(r"'(?:[^']|'')*'")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_NUMBERS = NUMBER_FIELDS | {"fid", "version_id", "row"}
_SWAPPED = {"within": "contains", "contains": "within"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

Test = ColumnElement[bool]
Node = Any
"""A part of a CQL2-JSON tree."""

Place = Callable[[BaseGeometry], BaseGeometry]
"""From the filter's reference system into the store's."""


class CqlError(ValueError):
    """A filter that cannot be answered: a stable code and the values that explain it.

    Codes: `syntax`, `deep` (nested too deeply or too long), `property` (no such property), `function` (no such
    function or operator), `operand` (not of the property's type, or none was expected there), `geometry` (no valid
    geometry).
    """

    def __init__(self, code: str, values: Sequence[object] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = tuple(values)


def text_filter(written: str, properties: frozenset[str], place: Place | None = None) -> Filter:
    """A filter in CQL2-Text over these properties. Raises CqlError."""
    plain = _WORDS.sub("''", written)
    if _depth(plain) > DEEPEST or len(_NOT.findall(plain)) > DEEPEST or len(_OPERATOR.findall(plain)) > MOST_OPERATORS:
        raise CqlError("deep")
    return _filter(lambda: parse_text(written).to_json(), properties, place)


def json_filter(written: str, properties: frozenset[str], place: Place | None = None) -> Filter:
    """A filter in CQL2-JSON over these properties. Raises CqlError."""
    return _filter(lambda: parse_json(written).to_json(), properties, place)


def _depth(plain: str) -> int:
    """How deeply brackets are nested."""
    depth = deepest = 0
    for sign in plain:
        depth += (sign in "([") - (sign in ")]")
        deepest = max(deepest, depth)
    return deepest


def _filter(parse: Callable[[], Node], properties: frozenset[str], place: Place | None) -> Filter:
    try:
        tree = parse()
    except ParseError as error:
        raise CqlError("syntax", (" ".join(str(error).split())[:200],)) from error
    parsed = _Reading(properties, place or (lambda geometry: geometry))
    parsed.check(tree)
    return parsed.condition(tree)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One filter being turned into a condition."""

    properties: frozenset[str]
    place: Place

    def check(self, tree: Node) -> None:
        """Find what is wrong before any query is made."""
        columns = {name: _stand_in(name) for name in self.properties}
        self._test(tree, _Scope(columns, lambda _spatial: true()), 0)

    def condition(self, tree: Node) -> Filter:
        """The condition, to be built over the columns of whichever table is asked."""
        return lambda columns, spatial: self._test(tree, _Scope(columns, spatial), 0)

    def _test(self, node: Node, scope: "_Scope", depth: int) -> Test:
        if isinstance(node, bool):
            return true() if node else false()
        operator, operands = _operation(node)
        if depth > DEEPEST:
            raise CqlError("deep")
        if operator in {"and", "or"}:
            tests = [self._test(operand, scope, depth + 1) for operand in operands]
            return and_(true(), *tests) if operator == "and" else or_(false(), *tests)
        if operator == "not":
            return not_(self._test(_only(operands, 1)[0], scope, depth + 1))
        if operator.startswith("s_"):
            return self._spatial(operator, operands, scope)
        if operator.startswith("t_"):
            return self._temporal(operator, operands, scope)
        return self._compared(operator, operands, scope)

    def _compared(self, operator: str, operands: Sequence[Node], scope: "_Scope") -> Test:
        if operator in _MIRRORED:
            left, right = _only(operands, 2)
            if not _is_property(left):
                left, right, operator = right, left, _MIRRORED[operator]
            column, kind = self._column(left, scope)
            value = _value(right, kind)
            return cast(Test, column.op(operator, is_comparison=True)(value))
        if operator == "isNull":
            return self._column(_only(operands, 1)[0], scope)[0].is_(None)
        if operator == "between":
            subject, least, most = _only(operands, 3)
            column, kind = self._column(subject, scope)
            return column.between(_value(least, kind), _value(most, kind))
        if operator == "in":
            subject, listed = _only(operands, 2)
            column, kind = self._column(subject, scope)
            if not isinstance(listed, list):
                raise CqlError("operand", ("in",))
            return column.in_([_value(one, kind) for one in listed])
        if operator == "like":
            subject, pattern = _only(operands, 2)
            column, kind = self._column(subject, scope)
            if kind != "text":
                raise CqlError("operand", ("like",))
            return matches(column, str(_value(pattern, kind)))
        raise CqlError("function", (operator,))

    def _column(self, node: Node, scope: "_Scope") -> tuple[ColumnElement[Any], str]:
        """A property's column, "" read as NULL, and whether it holds text, numbers or dates."""
        if isinstance(node, Mapping) and node.get("op") == "casei":
            column, kind = self._column(_only(_operation(node)[1], 1)[0], scope)
            if kind != "text":
                raise CqlError("operand", ("casei",))
            return func.lower(column), "lower"
        if not _is_property(node):
            raise CqlError("operand", (str(node)[:60],))
        name = node["property"]
        if name not in self.properties or name not in scope.columns:
            raise CqlError("property", (name,))
        column = scope.columns[name]
        if name in _NUMBERS:
            return column, "number"
        return func.nullif(column, ""), "date" if name in DATE_FIELDS else "text"

    def _spatial(self, operator: str, operands: Sequence[Node], scope: "_Scope") -> Test:
        name = operator.removeprefix("s_")
        predicate = "intersects" if name == "disjoint" else name
        if predicate not in get_args(Predicate):
            raise CqlError("function", (operator,))
        first, second, *rest = _only(operands, 3 if predicate == "dwithin" else 2)
        if not _is_geometry(first):
            first, second, predicate = second, first, _SWAPPED.get(predicate, predicate)
        if not _is_geometry(first):
            raise CqlError("operand", (operator,))
        distance = float(_value(rest[0], "number")) if rest else 0.0
        geometry = self.place(_geometry(second))
        test = scope.spatial(Spatial(cast(Predicate, predicate), geometry, distance))
        return not_(test) if name == "disjoint" else test

    def _temporal(self, operator: str, operands: Sequence[Node], scope: "_Scope") -> Test:
        subject, other = _only(operands, 2)
        column, kind = self._column(subject, scope)
        if kind != "date":
            raise CqlError("operand", (operator,))
        least, most = _interval(other)
        beyond = literal(most).concat("~") if most else None
        tests: dict[str, Callable[[], Test]] = {
            "t_after": lambda: column > beyond if beyond is not None else false(),
            "t_before": lambda: column.concat("~") < least if least else false(),
            "t_equals": lambda: and_(column == least, column == most),
            "t_intersects": lambda: date_between(column, least, most),
            "t_disjoint": lambda: not_(date_between(column, least, most)),
            "t_during": lambda: and_(true(), *([column > least] if least else []), *([column < most] if most else [])),
        }
        if operator not in tests:
            raise CqlError("function", (operator,))
        return tests[operator]()


@dataclass(frozen=True, slots=True)
class _Scope:
    """The table that is asked: its columns, and its answer to a spatial relation."""

    columns: Columns
    spatial: Callable[[Spatial], Test]


def _stand_in(name: str) -> ColumnElement[Any]:
    """A column of the right type, to check a filter without a table."""
    return cast(ColumnElement[Any], literal(0.0 if name in _NUMBERS else ""))


def _operation(node: Node) -> tuple[str, Sequence[Node]]:
    if isinstance(node, Mapping) and isinstance(node.get("op"), str) and isinstance(node.get("args"), list):
        name = node["op"]
        return name.lower() if name.isupper() else name, node["args"]  # the parser keeps unknown functions' letters
    raise CqlError("operand", (str(node)[:60],))


def _only(operands: Sequence[Node], count: int) -> Sequence[Node]:
    if len(operands) != count:
        raise CqlError("operand", (len(operands), count))
    return operands


def _is_property(node: Node) -> bool:
    named = isinstance(node, Mapping) and ("property" in node or node.get("op") == "casei")
    if named and node.get("op") == "casei":
        return any(_is_property(operand) for operand in _operation(node)[1])
    return named


def _is_geometry(node: Node) -> bool:
    return isinstance(node, Mapping) and node.get("property") in GEOMETRIES


def _value(node: Node, kind: str) -> str | float:
    """A literal of the property's type."""
    if kind == "number" and isinstance(node, int | float) and not isinstance(node, bool):
        return float(node)
    if kind == "date":
        return _instant(node)
    if kind == "text" and isinstance(node, str):
        return node
    if kind == "lower":
        inner = _only(_operation(node)[1], 1)[0] if isinstance(node, Mapping) and node.get("op") == "casei" else node
        return str(_value(inner, "text")).lower()
    raise CqlError("operand", (str(node)[:60],))


def _instant(node: Node) -> str:
    """The date of a literal, as precise as it was given."""
    written = node
    if isinstance(node, Mapping):
        written = node.get("date") or node.get("timestamp")
    if not isinstance(written, str) or not _DATE.match(written):
        raise CqlError("operand", (str(node)[:60],))
    return written.partition("T")[0]


def _interval(node: Node) -> tuple[str | None, str | None]:
    """The ends of an interval, None where it is open; an instant is both of its ends."""
    if isinstance(node, Mapping) and isinstance(node.get("interval"), list):
        least, most = (None if end == ".." else _instant(end) for end in _only(node["interval"], 2))
        return least, most
    instant = _instant(node)
    return instant, instant


def _geometry(node: Node) -> BaseGeometry:
    try:
        found = box(*_bounds(node["bbox"])) if "bbox" in node else shape(node)
        coordinates = shapely.get_coordinates(found)
        sound = bool(len(coordinates)) and bool((abs(coordinates) < float("inf")).all()) and found.is_valid
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise CqlError("geometry") from error
    if not sound:
        raise CqlError("geometry")
    return shapely.force_2d(found)


def _bounds(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    """West, south, east, north; heights are left out."""
    west, south, east, north = [*numbers[:2], *numbers[3:5]] if len(numbers) == 6 else numbers
    return west, south, east, north
