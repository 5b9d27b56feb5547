"""A survey as files, the way different offices hand it over. X is north in all of them, as surveyors have it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from csv import writer as csv_writer
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from archives.demo.exchange import write_dxf, write_geopackage, write_shapefiles
from archives.demo.headings import POINTS, SEGMENTS, Head, cells, kinds
from archives.demo.one_table import write_one_table
from gis.survey.model import Survey

Style = Literal["xlsx", "xlsx_two_rows", "csv", "one_table", "gpkg", "shp", "dxf"]
STYLES: tuple[Style, ...] = get_args(Style)


def write_handover(folder: Path, survey: Survey, style: Style) -> list[Path]:
    """Write a survey (EPSG:4545) into a folder that exists; answers with the files.

    `xlsx`: 点表.xlsx and 线表.xlsx. `xlsx_two_rows`: one workbook with a pair of sheets for each kind under two-row
    headers. `csv`: points.csv and lines.csv in GB18030 with code headers. `one_table`: 管线点成果表.xlsx. `gpkg`: the
    layers pipe_point and pipe_line. `shp`: a pair of files for each kind, in GBK. `dxf`: layers like JS_LINE,
    named by class.
    """
    return _WRITERS[style](folder, survey)


def _write_xlsx(folder: Path, survey: Survey) -> list[Path]:
    files = []
    for name, frame, heads in (("点表", survey.points, POINTS), ("线表", survey.segments, SEGMENTS)):
        path = folder / f"{name}.xlsx"
        book = Workbook(path, {"constant_memory": True})
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, [head.chinese for head in heads])
        _write_rows(sheet, 1, cells(frame, heads))
        book.close()
        files.append(path)
    return files


def _write_rows(sheet: Worksheet, first: int, rows: Iterable[tuple[object, ...]]) -> None:
    for at, row in enumerate(rows, start=first):
        sheet.write_row(at, 0, row)


def _write_two_rows(folder: Path, survey: Survey) -> list[Path]:
    path = folder / "综合管线成果.xlsx"
    book = Workbook(path, {"constant_memory": True})
    for minor in kinds(survey):
        for suffix, frame, heads in (("P", survey.points, POINTS), ("L", survey.segments, SEGMENTS)):
            shown = [head for head in heads if head.field != "minor"]
            sheet = book.add_worksheet(f"{minor}{suffix}")
            _two_row_header(sheet, shown)
            _write_rows(sheet, 2, cells(frame.take(frame.text("minor") == minor), shown))
    book.close()
    return [path]


def _two_row_header(sheet: Worksheet, heads: Sequence[Head]) -> None:
    """Headers that share one above them stand in the second row under a merged cell; the others in the first."""
    at = 0
    for above, group in groupby(heads, key=lambda head: head.above):
        shared = list(group)
        if above:
            sheet.merge_range(0, at, 0, at + len(shared) - 1, above)
        else:
            sheet.write_row(0, at, [head.chinese for head in shared])
        at += len(shared)
    sheet.write_row(1, 0, [head.chinese if head.above else None for head in heads])


def _write_csv(folder: Path, survey: Survey) -> list[Path]:
    files = []
    for name, frame, heads in (("points", survey.points, POINTS), ("lines", survey.segments, SEGMENTS)):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="gb18030", newline="") as target:
            rows = csv_writer(target)
            rows.writerow([head.code for head in heads])
            rows.writerows(cells(frame, heads))
        files.append(path)
    return files


_WRITERS: Mapping[Style, Callable[[Path, Survey], list[Path]]] = {
    "xlsx": _write_xlsx,
    "xlsx_two_rows": _write_two_rows,
    "csv": _write_csv,
    "one_table": write_one_table,
    "gpkg": write_geopackage,
    "shp": write_shapefiles,
    "dxf": write_dxf,
}
