"""A file of boundaries as it is brought: its layers, its columns, its reference system, its outlines by one column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from archives.core.errors import RefusedError, UnreadableFileError
from archives.core.files import ContentStore
from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.facilities.boundaries.matching import Registered, matching
from archives.facilities.boundaries.shaping import BoundaryError, Shapes, are_areas, in_degrees
from archives.pipelines.maps.base_loading import look_into
from archives.pipelines.surveys.files import refused, unpacked
from gis.base_files import BaseTable, features, parts_of
from gis.survey.source import SurveyFileError

MOST_BYTES = 128 << 20
"""Of a file, and four times as much of what is packed in it."""
MOST_FEATURES = 10_000
"""Three times the counties of the country."""
MOST_VERTICES = 2_000_000
"""More than a map of all counties to a scale of 1 : 1 000 000 has."""
CHUNK = 500
TRIED = 12
"""So many columns are looked at to find the one that names the areas."""
NAMES = ("adcode", "code", "行政区划代码", "区划代码", "xzqdm", "pac", "代码", "name", "名称", "xzqmc", "行政区")
"""What the column is often called, the code before the name."""
WORDS: Mapping[str, Message] = {
    "unknown": msg("The file does not say in which coordinate system it is. Choose it."),
    "datum": msg(
        "There is no exact public way from this coordinate system to CGCS2000. Have the file converted first."
    ),
    "outside": msg("By this coordinate system the outlines do not lie in China. Choose the one that the file is in."),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file in quarantine, looked into: its layers, and where its parts lie."""

    main: str
    files: Mapping[str, Path]
    tables: Sequence[BaseTable]

    def table(self, name: str) -> BaseTable:
        """A layer by its name, the largest if none is named. Raises RefusedError at the field `layer`."""
        if not name:
            return max(self.tables, key=lambda table: table.features)
        found = next((table for table in self.tables if table.name == name), None)
        if found is None:
            sentence = msg("The file has no layer “%(name)s”.", name=name[:60])
            raise RefusedError([Problem("layer.unknown", sentence, "layer")])
        return found

    def chunks(self, table: BaseTable, column: str) -> Iterator[tuple[list[str], Shapes]]:
        """Texts of a column, and shapes in the file's own coordinates. Raises UnreadableFileError."""
        parts = parts_of(self.main, self.files)
        try:
            yield from features(self.files[self.main], self.main, table.name, column, parts, CHUNK)
        except SurveyFileError as error:
            raise refused(self.main, error) from None


def opened(quarantine: ContentStore, sha256: str, name: str) -> Opened:
    """A file in quarantine, unpacked if it is a ZIP. Raises UnreadableFileError, TooLargeError, RefusedError."""
    with quarantine.path(sha256).open("rb") as stream:
        brought = unpacked(quarantine, stream, name, MOST_BYTES)
    files = {one.name: quarantine.path(one.stored.sha256) for one in brought}
    main, tables = look_into(files)
    usable = [table for table in tables if table.columns]
    if not usable:
        sentence = msg("“%(name)s” has no column that could name the areas.", name=main)
        raise UnreadableFileError(sentence)
    return Opened(main, files, usable)


def outlines_of(file: Opened, table: BaseTable, column: str) -> tuple[list[str], Shapes]:
    """Every text and shape of a layer. Raises RefusedError, UnreadableFileError, and for too many of them."""
    if column not in table.columns:
        sentence = msg("The layer “%(layer)s” has no column “%(column)s”.", layer=table.name, column=column[:60])
        raise RefusedError([Problem("column.unknown", sentence, "column")])
    if table.features > MOST_FEATURES:
        raise RefusedError([_too_many(msg("A layer may have %(n)d features at most.", n=MOST_FEATURES))])
    texts: list[str] = []
    shapes: list[Shapes] = []
    vertices = 0
    for some, found in file.chunks(table, column):
        vertices += int(shapely.get_num_coordinates(found).sum())
        if vertices > MOST_VERTICES:
            sentence = msg("The outlines have more than %(n)d points. Simplify them first.", n=MOST_VERTICES)
            raise RefusedError([_too_many(sentence)])
        texts += some
        shapes.append(found)
    return texts, np.concatenate(shapes) if shapes else np.empty(0, np.object_)


def _too_many(sentence: Message) -> Problem:
    return Problem("layer.too_large", sentence, "layer")


def placed(shapes: Shapes, system: str) -> Shapes:
    """Shapes in degrees. Raises RefusedError at the field `crs`."""
    try:
        return in_degrees(shapes, system)
    except BoundaryError as error:
        raise RefusedError([Problem(f"crs.{error.code}", WORDS[error.code], "crs")]) from None


def column_of(file: Opened, table: BaseTable, register: Sequence[Registered]) -> str:
    """The column whose first values name the most areas: a guess, to be changed on the page."""
    ordered = sorted(table.columns, key=_rank)[:TRIED]
    best, most = ordered[0], 0
    for column in ordered:
        texts, shapes = next(iter(file.chunks(table, column)), ([], np.empty(0, np.object_)))
        hits = sum(area is not None for area in matching(texts, are_areas(shapes), register).areas)
        if hits > most:
            best, most = column, hits
    return best


def _rank(column: str) -> int:
    plain = column.casefold()
    return next((place for place, name in enumerate(NAMES) if name == plain), len(NAMES))
