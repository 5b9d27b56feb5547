"""Electronic files as they come: single files or a ZIP, checked before anything is kept, and matched to items. Pure
but for reading the archive itself."""

import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from archives.core.errors import TooLargeError, UnreadableFileError
from archives.core.language import Message, msg

MOST_FILES = 20_000
MOST_RATIO = 200
"""Uncompressed to compressed size of one entry; above it, and above SMALL, an entry counts as a bomb."""
SMALL = 10 << 20
LONGEST_NAME = 255
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What a damaged package may raise while it is opened and read; an unknown compression is a RuntimeError."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_UTF8_FLAG = 0x800
_NUMBERED = re.compile(r"^0*(\d+)(?:[\s._\-、]|$)")
_PAIR = re.compile(r"^(?P<volume>[^_\-\s]+)[_\-\s]+0*(?P<sequence>\d+)(?:[\s._\-、]|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package: its path as read, and how to open it."""

    path: PurePosixPath
    size: int
    info: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Target:
    """An item that a file may belong to."""

    item_id: int
    unit: str
    volume_no: str
    sequence: int
    title: str


class Package:
    """A ZIP whose every entry was looked at before the first is unpacked."""

    def __init__(self, path: Path, limit: int) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except BROKEN as error:
            raise UnreadableFileError(msg("The ZIP file is damaged.")) from error
        try:
            self.entries = _checked(self._zip.infolist(), limit)
        except Exception:
            self._zip.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def open(self, entry: Entry) -> IO[bytes]:
        """The entry's bytes; zipfile itself verifies their length and CRC as they are read."""
        return self._zip.open(entry.info)


def _checked(infos: Sequence[zipfile.ZipInfo], limit: int) -> list[Entry]:
    files = [info for info in infos if not info.is_dir()]
    if len(files) > MOST_FILES:
        raise TooLargeError(msg("The ZIP file holds %(n)d files; at most %(most)d.", n=len(files), most=MOST_FILES))
    if sum(info.file_size for info in files) > limit:
        raise TooLargeError(msg("Unpacked, the ZIP file would be larger than %(limit)d MB.", limit=limit >> 20))
    if _is_bomb(sum(info.file_size for info in files), sum(info.compress_size for info in files)):
        raise TooLargeError(msg("The ZIP file unpacks to far more than it holds; it was not opened."))
    entries = [Entry(_safe_path(_name_of(info)), info.file_size, info) for info in files if not _is_litter(info)]
    for entry in entries:
        _check_entry(entry)
    return entries


def _check_entry(entry: Entry) -> None:
    info = entry.info
    if info.flag_bits & 0x1:
        raise UnreadableFileError(msg("%(name)s is encrypted; send it without a password.", name=str(entry.path)))
    if _is_bomb(info.file_size, info.compress_size):
        raise TooLargeError(msg("%(name)s unpacks to far more than it holds; it was not opened.", name=str(entry.path)))


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was written: without the UTF-8 flag, Chinese systems write GB18030."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    raw = info.filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _is_litter(info: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(info.filename)
    return "__MACOSX" in name.parts or name.name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _safe_path(name: str) -> PurePosixPath:
    path = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/")))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", name):
        raise UnreadableFileError(msg("The name %(name)s leads outside the package.", name=name[:80]))
    if fault := check_name(path.name):
        raise UnreadableFileError(fault)
    return path


def check_name(name: str) -> Message | None:
    """What is wrong with a file's name, if anything."""
    if not name or name in {".", ".."} or "/" in name or "\\" in name:
        return msg("The name %(name)s leads outside the package.", name=name[:80])
    if _CONTROL.search(name):
        return msg("The name %(name)s holds invisible characters.", name=_CONTROL.sub("�", name)[:80])
    if len(name.encode()) > LONGEST_NAME:
        return msg("The name %(name)s… is too long.", name=name[:40])
    return None


class Matcher:
    """Which item a file belongs to: by folder and number, by number pair, or by its title where that is unique."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._by_number: dict[tuple[str, int], list[Target]] = defaultdict(list)
        self._by_title: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            self._by_number[_plain_number(target.volume_no), target.sequence].append(target)
            self._by_title[target.title].append(target)

    def find(self, path: PurePosixPath) -> int | None:
        """The item's id, or None where no item or more than one would fit."""
        found = next((hits for hits in self._candidates(path) if hits), [])
        return found[0].item_id if len(found) == 1 else None

    def _candidates(self, path: PurePosixPath) -> Iterator[list[Target]]:
        folders = path.parts[:-1]
        if folders and (number := _NUMBERED.match(path.stem)):
            yield self._in_unit(folders, self._by_number.get((_plain_number(folders[-1]), int(number[1])), []))
        if pair := _PAIR.match(path.stem):
            key = (_plain_number(pair["volume"]), int(pair["sequence"]))
            yield self._in_unit(folders, self._by_number.get(key, []))
        yield self._in_unit(folders, self._by_title.get(path.stem, []))

    @staticmethod
    def _in_unit(folders: Sequence[str], hits: list[Target]) -> list[Target]:
        """Where two unit works have the number, the folder above says which is meant."""
        named = [target for target in hits if target.unit and target.unit in folders]
        return named or hits


def _plain_number(text: str) -> str:
    """A volume number as folders and lists both write it: `001`, `1` and `第1卷` are one."""
    digits = re.search(r"\d+", text)
    return str(int(digits[0])) if digits else text


def by_path(paths: Mapping[str, int], path: PurePosixPath) -> int | None:
    """The item whose list named this very path (XML hand-over), by the last parts that both have."""
    text = str(path)
    return next((item for named, item in paths.items() if text == named or text.endswith("/" + named)), None)
