"""A list that somebody sends: looked over in quarantine first, and found there again once its faults have been seen."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import request

from archives.core.errors import NotFoundError, UnreadableFileError
from archives.core.language import msg
from archives.core.problems import Problem, errors_in
from archives.core.sheets.limits import Limits
from archives.web.application import here, released

T = TypeVar("T")
Read = Callable[[Path, str, Limits], T]
"""Reads the list of a file; the name is what it is called in front of people."""
FIELD = "list"
"""The form's field that brings the file."""
SHOWN_PROBLEMS = 500
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sent(Generic[T]):
    """A list in quarantine, by the digest of its content, and what it holds."""

    sha256: str
    name: str
    listed: T


def look_over(read: Read[T]) -> Sent[T]:
    """Keep the list that the form sends and read it; one that cannot be read is not kept.

    Raises UnreadableFileError or TooLargeError.
    """
    sent = request.files.get(FIELD)
    if sent is None or not sent.filename:
        raise UnreadableFileError(msg("Choose a file first."))
    with here().quarantine.on_trial() as quarantine, released():
        stored = quarantine.add(sent.stream, here().settings.upload_mb << 20)
        return Sent(stored.sha256, sent.filename, read(quarantine.path(stored.sha256), sent.filename, _limits()))


def looked_over(read: Read[T]) -> Sent[T]:
    """The list that was looked over before, read anew: others may have written meanwhile. Raises NotFoundError."""
    sha256, name = request.form.get("sha256", ""), request.form.get("name", "")
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError
    with released():
        return Sent(sha256, name, read(here().quarantine.path(sha256), name, _limits()))


def done_with(sent: Sent[T]) -> None:
    """The list was taken in."""
    here().quarantine.discard(sent.sha256)


def told(problems: Sequence[Problem]) -> dict[str, Any]:
    """What the page says of a list's problems: the first of them, how many more there are, how many are faults."""
    return {
        "problems": problems[:SHOWN_PROBLEMS],
        "hidden": max(0, len(problems) - SHOWN_PROBLEMS),
        "faults": len(errors_in(problems)),
    }


def _limits() -> Limits:
    return Limits(file_bytes=here().settings.upload_mb << 20, rows=here().settings.list_rows)
