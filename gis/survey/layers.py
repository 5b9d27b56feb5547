"""Shapefile, DBF and GeoPackage through GDAL, each only by its own driver.

GDAL opens far more than files (web services, virtual layers that name others), so the content is looked at first and
the driver that answered is checked before a row is read.
"""

import gc
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read

from gis.codes import Codes
from gis.survey.grid import Cells, Coded, Gathering
from gis.survey.raw import ColumnTable
from gis.survey.shapes import Shapes, joined, shapes_of_wkb
from gis.survey.source import GeoFile, SurveyFileError, by_shape
from gis.survey.values import distinct

_BROKEN = (DataSourceError, DataLayerError, shapely.GEOSException, ValueError)
_SQLITE = b"SQLite format 3\x00"
_APPLICATIONS = frozenset({b"GPKG", b"GP10", b"GP11"})
_SHAPEFILE = struct.pack(">i", 9994)
_DBF_VERSIONS = frozenset({0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xF5})
_SAMPLE = 1 << 20
PART = 50_000
"""Rows of a GeoPackage read at a time."""
SHAPEFILE_PARTS = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj"})
"""The endings of a shapefile's other files."""
BYTES = "ISO-8859-1"
"""Read so, every byte is one letter: half a sign at the end of a DBF's name, or a DXF's mixture, breaks all else."""
_CHINESE_LANGUAGE = 0x4D
_UTF8_PAGES = frozenset({"UTF-8", "UTF8", "65001"})
_CHINESE_PAGES = frozenset({"GBK", "GB2312", "GB18030", "936", "CP936", "ANSI936"})


def is_geopackage(head: bytes) -> bool:
    """Whether it is an SQLite file that calls itself a GeoPackage."""
    return head.startswith(_SQLITE) and head[68:72] in _APPLICATIONS


def is_shapefile(head: bytes) -> bool:
    """Whether it is the .shp part of a shapefile."""
    return head.startswith(_SHAPEFILE)


def is_dbf(head: bytes) -> bool:
    """Whether the first bytes can be those of a dBase table: a version, a day, and a header that ends within reason."""
    if len(head) < 33 or head[0] not in _DBF_VERSIONS:
        return False
    length, record = struct.unpack_from("<HH", head, 8)
    return 1 <= head[2] <= 12 and 1 <= head[3] <= 31 and length >= 33 and record > 1


