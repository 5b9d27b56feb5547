"""What the features declare for one another: a later feature feeds an earlier one without being imported by it.

`archives.features` fills it; doors reach it through the application or the command line's context.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.jobs import JobKind
from archives.core.language import Message
from archives.core.permissions import Action
from archives.core.problems import Problem

Condition = Callable[[Session, int], list[Problem]]
"""From a session and a project's id to what stands in a move's way."""
PaperFacts = Callable[[Session, int], dict[str, Any]]
"""From a session and a project's id to what a paper says beyond the project itself."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for a person: what, where to do it, and until when."""

    label: Message
    href: str
    due_on: date | None = None
    clause: str = ""
    kind: str = ""


Todos = Callable[[Session, Actor], list[Todo]]


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything declared, in one place."""

    actions: tuple[Action, ...] = ()
    job_kinds: Mapping[str, JobKind] = field(default_factory=dict)
    conditions: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    move_pages: Mapping[str, str] = field(default_factory=dict)
    paper_facts: Mapping[str, PaperFacts] = field(default_factory=dict)
    todos: tuple[Todos, ...] = ()
