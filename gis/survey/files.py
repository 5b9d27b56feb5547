"""Survey hand-overs in the formats of maps and databases, told by their content and read by that reader only.

Workbooks and delimited text are not read here: their rows come as RawTables from whoever reads them safely.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from gis.codes import Codes, standard
from gis.survey.access import is_access, read_access
from gis.survey.drawings import is_drawing, read_drawing
from gis.survey.geojson import is_geojson, read_geojson
from gis.survey.glance import (
    glance_access,
    glance_dbf,
    glance_drawing,
    glance_geojson,
    glance_geopackage,
    glance_shapefile,
)
from gis.survey.layers import (
    SHAPEFILE_PARTS,
    is_dbf,
    is_geopackage,
    is_shapefile,
    read_dbf,
    read_geopackage,
    read_shapefile,
)
from gis.survey.raw import Given
from gis.survey.source import GeoFile, SurveyFileError

HEAD = 4096
"""So many bytes tell what a file is."""

Parts = Mapping[str, Path]
Reading = Callable[[Path, str, Codes, Parts], GeoFile]
Glance = Callable[[Path, str, Parts], None]


class _Format(NamedTuple):
    is_that: Callable[[bytes], bool]
    read: Reading
    glance: Glance


_FORMATS = (
    _Format(is_geopackage, read_geopackage, glance_geopackage),
    _Format(is_access, read_access, glance_access),
    _Format(is_shapefile, read_shapefile, glance_shapefile),
    _Format(is_geojson, read_geojson, glance_geojson),
    _Format(is_drawing, read_drawing, glance_drawing),
    _Format(is_dbf, read_dbf, glance_dbf),
)
"""By rising doubt: a DBF has no sign of its own but a plausible first line."""
_ENDINGS = frozenset({".gpkg", ".mdb", ".accdb", ".shp", ".geojson", ".dxf", ".dbf"})
_DWG = re.compile(rb"AC10\d\d|AC1\.\d|MC0\.0|AC2\.\d{1,2}")


def read_file(
    path: Path, name: str = "", head: bytes = b"", codes: Codes | None = None, parts: Parts | None = None
) -> GeoFile | None:
    """The tables of a SHP, DBF, GPKG, GeoJSON, DXF or MDB file; None for what is none of these.

    `path` may be named anyhow, `name` is the name that its giver gave it, `head` its first bytes where they are read
    already. `parts` holds the other files of the hand-over by their given names: a shapefile finds its .dbf and .shx
    among them, or beside it. Raises SurveyFileError.
    """
    given = name or path.name
    form = _format_of(head or _head(path, given), given)
    if form is None:
        return None
    found = form.read(path, given, codes or standard(), _parts(path, given, parts or {}))
    if not any(map(_holds_rows, found)):
        raise SurveyFileError("empty", (given,))
    return found


def glance_at(path: Path, name: str, head: bytes, parts: Parts) -> bool:
    """Look at the ends of a file and at its first rows; False for what `read_file` would not read.

    Raises SurveyFileError for what is seen to be damaged so.
    """
    form = _format_of(head, name)
    if form is not None:
        form.glance(path, name, _parts(path, name, parts))
    return form is not None


def _format_of(head: bytes, name: str) -> _Format | None:
    dwg = _DWG.match(head)
    if dwg:
        raise SurveyFileError("dwg", (name, dwg[0].decode("ascii")))
    found = next((form for form in _FORMATS if form.is_that(head)), None)
    if found is None and Path(name).suffix.lower() in _ENDINGS:
        raise SurveyFileError("damaged", (name,))
    return found


def is_part(name: str, names: Mapping[str, Path]) -> bool:
    """Whether a file only belongs to a shapefile among the others, and is read with it."""
    file = Path(name)
    shapefiles = {Path(other).stem.casefold() for other in names if other.lower().endswith(".shp")}
    return file.suffix.lower() in SHAPEFILE_PARTS and file.stem.casefold() in shapefiles


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as content:
            return content.read(HEAD)
    except OSError as error:
        raise SurveyFileError("unreadable", (name,)) from error


def _parts(path: Path, name: str, others: Parts) -> dict[str, Path]:
    """The other parts of the same shapefile by their endings, from what was given and from beside it."""
    beside = {other.name: other for other in path.parent.glob("*.*")} if path.suffix.lower() == ".shp" else {}
    files = [(Path(named), other) for named, other in {**beside, **others}.items()]
    stems = {Path(name).stem.casefold(), path.stem.casefold()}
    return {
        file.suffix.lower(): other
        for file, other in files
        if file.suffix.lower() in SHAPEFILE_PARTS and file.stem.casefold() in stems
    }


def _holds_rows(table: Given) -> bool:
    return bool(table.length)
