"""A first look at files too large to be read while somebody waits: what a glance shows to be damaged, and no more.

A file that was cut off is the damage met most often; headers say how long the whole is, and endings are missing.
"""

import struct
from collections.abc import Mapping
from pathlib import Path

from gis.survey.access import table_names
from gis.survey.drawings import check_version
from gis.survey.layers import layer_names, read_layer, staged
from gis.survey.source import SurveyFileError

TAIL = 4096
"""So many bytes hold a file's last word."""
_SQLITE_HEADER = 100
_DBF_HEADER = 32
_SHP_HEADER = 100


def glance_geopackage(path: Path, name: str, parts: Mapping[str, Path]) -> None:  # noqa: ARG001
    """Its pages are all there, and every layer gives its first row. Raises SurveyFileError."""
    page, changed, pages, counted = struct.unpack(">16xH6xII60xI4x", _head(path, name, _SQLITE_HEADER))
    if changed == counted and path.stat().st_size < pages * (page if page > 1 else 1 << 16):
        raise SurveyFileError("damaged", (name,))
    with staged(path, ".gpkg") as file:
        for layer in layer_names(file, name):
            read_layer(file, name, "GPKG", layer, max_features=1)


def glance_access(path: Path, name: str, parts: Mapping[str, Path]) -> None:  # noqa: ARG001
    """Its tables are named. Raises SurveyFileError."""
    table_names(path, name)


def glance_shapefile(path: Path, name: str, parts: Mapping[str, Path]) -> None:
    """No part is missing, and none was cut off. Raises SurveyFileError."""
    missing = [ending for ending in (".shx", ".dbf") if ending not in parts]
    if missing:
        raise SurveyFileError("parts_missing", (name, *missing))
    (words,) = struct.unpack(">24xi72x", _head(path, name, _SHP_HEADER))
    if path.stat().st_size < 2 * words:
        raise SurveyFileError("damaged", (name,))
    _check_records(parts[".dbf"], name)


def glance_dbf(path: Path, name: str, parts: Mapping[str, Path]) -> None:  # noqa: ARG001
    """It has all the records that it counts. Raises SurveyFileError."""
    _check_records(path, name)


def glance_geojson(path: Path, name: str, parts: Mapping[str, Path]) -> None:  # noqa: ARG001
    """It ends as an object does. Raises SurveyFileError."""
    if not _tail(path).rstrip().endswith(b"}"):
        raise SurveyFileError("damaged", (name,))


def glance_drawing(path: Path, name: str, parts: Mapping[str, Path]) -> None:  # noqa: ARG001
    """Its version is known, and its end is there. Raises SurveyFileError."""
    check_version(path, name)
    if b"EOF" not in _tail(path):
        raise SurveyFileError("damaged", (name,))


def _check_records(dbf: Path, name: str) -> None:
    records, header, length = struct.unpack("<4xIHH20x", _head(dbf, name, _DBF_HEADER))
    if dbf.stat().st_size < header + records * length:
        raise SurveyFileError("damaged", (name,))


def _head(path: Path, name: str, length: int) -> bytes:
    with path.open("rb") as content:
        found = content.read(length)
    if len(found) < length:
        raise SurveyFileError("damaged", (name,))
    return found


def _tail(path: Path) -> bytes:
    with path.open("rb") as content:
        content.seek(max(path.stat().st_size - TAIL, 0))
        return content.read()
