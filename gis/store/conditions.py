"""What is asked for, as SQL over a table's columns: the same words on both databases."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, Table, and_, case, false, func, literal, not_, or_, true, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gis.store.contract import DATE_FIELDS, Columns, Condition, Kinds, Spatial, Where
from gis.store.tables import GEOMETRY

Test = ColumnElement[bool]
Members = Callable[[ColumnElement[Any], Sequence[int]], Test]
"""Whether a column's number is one of many, bound as a single parameter."""

AFTER_ALL = "~"
"""Sorts after every digit and dash: "1998~" is the end of 1998."""


def test_of(table: Table, where: Where, members: Members, spatial: Callable[[Spatial], Test]) -> Test:
    """Everything that `where` asks, for one table."""
    asked = [members(table.c.version_id, where.versions), *(_condition(table, one) for one in where.conditions)]
    if where.fids is not None:
        asked.append(members(table.c.fid, where.fids))
    if where.kinds is not None:
        asked.append(of_kinds(table, where.kinds))
    if where.hidden:
        asked.append(not_(of_kinds(table, where.hidden)))
    if where.as_of is not None:
        asked.append(_standing(table, where.as_of))
    if where.filter is not None:
        asked.append(where.filter(columns_of(table), spatial))
    return and_(*asked)


def of_kinds(table: Table, kinds: Kinds) -> Test:
    """Of these kinds; a pair without a minor means all of the major."""
    whole = [major for major, minor in kinds if not minor]
    pairs = [(major, minor) for major, minor in kinds if minor]
    tests: list[Test] = []
    if whole:
        tests.append(table.c.major.in_(whole))
    if pairs:
        tests.append(tuple_(table.c.major, table.c.minor).in_(pairs))
    return or_(false(), *tests)


def columns_of(table: Table) -> Columns:
    """The columns that a free condition may name; `size` is the larger dimension."""
    columns: dict[str, ColumnElement[Any]] = {column.name: column for column in table.c if column.name != GEOMETRY}
    if "width" in columns:
        columns["size"] = _size(table)
    return columns


def _standing(table: Table, day: date) -> Test:
    """Built by that day, as far as known, and not ended by it."""
    on, built, ended = day.isoformat(), table.c.built_on, table.c.ended_on
    return and_(built <= on, or_(ended == "", ended > on))


def _condition(table: Table, condition: Condition) -> Test:
    name, operator, value = condition.field, condition.operator, cast(Any, condition.value)
    columns = columns_of(table)
    if name == "depth":
        return _depth(table, operator, value) if "start_depth" in columns else true()
    if name not in columns:
        return true()
    column = columns[name]
    if operator == "in":
        return column.in_(list(value))
    if operator == "contains":
        return matches(column, "%" + re.sub(r"([%_\\])", r"\\\1", value) + "%")
    if operator == "between":
        return date_between(column, *value) if name in DATE_FIELDS else _between(column, *value)
    return date_between(column, value, value) if name in DATE_FIELDS else cast(Test, column == value)


class matches(FunctionElement[bool]):  # noqa: N801  # used like a function of SQL
    """Whether text is like a pattern: % is any text, _ any sign, \\ before them means themselves; A is not a."""

    name = "matches"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], pattern: str) -> None:
        super().__init__(column, literal(pattern), literal(_glob(pattern)))


@compiles(matches)
def _like(element: matches, compiler: SQLCompiler, **options: Any) -> str:
    column, pattern, _ = element.clauses
    return f"{compiler.process(column, **options)} LIKE {compiler.process(pattern, **options)}"


@compiles(matches, "sqlite")
def _sqlite_like(element: matches, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite's LIKE takes a for A."""
    column, _, pattern = element.clauses
    return f"{compiler.process(column, **options)} GLOB {compiler.process(pattern, **options)}"


def _glob(pattern: str) -> str:
    """The same pattern in SQLite's other language."""
    signs = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    return "".join(signs.get(part[-1], part[-1]) if len(part) == 1 else _literal_sign(part[-1]) for part in parts)


def _literal_sign(sign: str) -> str:
    return f"[{sign}]" if sign in "*?[" else sign


def _between(column: ColumnElement[Any], least: float | None, most: float | None) -> Test:
    tests = [column >= least] if least is not None else []
    return and_(column.is_not(None), *tests, *([column <= most] if most is not None else []))


def date_between(column: ColumnElement[Any], least: str | None, most: str | None) -> Test:
    """Dates known to the year, month or day, as text: any part of what is known lies in the range."""
    tests = [column.concat(AFTER_ALL) >= least] if least is not None else []
    return and_(column != "", *tests, *([column <= f"{most}{AFTER_ALL}"] if most is not None else []))


def _depth(table: Table, operator: str, value: Any) -> Test:
    """Any part of the segment lies at that depth."""
    if operator == "in":
        return or_(false(), *(_depth(table, "between", (one, one)) for one in value))
    least, most = value if operator == "between" else (value, value)
    start, end = table.c.start_depth, table.c.end_depth
    tests = [or_(start >= least, end >= least)] if least is not None else []
    if most is not None:
        tests.append(or_(start <= most, end <= most))
    return and_(or_(start.is_not(None), end.is_not(None)), *tests)


def _size(table: Table) -> ColumnElement[Any]:
    width, height = table.c.width, table.c.height
    return func.coalesce(case((height > width, height), else_=width), height)
