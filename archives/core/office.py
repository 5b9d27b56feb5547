"""What an office decides for itself: its name on papers, its numbering templates, its approval profile.

Each choice is declared here with its default; only what differs is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archives.core import numbering
from archives.core.actors import Actor, Role
from archives.core.audit import Subject, record
from archives.core.db import Base
from archives.core.errors import ConfigurationError, NotFoundError, RefusedError
from archives.core.language import Message, msg
from archives.core.permissions import action, grant, require
from archives.core.problems import Problem

DECIDE = action("office.decide", "Change the office's settings", grant(Role.SYSTEM_ADMIN))


class OfficeSetting(Base):
    """A decision that differs from the default."""

    __tablename__ = "office_setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing an office may decide; `places` are the names that a template may use, `choices` the values allowed."""

    key: str
    label: str
    default: str
    kind: Literal["text", "template", "choice", "number"]
    places: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()


LARGEST = 100_000
"""No number that an office decides is larger."""
_YEARLY = frozenset({"year", "seq"})
DECISIONS = {
    decision.key: decision
    for decision in (
        Decision("institution", "Name of the archives on papers", "城建档案馆", "text"),
        Decision("institution_code", "Code of the archives", "", "text"),
        Decision("area_code", "Area code of the archives", "", "text"),
        Decision("approval_profile", "Approval profile", "three_step", "choice", choices=("three_step", "two_step")),
        Decision("project_code", "Project code", "{year}-{seq:04d}", "template", _YEARLY),
        Decision("transfer_number", "Transfer number", "{year}-YJ-{seq:04d}", "template", _YEARLY),
        Decision(
            "archival_code",
            "Archival code",
            "{class}-{project:04d}-{volume:03d}",
            "template",
            frozenset({"class", "project", "volume", "year", "archives"}),
        ),
        Decision(
            "shelf_location",
            "Shelf location",
            "{store}-{row:02d}-{section:02d}-{shelf:02d}",
            "template",
            frozenset({"store", "row", "section", "shelf"}),
        ),
        Decision("survey_number", "Number of a pipeline hand-over", "{year}-GX-{seq:04d}", "template", _YEARLY),
        Decision("sheet_number", "Number of a sheet of existing pipelines", "{year}-XZ-{seq:04d}", "template", _YEARLY),
        Decision("export_number", "Number of a pipeline export", "{year}-SJ-{seq:04d}", "template", _YEARLY),
        Decision("grading_number", "Number of a grade certificate", "{year}-KP-{seq:04d}", "template", _YEARLY),
        Decision("sheet_valid_days", "Days that a sheet of existing pipelines is valid", "90", "number"),
        Decision("export_quota_km2", "Square kilometres of pipelines one account may take out a year", "25", "number"),
    )
}


EVENTS: dict[str, Message] = {"office.decided": msg("Office's setting decided")}
"""What the audit calls the changes here."""


def decided(session: Session, key: str) -> str:
    """What the office decided, or the default."""
    stored = session.get(OfficeSetting, key)
    return stored.value if stored else DECISIONS[key].default


def decided_in_sql(key: str) -> ColumnElement[str]:
    """The same as part of a statement."""
    stored = select(OfficeSetting.value).where(OfficeSetting.key == key).scalar_subquery()
    return func.coalesce(stored, DECISIONS[key].default)


def all_decided(session: Session) -> dict[str, str]:
    """Every decision, in one statement."""
    stored = {row.key: row.value for row in session.scalars(select(OfficeSetting))}
    return {key: stored.get(key, decision.default) for key, decision in DECISIONS.items()}


def decided_number(session: Session, key: str) -> int:
    """What the office decided, as a whole number."""
    return int(decided(session, key))


def decide_all(session: Session, actor: Actor, values: Mapping[str, str]) -> None:
    """Change several decisions, all or none. Raises RefusedError with every fault."""
    require(actor, DECIDE)
    problems = [problem for key, value in values.items() if key in DECISIONS for problem in _faults(key, value)]
    if problems:
        raise RefusedError(problems)
    for key, value in values.items():
        decide(session, actor, key, value)


def _faults(key: str, value: str) -> Sequence[Problem]:
    try:
        _check(DECISIONS[key], value)
    except RefusedError as refusal:
        return refusal.problems
    except ConfigurationError as error:
        return [Problem("office.template", error.message, key)]
    return []


def decide(session: Session, actor: Actor, key: str, value: str) -> None:
    """Change one decision; refuses what could not work. Audited."""
    require(actor, DECIDE)
    if key not in DECISIONS:
        raise NotFoundError
    _check(DECISIONS[key], value)
    old = decided(session, key)
    if old != value:
        session.merge(OfficeSetting(key=key, value=value))
        record(session, actor, "office.decided", Subject("office", None, key), {key: (old, value)})


def _check(decision: Decision, value: str) -> None:
    if decision.kind == "template":
        numbering.check_template(value, decision.places)
    if decision.kind == "number" and not (value.isdecimal() and 0 < int(value) <= LARGEST):
        sentence = msg("A whole number from 1 to %(most)d.", most=LARGEST)
        raise RefusedError([Problem("office.number", sentence, decision.key)])
    if decision.kind == "choice" and value not in decision.choices:
        sentence = msg("It can be %(choices)s.", choices=", ".join(decision.choices))
        raise RefusedError([Problem("office.unknown", sentence, decision.key)])
