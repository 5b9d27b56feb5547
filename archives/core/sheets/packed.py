"""ZIP packages (XLSX, ODS) opened with suspicion: every member is measured by unpacking it, never by what it claims."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from archives.core.errors import TooLargeError
from archives.core.language import msg
from archives.core.sheets.limits import MB, Limits
from archives.core.sheets.refusals import damaged, encrypted

CHUNK = MB
# Below this size no expansion is dangerous; tiny lists of equal rows pack very well.
HARMLESS_BYTES = 16 * MB

# A workbook's table of contents or a manifest is never larger.
SMALL_BYTES = 16 * MB

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED_FLAG = 1


class Package:
    """An open ZIP whose claims were checked. Use as a context manager."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        self._stream = path.open("rb")
        try:
            self._members = _members(zipfile.ZipFile(self._stream).infolist(), name, limits)
        except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError):
            self._stream.close()
            raise damaged(name) from None
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def __contains__(self, member: str) -> bool:
        return member.lower() in self._members

    @property
    def names(self) -> list[str]:
        """The members' names, in lower case: programs do not agree on it."""
        return list(self._members)

    def content(self, member: str) -> bytes:
        """A small member as a whole; nothing if it is not there."""
        if member not in self:
            return b""
        if self._members[member.lower()].file_size > SMALL_BYTES:
            raise damaged(self.name)
        return b"".join(self.chunks(member))

    def measure(self, member: str) -> None:
        """Unpack a member only to see that it is what it claims."""
        for _ in self.chunks(member):
            pass

    def chunks(self, member: str) -> Iterator[bytes]:
        """A member, unpacked piece by piece. Raises if it is damaged or larger than it claims."""
        info = self._members[member.lower()]
        unpacked = 0
        for chunk in self._unpacked(info):
            unpacked += len(chunk)
            if unpacked > info.file_size:
                raise damaged(self.name)
            yield chunk
        if unpacked != info.file_size:
            raise damaged(self.name)

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            yield from packed
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in packed:
                yield inflate.decompress(piece, CHUNK)
                while inflate.unconsumed_tail:
                    yield inflate.decompress(inflate.unconsumed_tail, CHUNK)
            yield inflate.flush()
        except zlib.error:
            raise damaged(self.name) from None

    def _packed(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        self._stream.seek(info.header_offset)
        header = self._stream.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise damaged(self.name)
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        position, left = info.header_offset + 30 + name_length + extra_length, info.compress_size
        while left:
            self._stream.seek(position)  # readers of two members may take turns
            piece = self._stream.read(min(left, CHUNK))
            if not piece:
                raise damaged(self.name)
            position, left = position + len(piece), left - len(piece)
            yield piece


def _members(infos: list[zipfile.ZipInfo], name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
        raise encrypted(name)
    _check_expansion(infos, name, limits)
    members = {info.filename.lower(): info for info in infos}
    if len(members) < len(infos) or any(not _is_readable(info) for info in infos):
        raise damaged(name)  # two members of one name: each program would read another one
    return members


def _is_readable(info: zipfile.ZipInfo) -> bool:
    return info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _check_expansion(infos: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    bomb = unpacked > HARMLESS_BYTES and unpacked > packed * limits.expansion
    if bomb or unpacked > limits.unpacked_bytes or len(infos) > limits.members:
        sentence = msg(
            "“%(name)s” would unpack to %(size)d MB in %(count)d parts, more than any list needs. It is refused.",
            name=name,
            size=unpacked // MB,
            count=len(infos),
        )
        raise TooLargeError(sentence)
