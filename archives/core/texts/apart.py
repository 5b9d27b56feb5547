"""Files are opened in a process apart: one that brings it down, or holds it up, costs that file and nothing else."""

import sys
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from archives.core.texts.pages import pages_of

if sys.platform != "win32":
    import resource

PATIENCE = 120.0
"""Seconds for one file."""
MOST_MEMORY = 4 << 30
"""Bytes that the process may take, where the system can hold it to that."""
Asked = tuple[Path, str, str]
Answer = list[str] | None


class Apart:
    """A process that reads files, started anew when one has ended it. Use as a context manager."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._process: BaseProcess | None = None
        self._pipe: Connection[Asked, Answer]

    def __enter__(self) -> "Apart":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def pages_of(self, path: Path, name: str, found: str) -> Answer:
        """The texts of a file's pages (see `pages.pages_of`); None for a file that cannot be read."""
        if self._process is None:
            self._begin()
        with suppress(EOFError, OSError):  # the file brought the process down
            self._pipe.send((path, name, found))
            if self._pipe.poll(self._patience):
                return self._pipe.recv()
        self._end()
        return None

    def _begin(self) -> None:
        system = get_context("spawn")
        self._pipe, theirs = system.Pipe()
        self._process = system.Process(target=_answer, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None


def _answer(asked: "Connection[Answer, Asked]") -> None:
    """Read one file after another, until nobody asks any more."""
    _hold_memory()
    with suppress(EOFError):
        while True:
            asked.send(_pages(*asked.recv()))


def _pages(path: Path, name: str, found: str) -> Answer:
    try:
        return pages_of(path, name, found)
    except Exception:  # whatever a library says of a damaged file
        return None


def _hold_memory() -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
