"""The least city, made once: on the embedded file by a call that comes after one that was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archives.config import Settings
from archives.core.actors import local_operator
from archives.core.backend import Backend, open_backend
from archives.demo.building import WORKSHOP, ensure
from archives.demo.plots import SIZES
from archives.features import REGISTRY
from tests.databases import Databases


@dataclass(frozen=True)
class Built:
    """A city that was made, its database, and whether a killed call had left an instance."""

    settings: Settings
    backend: Backend
    left_by_killed: list[str]


def make(settings: Settings) -> bool:
    """Make the least city in this process."""
    return ensure(settings, REGISTRY, local_operator("test"), SIZES["S"], lambda _done, _total: None)


@pytest.fixture(scope="session")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The city."""
    settings = databases.fresh(tmp_path_factory.mktemp("city") / "var")
    left: list[str] = []
    if not settings.database_url:
        Path(settings.url.removeprefix("sqlite:///")).unlink()
        left = _killed_halfway(settings)
    assert make(settings)
    backend = open_backend(settings)
    yield Built(settings, backend, left)
    backend.close()


def _killed_halfway(settings: Settings) -> list[str]:
    """Begin in another process, kill it at its first word, and say what it left."""
    environment = os.environ | {"CHENGDANG_DATA": str(settings.data)}
    command = [sys.executable, "-m", "archives.cli", "demo", "--size", "S"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "%" in process.stderr.readline()
        process.send_signal(signal.SIGKILL)
    assert (settings.data / WORKSHOP).is_dir(), "it was killed before it began"
    return sorted(path.name for path in settings.data.iterdir() if not path.name.startswith(WORKSHOP))
