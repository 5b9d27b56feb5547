"""The verbs of facilities, their only writer: take returns in, submit, accept, give back.

One road for a form, a JSON record and a row of a list; a form is a batch of one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now, today
from archives.core.db import exact_json, table_of
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.facilities import plan, queries
from archives.facilities.actions import CHECK, ENTER, REGISTER
from archives.facilities.drafts import Entry
from archives.facilities.models import (
    ACCEPTED,
    DRAFT,
    RETURNED,
    SUBMITTED,
    Area,
    Institution,
    YearlyReturn,
)
from archives.facilities.plan import Plan, Planned, PlannedArea
from archives.facilities.return_lists import LISTS
from archives.facilities.rules import parent_by_code
from archives.facilities.taken_figures import taken_from_system

AREA, RETURN = "facility_area", "facility_return"
"""Subject kinds in the audit and the history."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What taking in entries did, or would do: how many rows, and everything wrong."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: Sequence[Problem] = ()

    @property
    def is_sound(self) -> bool:
        """Nothing stands in the way; warnings do not."""
        return not errors_in(self.problems)


def preview(session: Session, actor: Actor, entries: Sequence[Entry], faults: Sequence[Problem] = ()) -> Receipt:
    """What `receive` would do; stores nothing. `faults` are those of the file itself."""
    require(actor, ENTER)
    return _receipt(plan.make(entries, queries.known_for(session, entries)), faults)


def receive(
    session: Session,
    actor: Actor,
    entries: Sequence[Entry],
    faults: Sequence[Problem] = (),
    *,
    sound_only: bool = False,
    as_draft: bool = False,
    counted: Mapping[str, int] | None = None,
) -> Receipt:
    """Take in areas, institutions and returns. What exists is amended; the same again changes nothing.

    With any error nothing is stored, unless `sound_only` leaves out just the rows that have one; a fault of the file
    itself lets nothing in. New returns are submitted, or drafts; one that was given back and comes corrected is
    submitted again. `counted` is what our own system counts for the year: figures that say the same are marked as taken
    from it. Audited, with history.
    """
    require(actor, ENTER)
    made = plan.make(entries, queries.known_for(session, entries))
    receipt = _receipt(made, faults)
    if errors_in(faults) or (not receipt.is_sound and not sound_only):
        return Receipt(refused=receipt.refused, problems=receipt.problems)
    if any(one.changes.keys() - {"told_for"} or one.institution_changes for one in made.areas.values()):
        require(actor, REGISTER)  # that a newer year was told of is no change of the area itself
    _store(session, actor, made, DRAFT if as_draft else SUBMITTED, counted or {})
    return receipt


def submit(session: Session, actor: Actor, filed: YearlyReturn) -> None:
    """File a draft, or one that was given back. Raises ConflictError."""
    require(actor, ENTER)
    _move(session, actor, filed, SUBMITTED, of=(DRAFT, RETURNED), reason="")


def accept(session: Session, actor: Actor, filed: YearlyReturn) -> None:
    """Find a submitted return sound; it is closed. Raises ConflictError."""
    require(actor, CHECK, filed)
    _move(session, actor, filed, ACCEPTED, of=(SUBMITTED,), reason="")


def give_back(session: Session, actor: Actor, filed: YearlyReturn, reason: str) -> None:
    """Give a return back to be corrected; until then it counts in no result. Raises ConflictError, RefusedError."""
    require(actor, CHECK, filed)
    if not reason.strip():
        raise RefusedError([Problem("reason.missing", msg("Say why it is given back."), "reason")])
    _move(session, actor, filed, RETURNED, of=(SUBMITTED, ACCEPTED), reason=reason.strip())


def _move(session: Session, actor: Actor, filed: YearlyReturn, state: str, of: Sequence[str], reason: str) -> None:
    if filed.state not in of:
        raise ConflictError(msg("The return is not in a state that allows this. Look at it again."))
    changes = history.apply(filed, {"state": state, "reason": reason})
    session.flush()
    history.keep(session, actor, RETURN, filed.id, changes)
    record(session, actor, f"facilities.{state}", Subject(RETURN, filed.id, str(filed.year)), changes)


def _receipt(made: Plan, faults: Sequence[Problem]) -> Receipt:
    return Receipt(
        made.count("added"),
        made.count("changed"),
        made.count("unchanged"),
        made.count("refused"),
        (*faults, *made.problems),
    )


def _store(session: Session, actor: Actor, made: Plan, state: str, counted: Mapping[str, int]) -> None:
    """Write what is new and what changed, in a number of statements that does not follow the number of rows."""
    batch = uuid4().hex
    ids = _write_areas(session, actor, list(made.areas.values()), batch)
    _write_institutions(session, list(made.areas.values()), ids)
    written = [one for one in made.entries if one.verdict != "refused" and (one.known is None or one.changes)]
    returns = [one for one in written if one.entry.figures.year is not None]
    _write_returns(session, actor, returns, ids, Writing(state, batch, counted))
    _note(session, actor, made, batch)


