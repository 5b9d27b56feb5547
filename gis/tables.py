"""The shipped tables: CSV rows with their source, checked when they are read."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
SOURCES = "SOURCES.toml"

Row = dict[str, str]


class DataError(ValueError):
    """A shipped table that breaks its rules: which file and line, and why."""


class Source(NamedTuple):
    """A standard or a collection that rows come from; `kind` is seen, recalled or inferred."""

    key: str
    title: str
    edition: str
    kind: str
    note: str


@cache
def sources() -> dict[str, Source]:
    """Every source by its key."""
    entries = tomllib.loads((DATA / SOURCES).read_text("utf-8"))
    return {key: Source(key, **entry) for key, entry in entries.items()}


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of `data/<name>.csv` as text by column.

    Raises DataError where a row has another number of cells, names no source, or claims to be verified though its
    source was not seen.
    """
    file = DATA / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines, strict=True))
    for line, row in enumerate(found, start=2):
        _check(f"{file.name}, line {line}", row)
    return tuple(found)


def _check(place: str, row: Row) -> None:
    if None in row or None in row.values():
        raise DataError(f"{place}: not as many cells as columns")
    source = sources().get(row["source"])
    if source is None:
        raise DataError(f"{place}: there is no source {row['source']}")
    if row["verified"] not in {"true", "false"}:
        raise DataError(f"{place}: verified is {row['verified']}")
    if row["verified"] == "true" and source.kind != "seen":
        raise DataError(f"{place}: verified, but {source.key} was not seen")
