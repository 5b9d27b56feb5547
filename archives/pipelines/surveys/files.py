"""The files of a hand-over: unpacked into quarantine as they come, read as tables."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from archives.accession import receiving
from archives.config import Settings
from archives.core.errors import UnreadableFileError
from archives.core.files import ContentStore
from archives.core.language import Message, msg
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import glance_at as glance_at_list
from archives.core.sheets.read import head_of, read_sheets
from archives.pipelines.surveys.service import Brought, check_names
from archives.pipelines.surveys.text_tables import text_table
from gis.survey.files import glance_at, is_part, read_file
from gis.survey.raw import Given, RawTable
from gis.survey.source import SurveyFileError

MOST_ROWS = 5_000_000
"""Rows of one hand-over: more than the lines of one year in the largest city."""
READ_AT_ONCE = 20 << 20
"""Bytes of files that are read while somebody waits for the answer."""
LIMITS = Limits(file_bytes=2 << 30, unpacked_bytes=8 << 30, rows=MOST_ROWS, cells=500_000_000)
WORDS: Mapping[str, Message] = {
    "mdb_tool_missing": msg(
        "“%(name)s” is an Access database. To read it this machine needs the program %(b)s (Debian: mdbtools). "
        "Or save its tables as XLSX or CSV."
    ),
    "mdb_failed": msg("The Access database “%(name)s” could not be read."),
    "dxf_version": msg("“%(name)s” is a DXF of a version that is not known here (%(b)s). Save it as DXF 2010."),
    "dwg": msg("“%(name)s” is a DWG drawing. Save it as DXF 2010 in the drawing program and bring that."),
    "encrypted": msg("“%(name)s” is protected by a password."),
    "damaged": msg("“%(name)s” is damaged."),
    "parts_missing": msg("Of the shapefile “%(name)s” the part %(b)s is missing. Bring all parts, or a ZIP of them."),
    "no_pipe_layers": msg("No layer of “%(name)s” is named after a kind of line, as JS_LINE is. It has: %(b)s."),
    "empty": msg("“%(name)s” holds no points and no lines."),
    "wrong_driver": msg("“%(name)s” is not what its name says."),
}
"""Why a file is refused, by the code of `SurveyFileError`."""


def unpacked(quarantine: ContentStore, stream: IO[bytes], name: str, most: int) -> list[Brought]:
    """Take a file, or every file of a ZIP, into quarantine. Raises UnreadableFileError or TooLargeError."""
    stored = quarantine.add(stream, most)
    arrived = receiving.unpack(quarantine, stored, name, most * receiving.MOST_UNPACKED)
    return [Brought(file.path.name, file.stored) for file in arrived]


def tables_of(settings: Settings, files: Iterable[Mapping[str, Any]]) -> list[Given]:
    """The tables of a version's files. Raises UnreadableFileError or TooLargeError."""
    quarantine = ContentStore(settings.quarantine)
    return tables_in({file["name"]: quarantine.path(file["sha256"]) for file in files})


def with_parts(files: Sequence[Path]) -> list[Path]:
    """Files, and for each shapefile among them the other parts that lie beside it."""
    beside = [
        other
        for file in files
        if file.suffix.lower() == ".shp"
        for other in sorted(file.parent.iterdir())
        if is_part(other.name, {file.name: file})
    ]
    return list(dict.fromkeys([*files, *beside]))


def try_out(settings: Settings, files: Sequence[Brought]) -> list[Given]:
    """The tables of files that just came, if they are so small that reading them again costs little; else none.

    So what is no survey is refused before anything is noted; of large files, what a glance shows to be damaged.
    Raises UnreadableFileError, TooLargeError or RefusedError.
    """
    check_names(files)
    if sum(file.stored.size for file in files) > READ_AT_ONCE:
        quarantine = ContentStore(settings.quarantine)
        _glance_at({file.name: quarantine.path(file.stored.sha256) for file in files})
        return []
    return tables_of(settings, [file.as_dict() for file in files])


def _glance_at(files: Mapping[str, Path]) -> None:
    for name, path in files.items():
        if is_part(name, files):
            continue
        try:
            is_geodata = glance_at(path, name, head_of(path), files)
        except SurveyFileError as error:
            raise refused(name, error) from None
        if not is_geodata:
            glance_at_list(path, name, LIMITS)


def tables_in(files: Mapping[str, Path]) -> list[Given]:
    """The tables of some files by their names. Raises UnreadableFileError or TooLargeError."""
    wanted = [name for name in files if not is_part(name, files)]
    return [table for name in wanted for table in _tables(name, files)]


def _tables(name: str, files: Mapping[str, Path]) -> list[Given]:
    """Geodata by the library's readers; spreadsheets and text by the archive's own."""
    path = files[name]
    try:
        geodata = read_file(path, name, head_of(path), parts=files)
    except SurveyFileError as error:
        raise refused(name, error) from None
    if geodata is not None:
        return list(geodata)
    if (text := text_table(path, name, LIMITS)) is not None:
        return [text]
    return [RawTable(sheet.name, sheet.rows, [*sheet.merged]) for sheet in read_sheets(path, name, LIMITS)]


def refused(name: str, error: SurveyFileError) -> UnreadableFileError:
    """Why a file cannot be read, in words."""
    sentence = WORDS.get(error.code, WORDS["damaged"])
    values: dict[str, object] = {"name": name, "b": "、".join(map(str, error.values[1:]))}
    return UnreadableFileError(Message(sentence.msgid, values))
