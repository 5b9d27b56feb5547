"""Real databases for tests: one is made with the migrations, then copied for each test that wants its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from archives.config import Settings
from archives.core.backend import open_backend
from archives.schema import migrate

POSTGRESQL = Path("/usr/lib/postgresql")


class Databases(Protocol):
    """Where tests get databases from."""

    def fresh(self, folder: Path) -> Settings:
        """Settings of a new instance in `folder`, its schema migrated and empty."""


class EmbeddedDatabases:
    """SQLite files, copied from a template."""

    def __init__(self, folder: Path) -> None:
        self._template = Settings(data=folder)
        _migrate(self._template)

    def fresh(self, folder: Path) -> Settings:
        """A copy of the template file."""
        settings = Settings(data=folder)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_file(self._template), _file(settings))
        return settings


class ServerDatabases:
    """Databases of a throw-away PostgreSQL cluster, cloned from a template."""

    def __init__(self, socket: Path, folder: Path) -> None:
        self._socket = socket
        self._names = (f"test_{number}" for number in count(1))
        self._create("template_chengdang", "template1")
        _migrate(Settings(data=folder, database_url=self._url("template_chengdang")))

    def fresh(self, folder: Path) -> Settings:
        """A clone of the template database."""
        name = next(self._names)
        self._create(name, "template_chengdang")
        folder.mkdir(parents=True, exist_ok=True)
        return Settings(data=folder, database_url=self._url(name))

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket}"

    def _create(self, name: str, template: str) -> None:
        statement = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
        command = ["psql", "-qXh", str(self._socket), "-U", "postgres", "-c", statement, "postgres"]
        subprocess.run(command, check=True, capture_output=True)


def _file(settings: Settings) -> Path:
    return Path(settings.url.removeprefix("sqlite:///"))


def _migrate(settings: Settings) -> None:
    backend = open_backend(settings)
    migrate(backend)
    backend.close()


@contextmanager
def cluster() -> Iterator[Path]:
    """A PostgreSQL cluster in a temporary folder, reachable by a Unix socket only; never run as root."""
    binaries = sorted(POSTGRESQL.glob("*/bin"))[-1]
    root = Path(tempfile.mkdtemp(prefix="cd-pg-"))
    data = root / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(root, "postgres", "postgres")
        _as_postgres(
            str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"
        )
        options = f"-c listen_addresses='' -k {root} -c fsync=off -c full_page_writes=off -c max_connections=200"
        control = (str(binaries / "pg_ctl"), "-D", str(data), "-w")
        _as_postgres(*control, "-o", options, "-l", str(root / "log"), "start")
        try:
            yield root
        finally:
            _as_postgres(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _as_postgres(*command: str) -> None:
    prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")
