"""What a request only reads and gives away can still be worth a line in the audit."""

from typing import Any

from archives.core.audit import Subject, record
from archives.web.application import here
from archives.web.guard import actor


def note_given(action: str, subject: Subject, **details: Any) -> None:
    """Note that something was given away, in a transaction of its own: the request's reads, and may be on a replica."""
    with here().backend.writing() as session:
        record(session, actor(), action, subject, None, **details)
