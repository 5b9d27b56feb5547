"""Workbooks (XLSX, XLS, ODS): looked over for danger first, then read at full speed by calamine."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from archives.core.language import Message, msg
from archives.core.sheets.biff import compound_names, scan_xls
from archives.core.sheets.extent import Extent, scan_ods, scan_xlsx
from archives.core.sheets.kinds import foreign
from archives.core.sheets.limits import Limits, check_columns, check_extent, check_rows, check_sheets
from archives.core.sheets.packed import Package
from archives.core.sheets.refusals import damaged, encrypted, with_macros
from archives.core.sheets.sheet import Row, Sheet, Span

_BOOK = "xl/workbook.xml"
_BOOK_LINKS = "xl/_rels/workbook.xml.rels"
_ODS_CONTENT = "content.xml"
_ODS_MANIFEST = "meta-inf/manifest.xml"


def read_package(path: Path, name: str, limits: Limits) -> list[Sheet]:
    """The sheets of an XLSX or ODS. Raises UnreadableFileError or TooLargeError."""
    with Package(path, name, limits) as package:
        extents = _package_extents(package)
    return _read(path.read_bytes(), name, extents, limits)


def glance_at_package(path: Path, name: str, limits: Limits) -> None:
    """See that an XLSX or ODS is whole, open and without macros, as far as its table of contents tells.

    Raises UnreadableFileError or TooLargeError.
    """
    with Package(path, name, limits) as package, _told_as_broken(name):
        if _BOOK in package:
            _xlsx_sheets(package)
        elif _is_ods(package):
            _check_ods(package)
        else:
            raise foreign(name, _package_kind(package))


def glance_at_compound(path: Path, name: str, limits: Limits) -> None:  # noqa: ARG001
    """See that an XLS is one. Raises UnreadableFileError."""
    _check_compound(path.read_bytes(), name)


def read_compound(path: Path, name: str, limits: Limits) -> list[Sheet]:
    """The sheets of an XLS. Raises UnreadableFileError or TooLargeError."""
    content = path.read_bytes()
    _check_compound(content, name)
    return _read(content, name, scan_xls(content, name), limits)


def _check_compound(content: bytes, name: str) -> None:
    names = compound_names(content, name)
    if "EncryptedPackage" in names:
        raise encrypted(name)
    if not names & {"Workbook", "Book"}:
        raise foreign(name, _compound_kind(names))


def _compound_kind(names: frozenset[str]) -> Message:
    if "WordDocument" in names:
        return msg("a word processor's document")
    return msg("a presentation") if "PowerPoint Document" in names else msg("a file of another program")


def _package_extents(package: Package) -> list[Extent]:
    with _told_as_broken(package.name):
        if _BOOK in package:
            return _xlsx_extents(package)
        if _is_ods(package):
            return _ods_extents(package)
    raise foreign(package.name, _package_kind(package))


@contextmanager
def _told_as_broken(name: str) -> Iterator[None]:
    """A table of contents that makes no sense."""
    try:
        yield
    except (ParseError, ValueError, LookupError, StopIteration):
        raise damaged(name) from None


def _is_ods(package: Package) -> bool:
    return _ODS_CONTENT in package and b"spreadsheet" in package.content("mimetype")


def _package_kind(package: Package) -> Message:
    if "xl/workbook.bin" in package:
        return msg("a binary workbook (.xlsb)")
    if "word/document.xml" in package or b"opendocument.text" in package.content("mimetype"):
        return msg("a word processor's document")
    return msg("a presentation") if "ppt/presentation.xml" in package else msg("a compressed archive")


def _xlsx_extents(package: Package) -> list[Extent]:
    sheets = _xlsx_sheets(package)
    members = {member for _, member in sheets}
    for member in package.names:
        if member.endswith((".xml", ".rels")) and member not in members:
            package.measure(member)
    return [scan_xlsx(sheet, partial(package.chunks, member)) for sheet, member in sheets]


def _xlsx_sheets(package: Package) -> list[tuple[str, str]]:
    if any(member.endswith("vbaproject.bin") or "/macrosheets/" in member for member in package.names):
        raise with_macros(package.name)
    return _sheet_members(package)


def _sheet_members(package: Package) -> list[tuple[str, str]]:
    """Each sheet's name and the part that holds it, in the workbook's order."""
    links = [(link.get("Id"), link.get("Target", "")) for link in fromstring(package.content(_BOOK_LINKS))]
    targets = dict(links)
    if len(targets) != len(links):
        raise KeyError("two links of one name")
    book = fromstring(package.content(_BOOK))
    sheets = [element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet"]
    return [(sheet.get("name", ""), _member(targets[_link(sheet.attrib)])) for sheet in sheets]


def _link(attributes: dict[str, str]) -> str:
    return next(value for key, value in attributes.items() if key.endswith("}id"))


def _member(target: str) -> str:
    """A link is absolute, or stands beside the workbook part."""
    return (target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)).lower()


def _ods_extents(package: Package) -> list[Extent]:
    _check_ods(package)
    return scan_ods(package.chunks(_ODS_CONTENT))


def _check_ods(package: Package) -> None:
    if b"encryption-data" in package.content(_ODS_MANIFEST):
        raise encrypted(package.name)
    if any(member.startswith(("basic/", "scripts/")) for member in package.names):
        raise with_macros(package.name)


def _read(content: bytes, name: str, extents: Sequence[Extent], limits: Limits) -> list[Sheet]:
    check_sheets(name, len(extents), limits)
    for extent in extents:  # before anything is opened: some readers lay all sheets out at once
        check_extent(name, extent.sheet, extent.rows, extent.columns, limits)
    with _told_as_damage(name):
        book = load_workbook(io.BytesIO(content))
        if len(book.sheets_metadata) != len(extents):
            raise damaged(name)
        return list(_sheets(book, name, extents, limits))


def _sheets(book: CalamineWorkbook, name: str, extents: Sequence[Extent], limits: Limits) -> Iterator[Sheet]:
    filled = 0
    for index, (about, extent) in enumerate(zip(book.sheets_metadata, extents, strict=True)):
        if about.typ == SheetTypeEnum.WorkSheet:
            sheet = _sheet(about, book.get_sheet_by_index(index), extent)
            filled += len(sheet.rows)
            check_rows(name, filled, limits)
            check_columns(name, about.name, max((len(row.cells) for row in sheet.rows), default=0), limits)
            yield sheet


def _sheet(about: SheetMetadata, content: CalamineSheet, extent: Extent) -> Sheet:
    return Sheet(
        name=about.name,
        rows=list(_rows(content)),
        merged=[*extent.merged, *_merged(content)],
        formulas=extent.formulas,
        hidden=about.visible != SheetVisibleEnum.Visible,
    )


def _rows(content: CalamineSheet) -> Iterator[Row]:
    """Calamine leaves out what is blank above and to the left; the numbers here count it."""
    if content.start is None:
        return
    first_row, first_column = content.start
    left = [None] * first_column
    for number, cells in enumerate(content.to_python(skip_empty_area=True), first_row + 1):
        known = [None if cell == "" or (type(cell) is str and cell.isspace()) else cell for cell in cells]
        while known and known[-1] is None:
            known.pop()
        if known:
            yield Row(number, [*left, *known])


def _merged(content: CalamineSheet) -> list[Span]:
    ranges = content.merged_cell_ranges or []
    return [Span(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]


@contextmanager
def _told_as_damage(name: str) -> Iterator[None]:
    """Whatever the reader stumbles over, the person hears the same: the file is damaged."""
    try:
        yield
    except PasswordError:
        raise encrypted(name) from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise damaged(name) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own way to stop; it can be named only so
            raise
        raise damaged(name) from None
