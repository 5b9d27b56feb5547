"""Files by content: a file's name in the store is its SHA-256, so it is kept once and can be proved unchanged."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from archives.core.errors import ConflictError, NotFoundError, TooLargeError
from archives.core.language import msg

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class ContentStore:
    """A folder of files named by their content. Writing is atomic; a file is never changed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, stream: IO[bytes], limit: int | None = None) -> Stored:
        """Stream a file in, hashing as it comes. Raises TooLargeError past `limit` bytes and keeps nothing."""
        self.root.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.root, prefix=".incoming-", delete=False) as target:
            try:
                stored = _copy(stream, target, limit)
                target.flush()
                os.fsync(target.fileno())
                self._place(Path(target.name), stored.sha256)
            finally:
                Path(target.name).unlink(missing_ok=True)
        return stored

    def path(self, sha256: str) -> Path:
        """Where the file lies; raises NotFoundError if it does not."""
        path = self._path(sha256)
        if not path.is_file():
            raise NotFoundError(msg("The file is not in the store."))
        return path

    def holds(self, sha256: str) -> bool:
        """Whether the store has the file."""
        return self._path(sha256).is_file()

    def is_sound(self, sha256: str) -> bool:
        """Whether the file still is what its name says."""
        with self.path(sha256).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256

    def discard(self, sha256: str) -> None:
        """Forget a file that nobody accepted."""
        self._path(sha256).unlink(missing_ok=True)

    def promote(self, sha256: str, into: "ContentStore") -> None:
        """Bring an accepted file into another store; it stays here until discarded.

        Raises ConflictError if the file is no longer what its name says.
        """
        if into.holds(sha256):
            return
        if not self.is_sound(sha256):
            raise ConflictError(msg("A file was changed in the store after it came: %(sha256)s.", sha256=sha256))
        with self.path(sha256).open("rb") as stream:
            into.add(stream)

    @contextmanager
    def on_trial(self) -> Iterator["ContentStore"]:
        """This store, for files that may yet be refused: an error inside the block forgets those it did not have."""
        trial = _Trial(self.root)
        try:
            yield trial
        except BaseException:
            for sha256 in trial.new:
                self.discard(sha256)
            raise

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def _place(self, incoming: Path, sha256: str) -> None:
        target = self._path(sha256)
        if target.exists() and self.is_sound(sha256):  # one that was damaged since is replaced
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming.chmod(0o440)
        incoming.replace(target)
        _sync_folder(target.parent)


class _Trial(ContentStore):
    """A store that remembers what was new to it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.new: list[str] = []

    def _place(self, incoming: Path, sha256: str) -> None:
        if not self.holds(sha256):
            self.new.append(sha256)
        super()._place(incoming, sha256)


def _copy(stream: IO[bytes], target: IO[bytes], limit: int | None) -> Stored:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(stream):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLargeError(msg("The file is larger than %(limit)d MB.", limit=limit >> 20))
        digest.update(chunk)
        target.write(chunk)
    return Stored(digest.hexdigest(), size)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