def _write_areas(session: Session, actor: Actor, areas: Sequence[PlannedArea], batch: str) -> dict[str, int]:
    """The id of every area by code; new ones are registered, changed ones amended, all tied to those above."""
    blank = {"population": None, "population_basis": "", "has": "", "body": "", "rule_before": None, "parent_code": ""}
    rows = [{**blank, **one.values, "code": one.code, "created_at": now()} for one in areas if one.known is None]
    changed = [(one.known, one.changes) for one in areas if one.known is not None and one.changes]
    for area, changes in changed:
        history.apply(area, {name: new for name, (_, new) in changes.items()})
    session.flush()
    if rows:
        session.execute(insert(table_of(Area)), rows)
    history.keep_many(session, actor, AREA, [(area.id, changes) for area, changes in changed], batch)
    if rows or any("parent_code" in changes for _, changes in changed):
        _tie(session)
    return {code: number for number, code, _, _ in queries.lines(session)}


def _tie(session: Session) -> None:
    """Put every area under the one above: the one it was given, or the nearest that its code names."""
    lines = queries.lines(session)
    ids = {code: number for number, code, _, _ in lines}
    wanted = [
        {"id": number, "parent_id": ids.get(given or parent_by_code(code, ids)), "was": present}
        for number, code, given, present in lines
    ]
    moved = [{"id": one["id"], "parent_id": one["parent_id"]} for one in wanted if one["parent_id"] != one["was"]]
    if moved:
        session.execute(update(Area), moved)


def _write_institutions(session: Session, areas: Sequence[PlannedArea], ids: Mapping[str, int]) -> None:
    blank: dict[str, Any] = {
        "name": "",
        "kind": "",
        "two_names": None,
        "department": "",
        "national_grade": "",
        "website": "",
        "longitude": None,
        "latitude": None,
    }
    rows = []
    for one in areas:
        if one.known_institution is not None:
            history.apply(one.known_institution, one.institution)
        elif one.institution:
            rows.append({**blank, **one.institution, "area_id": ids[one.code]})
    session.flush()
    if rows:
        session.execute(insert(table_of(Institution)), rows)


@dataclass(frozen=True, slots=True)
class Writing:
    """How returns are written: the state of new ones, the batch in the history, what our own system counts."""

    state: str
    batch: str
    counted: Mapping[str, int]


def _write_returns(
    session: Session, actor: Actor, returns: Sequence[Planned], ids: Mapping[str, int], writing: Writing
) -> None:
    rows = []
    changed = []
    for one in returns:
        values = {**one.values, "entered_by": actor.account_id}
        values["from_system"] = taken_from_system(one.known, one.values, writing.counted, today())
        if one.known is None:
            own = {"area_id": ids[one.entry.area.code], "year": one.entry.figures.year, "state": writing.state}
            rows.append({**_BLANK, **values, **own, "created_at": now(), "version": 1})
        else:
            if writing.state == SUBMITTED and one.known.state in {DRAFT, RETURNED}:
                values |= {"state": SUBMITTED, "reason": ""}  # what is told again, corrected, is filed again
            changes = history.apply(one.known, values)
            changed.append((one.known.id, {name: pair for name, pair in changes.items() if name not in _UNTOLD}))
    session.flush()
    if rows:
        session.execute(insert(table_of(YearlyReturn)), rows)
    history.keep_many(session, actor, RETURN, changed, writing.batch)


_UNTOLD = frozenset({"entered_by", "from_system"})
"""Columns that say how a figure came, and are no figures: the history leaves them out."""
_LEFT_TO_THE_ROW = frozenset({"id", "area_id", "year", "state", "created_at", "version"})
_BLANK: Mapping[str, Any] = {
    column.name: {} if column.name in {*LISTS, "from_system"} else None if column.nullable else ""
    for column in table_of(YearlyReturn).columns
    if column.name not in _LEFT_TO_THE_ROW
}


def _note(session: Session, actor: Actor, made: Plan, batch: str) -> None:
    """One entry for the whole list, with a digest of its content: a nation's returns are many."""
    told = [one for one in made.entries if one.verdict in {"added", "changed"}]
    if not told:
        return
    content = exact_json([[one.entry.area.code, one.entry.figures.year, one.values] for one in told])
    codes = sorted({one.entry.area.code for one in told})
    years = sorted({one.entry.figures.year for one in told if one.entry.figures.year is not None})
    changes = dict(told[0].changes) or {name: (None, value) for name, value in told[0].values.items()}
    record(
        session,
        actor,
        "facilities.received",
        Subject(AREA, None, codes[0] if len(codes) == 1 else "…".join((codes[0], codes[-1]))),
        changes if len(told) == 1 else None,
        added=made.count("added"),
        changed=made.count("changed"),
        years=years,
        batch=batch,
        digest=hashlib.sha256(content.encode()).hexdigest(),
    )
