"""DXF drawings of pipelines: a layer a kind, points as blocks with their number, lines with their heights.

GDAL reads them, eight times as fast as by their entities in Python. It trusts the code page in the header even where
the drawing is in UTF-8, and leaves some texts as they are; so it gets a copy whose page makes a letter of each byte.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.codes import Codes
from gis.frame import Mask, Text
from gis.survey.kinds import kind_in, role_in
from gis.survey.layers import BYTES, read_layer
from gis.survey.raw import ColumnTable
from gis.survey.shapes import shapes_of
from gis.survey.source import GeoFile, SurveyFileError
from gis.survey.values import distinct

LATEST_VERSION = "AC1032"
"""DXF 2018, the latest there is."""
FIRST_UTF8 = "AC1021"
"""DXF 2007: from here on a drawing is in UTF-8, before it in the code page of its machine, GBK here."""
HEADER = 65_536
"""So many bytes hold the version and the code page."""
NUMBER_WITHIN = 5.0
"""Metres: a point without a number of its own takes the nearest text of its kind."""
VERTEX_WITHIN = 0.05
"""Metres: a line breaks where a vertex lies on a point of its kind."""
NUMBER = "点号"
MOST_NAMED = 20

_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*999[^\n]*\n[^\n]*\n)*\s*0\s*\r?\n\s*SECTION")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d{4})")
_PAGE = re.compile(rb"(\$DWGCODEPAGE\s+3\s+)(\S+)")
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_NATIONAL = re.compile(r"\\M\+5([0-9A-Fa-f]{4})")
_BINARY = b"AutoCAD Binary DXF"
_OTHER_LAYERS = re.compile(r"(?:TEXT|TXT|MARK|ANNEXE|ANNO|ZJ|BZ|注记|标注|扯旗)$", re.IGNORECASE)
_PAIR = re.compile(r"([^=:：]{1,30})[=:：](.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Entities:
    layers: Text
    texts: Text
    attributes: Text
    raw: Text
    shapes: NDArray[np.object_]
    encoding: str


def is_drawing(head: bytes) -> bool:
    """Whether it begins as a DXF drawing, of text or binary."""
    return head.startswith(_BINARY) or _START.match(head) is not None


def read_drawing(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """A table of points and one of lines for each layer that names a kind. Raises SurveyFileError."""
    entities = _entities(path, name)
    layers = [layer for layer in dict.fromkeys(entities.layers) if _is_of_pipes(layer, codes)]
    tables = [table for layer in layers for table in _tables(entities, layer, codes)]
    if not tables:
        raise SurveyFileError("no_pipe_layers", (name, *list(dict.fromkeys(entities.layers))[:MOST_NAMED]))
    return GeoFile(tuple(tables))


def read_outlines(path: Path, name: str) -> tuple[Text, NDArray[np.object_]]:
    """The layer and the shape of every entity of a drawing, whatever it shows. Raises SurveyFileError."""
    entities = _entities(path, name)
    return entities.layers, entities.shapes


def check_version(path: Path, name: str) -> None:
    """Raise SurveyFileError for a drawing of a version later than any that is known."""
    with path.open("rb") as content:
        _encoding(content.read(HEADER), name)


def _encoding(header: bytes, name: str) -> str:
    """The encoding of a drawing by its version. Raises SurveyFileError for one later than any that is known."""
    found, page = _VERSION.search(header), _PAGE.search(header)
    version = found[1].decode("ascii") if found else ""
    if version > LATEST_VERSION:
        raise SurveyFileError("dxf_version", (name, version))
    if version >= FIRST_UTF8:
        return "utf-8"
    return "big5" if page and page[2] == b"ANSI_950" else "gbk"


def _entities(path: Path, name: str) -> _Entities:
    options = {"INLINE_BLOCKS": "NO", "INCLUDE_RAW_CODE_VALUES": "YES"}
    with path.open("rb") as content, TemporaryDirectory() as folder:
        header = content.read(HEADER)
        encoding = _encoding(header, name)
        file = Path(folder, "data.dxf")
        with file.open("wb") as copy:
            copy.write(_PAGE.sub(rb"\1ANSI_1252", header))
            shutil.copyfileobj(content, copy)
        columns, shapes = read_layer(file, name, "DXF", "entities", encoding=BYTES, **options)
    empty = np.full(len(shapes), None, dtype=np.object_)
    return _Entities(
        layers=_recoded(columns.get("Layer", empty), encoding),
        texts=_recoded(columns.get("Text", empty), encoding),
        attributes=columns.get("BlockAttributes", empty),
        raw=columns.get("RawCodeValues", empty),
        shapes=shapes,
        encoding=encoding,
    )


def _recoded(column: Text, encoding: str) -> Text:
    numbers, different = distinct(column)
    return np.array([_text(value or "", encoding) for value in different], dtype=np.object_)[numbers]


def _is_of_pipes(layer: str, codes: Codes) -> bool:
    return not _OTHER_LAYERS.search(layer) and kind_in(layer, codes, {}) is not None


def _tables(entities: _Entities, layer: str, codes: Codes) -> Iterator[ColumnTable]:
    here = (entities.layers == layer) & ~shapely.is_missing(entities.shapes)
    dimensions = shapely.get_dimensions(entities.shapes)
    is_text = np.array([bool(text) for text in entities.texts], dtype=bool)
    points = np.flatnonzero(here & (dimensions == 0) & ~is_text)
    lines = np.flatnonzero(here & (shapely.get_type_id(entities.shapes) == shapely.GeometryType.LINESTRING))
    if len(points) and role_in(layer) != "line":
        of_kind = is_text & _same_kind(entities.layers, layer, codes)
        yield _points(entities, layer, points, np.flatnonzero(of_kind))
    if len(lines):
        yield _lines(entities, layer, lines, _places(entities, layer, codes, dimensions, is_text))


def _same_kind(layers: Text, layer: str, codes: Codes) -> Mask:
    wanted = kind_in(layer, codes, {})
    same = {other for other in dict.fromkeys(layers) if other == layer or _kind_of(other, codes) == wanted}
    return np.array([other in same for other in layers], dtype=bool)


def _kind_of(layer: str, codes: Codes) -> object:
    return kind_in(_OTHER_LAYERS.sub("", layer).rstrip("_-"), codes, {})


def _places(
    entities: _Entities, layer: str, codes: Codes, dimensions: NDArray[Any], is_text: Mask
) -> NDArray[np.object_]:
    points = (dimensions == 0) & ~is_text & _same_kind(entities.layers, layer, codes)
    return np.asarray(shapely.force_2d(entities.shapes[points]), dtype=np.object_)


def _points(entities: _Entities, layer: str, rows: NDArray[np.intp], texts: NDArray[np.intp]) -> ColumnTable:
    told = [
        _attributes(entities.attributes[row], entities.encoding) | _extended(entities.raw[row], entities.encoding)
        for row in rows
    ]
    shapes = entities.shapes[rows]
    header = next((name for one in told if (name := _numbered(one))), NUMBER)
    lost = np.array([at for at, one in enumerate(told) if not one.get(header)], dtype=np.intp)
    for at, number in zip(lost, _nearest_texts(shapes[lost], entities, texts), strict=True):
        told[at][header] = number
    return _table(layer, told, shapes)


def _lines(entities: _Entities, layer: str, rows: NDArray[np.intp], places: NDArray[np.object_]) -> ColumnTable:
    told: list[Mapping[str, str]] = []
    pieces: list[shapely.Geometry] = []
    tree = shapely.STRtree(places)
    for row in rows:
        broken = _broken(entities.shapes[row], tree)
        pieces += broken
        told += [_extended(entities.raw[row], entities.encoding)] * len(broken)
    shapes = np.empty(len(pieces), dtype=np.object_)
    shapes[:] = pieces
    return _table(layer, told, shapes)


def _broken(line: shapely.Geometry, tree: shapely.STRtree) -> list[shapely.Geometry]:
    """A line in pieces from point to point."""
    vertices = shapely.get_coordinates(line, include_z=bool(shapely.has_z(line)))
    if len(vertices) == 2 or not len(tree.geometries):
        return [line]
    inner = np.asarray(shapely.points(vertices[1:-1, :2]))
    at, _ = tree.query(inner, predicate="dwithin", distance=VERTEX_WITHIN)
    cuts = [0, *(np.unique(at) + 1).tolist(), len(vertices) - 1]
    return [shapely.LineString(vertices[first : last + 1]) for first, last in pairwise(cuts)]


def _table(layer: str, told: list[Any], shapes: NDArray[np.object_]) -> ColumnTable:
    headers = tuple(dict.fromkeys(header for one in told for header in one))
    columns = tuple([one.get(header) for one in told] for header in headers)
    return ColumnTable(layer, headers, columns, shapes_of(shapes))


def _nearest_texts(shapes: NDArray[np.object_], entities: _Entities, texts: NDArray[np.intp]) -> list[str]:
    found = [""] * len(shapes)
    if len(texts):
        tree = shapely.STRtree(np.asarray(shapely.force_2d(entities.shapes[texts])))
        at, near = tree.query_nearest(shapely.force_2d(shapes), max_distance=NUMBER_WITHIN, all_matches=False)
        for place, text in zip(at, near, strict=True):
            found[place] = str(entities.texts[texts[text]]).strip()
    return found


def _numbered(told: Mapping[str, str]) -> str:
    """The header of a point's number, "" where it has none."""
    return next((header for header in told if "点号" in header or header.upper() in {"EXP_NO", "P_NO"}), "")


