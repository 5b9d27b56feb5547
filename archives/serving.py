"""The web door in the open: waitress serves the pages, worker processes beside it do the long work.

A worker that dies is started again, more slowly each time; all end with the server, however it ends.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Any

from waitress.server import create_server

from archives.app import create_app
from archives.config import Settings, load_settings
from archives.core.desk import say
from archives.core.errors import ConfigurationError
from archives.core.language import msg
from archives.web.application import Application

WORKER = (sys.executable, "-m", "archives.cli", "worker", "--tied")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0
"""A worker that lasted this many seconds is trusted again: the next pause is the first one."""
PATIENCE = 10.0
"""Seconds that a worker gets to finish."""
_log = logging.getLogger("chengdang.serving")


class Watch:
    """Keeps one process alive until told to stop."""

    def __init__(self, command: tuple[str, ...] = WORKER, first_pause: float = FIRST_PAUSE) -> None:
        self.starts = 0
        self._command = command
        self._pause = self._first_pause = first_pause
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start the process, and watch it from another thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the process, by force when it takes too long."""
        with self._changing:
            self._stopping.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep(self) -> None:
        while process := self._begin():
            began = time.monotonic()
            code = process.wait()
            if not self._stopping.is_set():
                self._rest(code, time.monotonic() - began)

    def _begin(self) -> "subprocess.Popen[bytes] | None":
        with self._changing:
            if self._stopping.is_set():
                return None
            self.starts += 1
            # The pipe is never written to: it closes with this process, and so tells the worker to end.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # our own program
            return self._process

    def _rest(self, code: int, lasted: float) -> None:
        self._pause = self._first_pause if lasted > STEADY else min(self._pause * 2, LONGEST_PAUSE)
        _log.warning("the worker ended with %s; starting it again in %.0f s", code, self._pause)
        self._stopping.wait(self._pause)


def application() -> Application:
    """The pages for another server, as `gunicorn 'archives.serving:application()'`; workers run beside it."""
    return create_app(load_settings())


def serve(settings: Settings) -> None:
    """Serve pages, and do long work, until SIGTERM or SIGINT. Raises ConfigurationError when the port is taken."""
    app = create_app(settings)
    server = _listening(app, settings)
    watches = [Watch() for _ in range(settings.workers)]
    signal.signal(signal.SIGTERM, _end)
    for watch in watches:
        watch.start()
    say(msg("Open %(address)s", address=f"http://{settings.host}:{settings.port}"))
    try:
        server.run()
    finally:
        for watch in watches:
            watch.stop()
        app.backend.close()


def _listening(app: Any, settings: Settings) -> Any:
    scheme = "https" if settings.https else "http"
    try:
        return create_server(
            app, host=settings.host, port=settings.port, threads=settings.threads, ident=None, url_scheme=scheme
        )
    except OSError as error:
        sentence = msg("Port %(port)d cannot be used: %(reason)s", port=settings.port, reason=error.strerror)
        raise ConfigurationError(sentence) from error


def _end(_number: int, _frame: FrameType | None) -> None:
    """Waitress ends in order on SystemExit."""
    raise SystemExit(0)


def tie_to(descriptor: int) -> None:
    """End this process in order when the pipe closes, that is, when the process that started it is gone."""
    threading.Thread(target=_end_with, args=(descriptor,), daemon=True).start()


def _end_with(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    signal.raise_signal(signal.SIGTERM)
