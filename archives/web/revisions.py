"""A record's history as a page shows it: each change with its fields, what they were and what they became."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from archives.core.clock import local
from archives.core.history import Revision


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field of a change, in the reader's words."""

    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """One change: when, who, and the fields."""

    id: int
    when: str
    who: str
    changes: tuple[ShownChange, ...]


def shown_revisions(
    revisions: Iterable[Revision], label: Callable[[str], str], word: Callable[[str, Any], str]
) -> list[ShownRevision]:
    """Revisions in the reader's words: `label` names a field, `word` says its value; unnamed fields are left out."""
    shown = (
        ShownRevision(
            revision.id,
            local(revision.at).strftime("%Y-%m-%d %H:%M"),
            revision.actor,
            tuple(
                ShownChange(name, label(name), word(name, old), word(name, new))
                for name, (old, new) in json.loads(revision.changes).items()
                if label(name)
            ),
        )
        for revision in revisions
    )
    return [revision for revision in shown if revision.changes]