def read_geopackage(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """Every layer of a GeoPackage. Raises SurveyFileError."""
    with staged(path, ".gpkg") as file:
        found = [_layer(file, name, "GPKG", layer, layer) for layer in layer_names(file, name)]
    crs = next((crs for _, crs in found if crs), "")
    return GeoFile(tuple(table for tables, _ in found for table in tables), crs)


def read_shapefile(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """A shapefile; `parts` are its other files by their endings. Raises SurveyFileError."""
    missing = [ending for ending in (".shx", ".dbf") if ending not in parts]
    if missing:
        raise SurveyFileError("parts_missing", (name, *missing))
    with staged(path, ".shp", parts) as file:
        tables, crs = _layer(file, name, "ESRI Shapefile", None, Path(name).stem, encoding=BYTES)
    encoding = dbf_encoding(parts[".dbf"], parts.get(".cpg"))
    return GeoFile(tuple(_decoded(table, encoding) for table in tables), crs)


def read_dbf(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """A dBase table alone. Raises SurveyFileError."""
    with staged(path, ".dbf") as file:
        tables, _ = _layer(file, name, "ESRI Shapefile", None, Path(name).stem, encoding=BYTES, read_geometry=False)
    encoding = dbf_encoding(path, parts.get(".cpg"))
    return GeoFile(tuple(_decoded(table, encoding) for table in tables))


@contextmanager
def staged(path: Path, ending: str, parts: Mapping[str, Path] | None = None) -> Iterator[Path]:
    """The file under a name with the ending that its driver asks for, alone with its own parts."""
    with TemporaryDirectory() as folder:
        main = Path(folder, f"data{ending}")
        for end, file in {**(parts or {}), ending: path}.items():
            main.with_suffix(end).symlink_to(file.resolve())
        yield main


def layer_names(path: Path, name: str) -> list[str]:
    """The layers of a file. Raises SurveyFileError."""
    with _refusing(name):
        return [str(layer) for layer, _ in pyogrio.list_layers(path)]


def layer_info(path: Path, name: str, driver: str, layer: str | None, **options: Any) -> dict[str, Any]:
    """What a layer says of itself (fields, features, crs, geometry_type), after the driver was checked.

    Raises SurveyFileError.
    """
    with _refusing(name):
        found: dict[str, Any] = pyogrio.read_info(path, layer=layer, **options)
        if found["driver"] != driver:
            raise SurveyFileError("wrong_driver", (name, found["driver"]))
    return found


def read_layer(
    path: Path, name: str, driver: str, layer: str | None, **options: Any
) -> tuple[dict[str, Any], NDArray[np.object_]]:
    """The columns and shapes of a layer, after the driver was checked. Raises SurveyFileError."""
    meta, blobs, columns = _read(path, name, driver, layer, **options)
    named = dict(zip((str(field) for field in meta["fields"]), columns, strict=True))
    with _refusing(name):
        shapes = np.asarray(shapely.from_wkb(() if blobs is None else blobs), dtype=np.object_)
    return named, shapes


def _layer(
    path: Path, name: str, driver: str, layer: str | None, table: str, **options: Any
) -> tuple[list[ColumnTable], str]:
    in_parts = driver == "GPKG" and not options
    meta, shapes, columns = (
        _read_in_parts(path, name, driver, layer) if in_parts else _read_whole(path, name, driver, layer, **options)
    )
    headers = tuple(str(field) for field in meta["fields"])
    return by_shape(table, headers, tuple(map(_cells, columns)), shapes), str(meta.get("crs") or "")


def _read_in_parts(
    path: Path, name: str, driver: str, layer: str | None
) -> tuple[dict[str, Any], Shapes | None, list[Cells]]:
    """A layer whose rows are numbered, some rows at a time: text that many rows share is kept once."""
    about = layer_info(path, name, driver, layer)
    number, last = about["fid_column"], -(1 << 63)
    if not number:
        return _read_whole(path, name, driver, layer)
    whole = _Parts()
    while True:
        with _refusing(name):
            meta, fids = whole.read(path, layer, f'"{number}" > {last}')
        gc.collect(0)  # pyogrio leaves what it read in a ring of references: 60 MB a part
        if len(fids) < PART:
            return meta, whole.shapes(), whole.columns()
        last = int(fids[-1])


class _Parts:
    """A layer's rows as they come in."""

    def __init__(self) -> None:
        self._shapes: list[Shapes] = []
        self._columns: list[Gathering | list[NDArray[Any]]] = []

    def read(self, path: Path, layer: str | None, where: str) -> tuple[dict[str, Any], NDArray[np.int64]]:
        """More rows below those that came; what GDAL says of the layer, and the rows' numbers."""
        meta, fids, blobs, columns = read(path, layer=layer, where=where, max_features=PART, return_fids=True)
        self._add(blobs, columns)
        return meta, np.empty(0, np.int64) if fids is None else fids

    def _add(self, blobs: Any, columns: Sequence[NDArray[Any]]) -> None:
        if blobs is not None:
            self._shapes.append(shapes_of_wkb(blobs.tolist()))
        if not self._columns:
            self._columns = [Gathering() if column.dtype.kind == "O" else [] for column in columns]
        for known, column in zip(self._columns, columns, strict=True):
            if isinstance(known, Gathering):
                known.add(column.tolist())
            else:
                known.append(column)

    def shapes(self) -> Shapes | None:
        """All shapes; None of a layer without."""
        return joined(self._shapes) if self._shapes else None

    def columns(self) -> list[Cells]:
        """Each column whole."""
        return [known.column() if isinstance(known, Gathering) else np.concatenate(known) for known in self._columns]


def _read_whole(
    path: Path, name: str, driver: str, layer: str | None, **options: Any
) -> tuple[dict[str, Any], Shapes | None, list[Any]]:
    meta, blobs, columns = _read(path, name, driver, layer, **options)
    with _refusing(name):
        return meta, None if blobs is None else shapes_of_wkb(blobs.tolist()), columns


def _read(
    path: Path, name: str, driver: str, layer: str | None, **options: Any
) -> tuple[dict[str, Any], Any, list[Any]]:
    layer_info(path, name, driver, layer, **{key: value for key, value in options.items() if key == "encoding"})
    with _refusing(name):
        meta, _, blobs, columns = read(path, layer=layer, **options)
    return meta, blobs, columns


def _cells(column: Any) -> Any:
    """Days as days; all else as GDAL gives it."""
    if isinstance(column, Coded) or column.dtype.kind != "M":
        return column
    return [None if np.isnat(value) else value.astype("datetime64[D]").item() for value in column]


class _refusing:  # noqa: N801  # reads as a word before a block
    """Turns what GDAL says of a broken file into one error of ours, and keeps its warnings to itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.quiet = warnings.catch_warnings()

    def __enter__(self) -> None:
        self.quiet.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.quiet.__exit__(None, None, None)
        if isinstance(error, _BROKEN) and not isinstance(error, SurveyFileError):
            raise SurveyFileError("damaged", (self.name,)) from error


def _decoded(table: ColumnTable, encoding: str) -> ColumnTable:
    """A table read byte by byte, its names and texts in their own signs; half a sign that ends a name is left out."""
    headers = tuple(header.encode(BYTES).decode(encoding, "ignore") for header in table.headers)
    return ColumnTable(table.name, headers, tuple(_texts(column, encoding) for column in table.columns), table.shapes)


def _texts(column: Any, encoding: str) -> Any:
    if isinstance(column, list) or column.dtype != object:
        return column
    numbers, different = distinct(column)
    texts = [text.encode(BYTES).decode(encoding, "replace") if isinstance(text, str) else text for text in different]
    return np.array(texts, dtype=np.object_)[numbers] if texts else column


def dbf_encoding(dbf: Path, page: Path | None) -> str:
    """The encoding of a DBF: what its .cpg or its language byte says, else UTF-8 or GB18030 as its bytes allow."""
    said = page.read_text("ascii", "ignore").strip().upper() if page else ""
    if said in _UTF8_PAGES:
        return "UTF-8"
    with dbf.open("rb") as content:
        sample = content.read(_SAMPLE)
    if said in _CHINESE_PAGES or sample[29:30] == bytes([_CHINESE_LANGUAGE]):
        return "GB18030"
    wrong = {encoding: sample.decode(encoding, "replace").count("\ufffd") for encoding in ("UTF-8", "GB18030")}
    return min(wrong, key=lambda encoding: wrong[encoding])
