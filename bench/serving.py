"""A city served over loopback by waitress in a process of its own, to a program with a key.

`python -m bench.serving FOLDER PORT [DATABASE]` serves an instance.
"""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waitress import serve

from archives.accounts import service as accounts
from archives.accounts.drafts import AccountDraft, TokenDraft
from archives.accounts.tokens import make_token
from archives.app import create_app
from archives.config import Settings
from archives.core.actors import Role
from archives.core.clock import now
from archives.pipelines.api.views import SCOPE, SCOPES
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.lines import store_of
from archives.pipelines.models import ACCEPTED
from archives.pipelines.surveys import service
from archives.pipelines.systems import decide_store, system_named
from bench.harness import median_seconds
from bench.instances import OPERATOR, Instance
from gis.frame import Frame
from gis.store.contract import SpatialStore

PATIENCE = 60.0
CLEARED = 4


@dataclass(frozen=True, slots=True)
class Door:
    """Where something is served, and the key that opens it."""

    port: int
    key: str = ""

    def get(self, path: str) -> bytes:
        """The answer to one request, on a connection of its own. Raises ValueError for any but 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != http.client.OK:
            raise ValueError(f"{path}: {answer.status} {content[:300]!r}")
        return content

    def seconds(self, path: str, repeats: int) -> float:
        """The median time of a request."""
        return median_seconds(lambda: self.get(path), repeats)


def stock(instance: Instance, crs: int, points: Frame, segments: Frame) -> tuple[SpatialStore, int]:
    """Put a city into an instance as an accepted version; the store, and the version's id."""
    with instance.backend.writing() as session:
        decide_store(session, OPERATOR, system_named(session, f"EPSG:{crs}"))
        draft = HandoverDraft(source="census", name="bench", crs=f"EPSG:{crs}")
        _, version = service.bring(session, OPERATOR, draft, 0, [])
        version.state, version.accepted_at = ACCEPTED, now()
        store = store_of(session)
        store.add(session.connection(), version.id, points, segments)
        store.build_overview(session.connection(), version.id)
        bounds = store.extent(session.connection(), [version.id])
        version.west, version.south, version.east, version.north = bounds or (None, None, None, None)
        return store, version.id


@contextmanager
def served(instance: Instance) -> Iterator[Door]:
    """The instance's pages in another process, and the key of a person who may see everything."""
    port = free_port()
    database = [instance.settings.database_url] if instance.settings.database_url else []
    command = [sys.executable, "-m", __name__, str(instance.settings.data), str(port), *database]
    with running(command, port):
        yield Door(port, _key(instance))


def _key(instance: Instance) -> str:
    with instance.backend.writing() as session:
        account = accounts.create(session, OPERATOR, AccountDraft(login="program", name="program"))
        accounts.assign_roles(session, OPERATOR, account, [Role.CATALOGUER], CLEARED)
        draft = TokenDraft(name="bench", days=1)
        return make_token(session, accounts.actor_of(account), draft, [SCOPE], SCOPES)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A server as a process, from when it listens until the block ends."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            _wait(process, port)
            yield
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ValueError(f"{process.args!r} does not listen")


if __name__ == "__main__":
    folder, at, *url = sys.argv[1:]
    settings = Settings(data=Path(folder), database_url=url[0] if url else "")
    serve(create_app(settings), host="127.0.0.1", port=int(at), threads=2)
