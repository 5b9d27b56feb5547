"""Rivals in virtual environments of their own, made for the bench and thrown away; pygeoapi on our PostGIS table."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.serving import Door, free_port, running

NEEDED = ("pygeoapi", "geoalchemy2", "psycopg2-binary", "waitress")


class MissingError(Exception):
    """It cannot be had here, and why."""


def install(folder: Path, needed: Sequence[str] = NEEDED) -> Path:
    """The interpreter of a new environment with these packages, pygeoapi's by default. Raises MissingError."""
    python = folder / "bin" / "python"
    try:
        venv.create(folder, with_pip=True)
        _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *needed)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingError(_last_line(error)) from error
    return python


@contextmanager
def pygeoapi(python: Path, folder: Path, database: str, socket: Path, crs: int) -> Iterator[Door]:
    """The table of segments served. Raises MissingError."""
    port = free_port()
    settings, openapi = folder / "pygeoapi.yml", folder / "openapi.yml"
    settings.write_text(json.dumps(_settings(port, database, socket, crs)), encoding="utf-8")  # JSON is YAML too
    environment = {**os.environ, "PYGEOAPI_CONFIG": str(settings), "PYGEOAPI_OPENAPI": str(openapi)}
    generate = ("openapi", "generate", str(settings), "--output-file", str(openapi))
    try:
        _run(str(python.parent / "pygeoapi"), *generate, environment=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingError(_last_line(error)) from error
    command = [str(python), "-m", "waitress", "--threads=2", f"--listen=127.0.0.1:{port}", "pygeoapi.flask_app:APP"]
    with running(command, port, environment):
        yield Door(port)


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603


def _last_line(error: Exception) -> str:
    told = error.stderr.decode(errors="replace") if isinstance(error, subprocess.CalledProcessError) else str(error)
    return (told.strip().splitlines() or [type(error).__name__])[-1][:160]


def _settings(port: int, database: str, socket: Path, crs: int) -> dict[str, object]:
    place = f"http://127.0.0.1:{port}"
    name = {"name": "bench", "url": place}
    contact = {**name, "email": "bench@example.org"}
    about = {"title": "bench", "description": "bench", "keywords": ["bench"], "keywords_type": "theme", "url": place}
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": str(socket), "port": 5432, "dbname": database, "user": "postgres", "password": "none",
            "search_path": ["public"],
        },
        "id_field": "fid",
        "table": "pipe_segment",
        "geom_field": "geom",
        "storage_crs": f"http://www.opengis.net/def/crs/EPSG/0/{crs}",
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
    }  # fmt: skip
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": place,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "pretty_print": False,
            "limits": {"default_items": 1000, "max_items": 10000, "on_exceed": "throttle"},
            "map": {"url": "https://example.org/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**about, "terms_of_service": "none"},
            "license": name,
            "provider": name,
            "contact": contact,
        },
        "resources": {
            "segments": {
                "type": "collection",
                **about,
                "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "CRS84"}},
                "providers": [provider],
            }
        },
    }


if __name__ == "__main__":
    print(install(Path(sys.argv[1])))
