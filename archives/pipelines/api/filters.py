"""Filters in CQL2 over a collection's properties, with their places brought into the store's plane."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from archives.core.language import Message, msg
from archives.pipelines.api.asked import Filter as AskedFilter
from archives.pipelines.api.collections import Collection
from archives.pipelines.api.faults import ParameterError
from archives.pipelines.api.places import STEP, finely
from archives.pipelines.api.systems import System
from gis.cql import CqlError, json_filter, text_filter
from gis.store.contract import Filter

WORDS: Mapping[str, Message] = {
    "syntax": msg("The filter cannot be read: %(a)s"),
    "deep": msg("The filter is nested too deeply, or too long."),
    "property": msg("There is no property “%(a)s” to ask for."),
    "function": msg("Filters know no “%(a)s” here."),
    "operand": msg("“%(a)s” does not fit where it stands in the filter."),
    "geometry": msg("The filter holds a shape that is none."),
}
"""What is wrong with a filter, by the code of `gis.cql.CqlError`."""
_PLACE = re.compile(r"--> (\d+):(\d+)")
_EXPECTED = re.compile(r"= (expected .*)")


def read_filter(asked: AskedFilter, collection: Collection, store: int | None) -> Filter:
    """A filter as the store answers it. Raises ParameterError, with the place where reading stopped."""
    names = frozenset(one.name for one in (*collection.properties, *collection.computed))
    read = text_filter if asked.language == "cql2-text" else json_filter
    try:
        return read(asked.text, names, _placing(asked.system, store))
    except CqlError as error:
        raise _refused(error, asked.text) from None


def _placing(system: System, store: int | None) -> Callable[[BaseGeometry], BaseGeometry]:
    """From the filter's system into the store's plane; a shape that has no place there is refused."""

    def placed(shape: BaseGeometry) -> BaseGeometry:
        moved = shapely.transform(finely(shape, STEP) if system.in_degrees else shape, moving)
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            raise CqlError("geometry")
        return moved

    def moving(places: NDArray[np.float64]) -> NDArray[np.float64]:
        first, second = places[:, 0], places[:, 1]
        east, north = (second, first) if system.north_first else (first, second)
        return np.column_stack(system.to_store(store or system.epsg)(east, north))

    return placed


def _refused(error: CqlError, text: str) -> ParameterError:
    said = str(error.values[0]) if error.values else ""
    if error.code != "syntax":
        return ParameterError("filter", Message(WORDS[error.code].msgid, {"a": said[:80]}))
    expected = _EXPECTED.search(said)
    sentence = Message(WORDS["syntax"].msgid, {"a": expected[1] if expected else said})
    return ParameterError("filter", sentence, _position(said, text))


def _position(said: str, text: str) -> int | None:
    """How many characters stand before the fault, if the reader said where it is."""
    found = _PLACE.search(said)
    if found is None:
        return None
    line, column = int(found[1]), int(found[2])
    before = text.split("\n")[: line - 1]
    return sum(len(part) + 1 for part in before) + column - 1
