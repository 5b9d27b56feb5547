"""What the features declare for one another: a later feature feeds an earlier one without being imported by it.

`archives.features` fills it; doors reach it through the application or the command line's context.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select
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
class Works:
    """A project that an organisation has a part in, and the parts (codes of party roles)."""

    code: str
    name: str
    parts: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Ties:
    """How a later feature refers to organisations.

    `partners` selects the ids of those that one works with, `works` what it works on as far as the actor may see,
    `move` hands everything of one over to another.
    """

    partners: Callable[[int], Select[int]]
    works: Callable[[Session, Actor, int], list[Works]]
    move: Callable[[Session, Actor, int, int], None]


@dataclass(frozen=True, slots=True)
class Related:
    """A record of a later feature that belongs to one of an earlier: what it is, where it is, and a remark."""

    label: str
    href: str
    note: str = ""


RelatedRecords = Callable[[Session, Actor, int], list[Related]]
"""From a session, the reader and a record's id to what a later feature has beside it."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything declared, in one place."""

    actions: tuple[Action, ...] = ()
    job_kinds: Mapping[str, JobKind] = field(default_factory=dict)
    conditions: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    move_pages: Mapping[str, str] = field(default_factory=dict)
    paper_facts: Mapping[str, PaperFacts] = field(default_factory=dict)
    todos: tuple[Todos, ...] = ()
    ties: tuple[Ties, ...] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    """A project's states by code, with their labels, in the order of the procedure."""
    scopes: Mapping[str, Message] = field(default_factory=dict)
    """What a program's key can open, by code."""
    beside_volumes: tuple[RelatedRecords, ...] = ()
    """What later features show on a volume's page."""
    events: Mapping[str, Message] = field(default_factory=dict)
    """What the audit's actions are called, by code."""
