"""The verbs: bring the national rows up to date, and let an office decide otherwise without losing them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.orm import Session

from archives.core.actors import SYSTEM, Actor, Role
from archives.core.audit import Subject, record
from archives.core.errors import NotFoundError, RefusedError
from archives.core.permissions import Action, action, grant, require
from archives.reference import queries
from archives.reference.models import NATIONAL, OFFICE, ClassNode, DeadlineRule, ScopeNode, Sourced, TechnicalField
from archives.reference.national import Values, national_rows
from archives.reference.queries import Identity
from archives.reference.rules import check_row
from archives.reference.tables import Tables, load_tables

DECIDE = action("reference.decide", "Change reference data", grant(Role.SYSTEM_ADMIN))
DEFINE_FIELDS = action(
    "reference.define_fields", "Define the office's own fields", grant(Role.SYSTEM_ADMIN, Role.CATALOGUER)
)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """How many national rows were new, different, the same, and no longer in the tables (kept, out of use)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    def __add__(self, other: "SyncReport") -> "SyncReport":
        return SyncReport(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.retired + other.retired,
        )

    @property
    def wrote(self) -> bool:
        """Whether anything had to be written."""
        return bool(self.added or self.changed or self.retired)


def sync(session: Session, actor: Actor = SYSTEM, tables: Tables | None = None) -> SyncReport:
    """Make the national rows what the shipped tables say. Office rows are not touched; a second call writes nothing."""
    report = SyncReport()
    for model, rows in national_rows(tables or load_tables()):
        report += _sync_table(session, model, rows)
    if report.wrote:
        session.expire_all()
        queries.forget(session)
        record(session, actor, "reference.synced", Subject("reference", None, NATIONAL), None, **asdict(report))
    return report


def keep_own(session: Session, actor: Actor, model: type[Sourced], key: Identity, values: Mapping[str, Any]) -> Sourced:
    """Keep an office's row: its own, or its version of a national one, of which `values` change some columns.

    Raises RefusedError with every fault. Audited.
    """
    require(actor, _action_for(model))
    pair = queries.pairs(session, model).get(key)
    before = _columns(pair.effective) if pair else {}
    wanted = {**before, "source": OFFICE, "verified": False, **values, **_key(model, key), "origin": OFFICE}
    problems = check_row(model, wanted, _parents(session, model, key))
    if problems:
        raise RefusedError(problems)
    own = session.merge(model(**wanted))
    _written(session, actor, "reference.decided", own, before)
    return own


def withdraw_own(session: Session, actor: Actor, model: type[Sourced], key: Identity) -> None:
    """Give up the office's row: the national one counts again. Raises NotFoundError if there is none. Audited."""
    require(actor, _action_for(model))
    pair = queries.pairs(session, model).get(key)
    if pair is None or pair.office is None:
        raise NotFoundError
    session.delete(pair.office)
    _written(session, actor, "reference.withdrawn", pair.office, {})


def adopt_deadline(session: Session, actor: Actor, code: str) -> None:
    """Use this row of its rule, a local variant say, and no other. Audited."""
    chosen = queries.effective(session, DeadlineRule).get((code,))
    if chosen is None:
        raise NotFoundError
    for row in list(queries.effective(session, DeadlineRule).values()):
        if row.rule == chosen.rule and row.active != (row.code == code):
            keep_own(session, actor, DeadlineRule, (row.code,), _provenance(row) | {"active": not row.active})


def _action_for(model: type[Sourced]) -> Action:
    """Fields of records are the cataloguers' business too; everything else is law or the office's policy."""
    return DEFINE_FIELDS if model is TechnicalField else DECIDE


def _sync_table(session: Session, model: type[Sourced], rows: list[Values]) -> SyncReport:
    stored = _national(session, model)
    wanted = {_identity(model, row): {"active": True, **row, "origin": NATIONAL} for row in rows}
    added = [row for key, row in wanted.items() if key not in stored]
    common = wanted.keys() & stored.keys()
    changed = [wanted[key] for key in common if wanted[key] != stored[key]]
    retired = [
        {**_key(model, key), "origin": NATIONAL, "active": False}
        for key, row in stored.items()
        if key not in wanted and row["active"]
    ]
    if added:
        session.execute(insert(model), added)
    for rewritten in (changed, retired):
        if rewritten:
            session.execute(update(model), rewritten)
    return SyncReport(len(added), len(changed), len(common) - len(changed), len(retired))


def _national(session: Session, model: type[Sourced]) -> dict[Identity, Values]:
    rows = session.execute(select(*model.__table__.columns).where(model.origin == NATIONAL)).mappings()
    return {_identity(model, row): dict(row) for row in rows}


def _identity(model: type[Sourced], row: Mapping[Any, Any]) -> Identity:
    return tuple(row[column] for column in model.KEY)


def _key(model: type[Sourced], key: Identity) -> Values:
    return dict(zip(model.KEY, key, strict=True))


def _columns(row: Sourced) -> Values:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


def _provenance(row: Sourced) -> Values:
    """Choosing a row does not change what is known of it."""
    return {"source": row.source, "clause": row.clause, "verified": row.verified, "note": row.note}


def _parents(session: Session, model: type[Sourced], key: Identity) -> dict[str, str]:
    """From each code of the row's tree to the code above it."""
    if model is ClassNode:
        return {node.code: node.parent_code for node in queries.effective(session, ClassNode).values()}
    if model is ScopeNode:
        nodes = queries.effective(session, ScopeNode).values()
        return {node.code: node.parent_code for node in nodes if node.template == key[0]}
    return {}


def _written(session: Session, actor: Actor, what: str, row: Sourced, before: Values) -> None:
    after = _columns(row)
    changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
    session.flush()
    queries.forget(session)
    label = " ".join(str(part) for part in row.identity)
    record(session, actor, what, Subject(row.__tablename__, None, label), changes)
