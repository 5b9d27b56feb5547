"""Survey hand-overs in the formats of maps and databases, told by their content and read by that reader only.

Workbooks and delimited text are not read here: their rows come as RawTables from whoever reads them safely.
"""

from collections.abc import Callable
from pathlib import Path

from gis.codes import Codes
from gis.survey.access import is_access, read_access
from gis.survey.drawings import is_drawing, read_drawing
from gis.survey.geojson import is_geojson, read_geojson
from gis.survey.layers import is_dbf, is_geopackage, is_shapefile, read_dbf, read_geopackage, read_shapefile
from gis.survey.source import GeoFile, SurveyFileError

HEAD = 4096
"""So many bytes tell what a file is."""

Reading = Callable[[Path, str, Codes], GeoFile]

_READERS: tuple[tuple[Callable[[bytes], bool], Reading], ...] = (
    (is_geopackage, read_geopackage),
    (is_access, read_access),
    (is_shapefile, read_shapefile),
    (is_geojson, read_geojson),
    (is_drawing, read_drawing),
    (is_dbf, read_dbf),
)
"""By rising doubt: a DBF has no sign of its own but a plausible first line."""


def read_geodata(path: Path, codes: Codes, name: str = "") -> GeoFile:
    """The tables of a SHP (with its parts beside it), DBF, GPKG, GeoJSON, DXF or MDB file; `name` is the given name.

    Raises SurveyFileError.
    """
    try:
        with path.open("rb") as content:
            head = content.read(HEAD)
    except OSError as error:
        raise SurveyFileError("unreadable", (name or path.name,)) from error
    for is_that, read in _READERS:
        if is_that(head):
            return read(path, name or path.name, codes)
    raise SurveyFileError("unknown_format", (name or path.name,))
