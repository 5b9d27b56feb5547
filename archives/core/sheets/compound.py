"""Compound files (OLE), the container of .xls and of encrypted workbooks: names and streams, no more."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_FIRST_SPECIAL = 0xFFFFFFFA
_ENTRY_BYTES = 128
_HEADER_DIFAT = 109


class CompoundFault(ValueError):  # noqa: N818  # becomes a sentence at the reader
    """The container is broken."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    start: int
    size: int


class Compound:
    """A compound file in memory. Raises CompoundFault whenever its tables do not hold together."""

    def __init__(self, content: bytes) -> None:
        try:
            self._read(content)
        except (struct.error, IndexError, OverflowError) as error:
            raise CompoundFault(str(error)) from None

    @property
    def names(self) -> frozenset[str]:
        """The names of all streams and folders, at any depth."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """The content of a stream."""
        entry = self._entries[name]
        if entry.size >= self._cutoff:
            return self._chain(self._content, self._fat, entry.start, self._sector, 1)[: entry.size]
        return self._chain(self._mini, self._mini_fat, entry.start, 64, 0)[: entry.size]

    def _read(self, content: bytes) -> None:
        shift, first_folder, cutoff, first_mini = struct.unpack_from("<30xH16xI4xII", content)
        if shift not in {9, 12}:
            raise CompoundFault("sector size")
        self._content, self._sector, self._cutoff = content, 1 << shift, cutoff
        self._fat = self._table(b"".join(self._sector_at(number) for number in self._fat_sectors()))
        folder = self._chain(content, self._fat, first_folder, self._sector, 1)
        entries = list(_entries(folder))
        self._entries = {entry.name: entry for entry in entries}
        self._mini_fat = self._table(self._chain(content, self._fat, first_mini, self._sector, 1))
        root = entries[0]
        self._mini = self._chain(content, self._fat, root.start, self._sector, 1)[: root.size]

    def _fat_sectors(self) -> Iterator[int]:
        listed = struct.unpack_from(f"<{_HEADER_DIFAT}I", self._content, 76)
        yield from (number for number in listed if number < _FIRST_SPECIAL)
        (following,) = struct.unpack_from("<I", self._content, 68)
        for _ in range(len(self._content) // self._sector):
            if following >= _FIRST_SPECIAL:
                return
            table = self._table(self._sector_at(following))
            if not table:
                raise CompoundFault("a table beyond the end")
            *numbers, following = table
            yield from (number for number in numbers if number < _FIRST_SPECIAL)

    def _sector_at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._content[start : start + self._sector]

    def _table(self, content: bytes) -> Sequence[int]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _chain(self, content: bytes, fat: Sequence[int], start: int, sector: int, skipped: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        for _ in range(len(fat) + 1):
            if number >= _FIRST_SPECIAL:
                return b"".join(pieces)
            position = (number + skipped) * sector
            pieces.append(content[position : position + sector])
            number = fat[number]
        raise CompoundFault("a chain without end")


def _entries(folder: bytes) -> Iterator[_Entry]:
    for position in range(0, len(folder) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        (length,) = struct.unpack_from("<H", folder, position + 64)
        if 2 <= length <= 64:
            name = folder[position : position + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", folder, position + 116)
            yield _Entry(name, start, size)