def _attributes(values: Any, encoding: str) -> dict[str, str]:
    """A block's attributes, `点号 JS1` each."""
    pairs = (value.partition(" ") for value in _each(values))
    return {_signs(tag, encoding): _text(text, encoding).strip() for tag, _, text in pairs if tag}


def _extended(values: Any, encoding: str) -> dict[str, str]:
    """Extended data: texts `材质=PE`, or a name and then its value."""
    found: dict[str, str] = {}
    name = ""
    started = False
    for value in _each(values):
        code, _, given = value.partition(" ")
        text = _text(given, encoding)
        started = started or code == "1001"
        if not started or code not in {"1000", "1040", "1070", "1071"}:
            continue
        pair = _PAIR.fullmatch(text)
        if code == "1000" and pair and not name:
            found[pair[1].strip()] = pair[2].strip()
        elif name:
            found[name], name = text.strip(), ""
        elif code == "1000":
            name = text.strip()
    return found


def _each(values: Any) -> Iterator[str]:
    yield from (str(value) for value in (values if values is not None else ()))


def _text(given: str, encoding: str) -> str:
    """A text that GDAL took for one letter a byte and brought to UTF-8."""
    try:
        return _signs(given.encode(BYTES).decode("utf-8"), encoding)
    except UnicodeError:
        return _signs(given, encoding)


def _signs(given: str, encoding: str) -> str:
    """Bytes that came as a letter each, in the drawing's own encoding; signs written by their number as signs."""
    try:
        text = given.encode(BYTES).decode(encoding)
    except UnicodeError:
        text = given
    return _NATIONAL.sub(_by_bytes, _UNICODE.sub(lambda found: chr(int(found[1], 16)), text))


def _by_bytes(found: re.Match[str]) -> str:
    return bytes.fromhex(found[1]).decode("gbk", "replace")
