"""The formats that pipelines are given out in: each with the ending of its file and what writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archives.core.language import current_language
from archives.core.sheets.book import Book
from gis.codes import Codes, KindCode, standard
from gis.export import dxf, geojson, geopackage, kml, shapefile
from gis.export.columns import Marks
from gis.export.result_rows import ResultTable, result_rows
from gis.frame import Frame, Mask

Write = Callable[[Frame, Frame, Path, int, Codes, Marks], None]
WORKBOOK = "xlsx"
"""The result table: rows of points and their neighbours, which no edge can cut."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ending of its file, its media type, and what writes it."""

    ending: str
    media_type: str
    write: Write


def write_workbook(points: Frame, segments: Frame, target: Path, crs: int, codes: Codes, marks: Marks) -> None:
    """The result table (管线点成果表), a sheet for each kind below its marks, as the importer reads it back."""
    with Book(target) as book:
        for kind in sorted({*_kinds(points), *_kinds(segments)}):
            table = result_rows(_of_kind(points, kind), _of_kind(segments, kind), codes, current_language())
            _write_sheet(book, kind[1] or kind[0], table, [*marks.lines(), f"EPSG:{crs}"], marks)


def _write_sheet(book: Book, name: str, table: ResultTable, lines: Sequence[str], marks: Marks) -> None:
    sheet, _ = book.add_sheet(name)
    sheet.set_header(f"&L{_plain(marks.copy_no)}&C{_plain(marks.secrecy)}&R&P/&N")
    sheet.set_footer(f"&L{_plain(marks.watermark)}")
    for number, line in enumerate(lines):
        book.write(sheet, number, 0, line)
    for column, heading in enumerate(table.headers):
        sheet.write_string(len(lines), column, heading, book.look("heading"))
    for number, row in enumerate(table.rows, len(lines) + 1):
        for column, value in enumerate(row):
            book.write(sheet, number, column, value)


def _kinds(frame: Frame) -> set[KindCode]:
    return set(zip(frame.text("major"), frame.text("minor"), strict=True))


def _of_kind(frame: Frame, kind: KindCode) -> Frame:
    of_it: Mask = np.asarray((frame.text("major") == kind[0]) & (frame.text("minor") == kind[1]), dtype=bool)
    return frame.take(of_it)


def _plain(text: str) -> str:
    """Text without the sign that begins a field of a header; a header holds no more than 255 signs."""
    return text.replace("&", "＆")[:70]


FORMATS: Mapping[str, Format] = {
    "gpkg": Format("gpkg", "application/geopackage+sqlite3", geopackage.write),
    "dxf": Format("dxf", "image/vnd.dxf", dxf.write),
    "shp": Format("zip", "application/zip", shapefile.write),
    WORKBOOK: Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_workbook),
    "geojson": Format("geojson", "application/geo+json", geojson.write),
    "kml": Format("kml", "application/vnd.google-earth.kml+xml", kml.write),
}


def write_format(name: str, points: Frame, segments: Frame, target: Path, crs: int, marks: Marks) -> None:
    """Write a selection in a format of the table, in the store's plane or, where the format has only that, degrees."""
    FORMATS[name].write(points, segments, target, crs, standard(), marks)
