"""The third door: does the long work, one job at a time, and keeps the embedded file's log short."""

import logging
import signal
import time
from types import FrameType

from archives.config import Settings
from archives.core.backend import checkpoint, open_backend
from archives.core.clock import use_zone
from archives.core.jobs import Worker
from archives.features import REGISTRY

PAUSE = 0.5
"""Seconds between two looks into the queue."""
CHECKPOINT_EVERY = 10.0
_log = logging.getLogger("chengdang.worker")


class _Stopping:
    """Set by the signals that ask for an orderly end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def work(settings: Settings) -> None:
    """Do jobs until asked to stop."""
    use_zone(settings.timezone)
    backend = open_backend(settings)
    worker = Worker(backend, settings, REGISTRY.job_kinds)
    worker.take_over()
    stopping, checkpointed = _Stopping(), 0.0
    while not stopping.asked:
        if not worker.run_one():
            time.sleep(PAUSE)
        if time.monotonic() - checkpointed > CHECKPOINT_EVERY:
            checkpoint(backend)
            checkpointed = time.monotonic()
    backend.close()
