"""The verbs of the register of organisations: register, amend, merge; and finding or registering many by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from archives.accounts.models import Account
from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Changes, Subject, record
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.core.registry import Ties
from archives.organisations import queries
from archives.organisations.actions import AMEND, MERGE, REGISTER
from archives.organisations.drafts import OrganisationDraft
from archives.organisations.models import Organisation
from archives.organisations.rules import check_organisation, name_key

KIND = "organisation"


def subject_of(organisation: Organisation) -> Subject:
    """An organisation as the thing that is changed."""
    return Subject(KIND, organisation.id, organisation.name)


def check(session: Session, draft: OrganisationDraft, but: int | None = None) -> list[Problem]:
    """What the rules say; `but` is the one that is amended."""
    facts = queries.facts_for(session, [draft.name], [draft.credit_code.upper()], but)
    return check_organisation(draft, facts)


def register(session: Session, actor: Actor, draft: OrganisationDraft) -> Organisation:
    """Take an organisation into the register. Raises RefusedError with every fault. Audited."""
    require(actor, REGISTER)
    _refuse_faults(check(session, draft))
    organisation = Organisation(created_at=now(), **_columns(draft))
    session.add(organisation)
    session.flush()
    record(session, actor, "organisation.registered", subject_of(organisation), _filled(draft))
    return organisation


def amend(session: Session, actor: Actor, organisation: Organisation, draft: OrganisationDraft) -> Changes:
    """Change what differs; its old name, or that of one merged into it, stays a former one. Raises RefusedError."""
    require(actor, AMEND, organisation)
    refuse_merged(organisation)
    _refuse_faults(check(session, draft, but=organisation.id))
    values = _columns(draft)
    names = [organisation.name, *(other.name for other in queries.merged_away(session, organisation.id))]
    values["former_names"] = _with_former(draft.former_names, names, but=draft.name)
    changes = history.apply(organisation, values)
    if changes:
        session.flush()
        history.keep(session, actor, KIND, organisation.id, changes)
        record(session, actor, "organisation.amended", subject_of(organisation), changes)
    return changes


def restore(session: Session, actor: Actor, organisation: Organisation, revision_id: int, field: str) -> Changes:
    """Give one field back the value that a revision took from it."""
    old = history.old_value(session, KIND, organisation.id, revision_id, field)
    values = {name: getattr(organisation, name) for name in OrganisationDraft.model_fields} | {field: old}
    reading = read(OrganisationDraft, values, {})
    _refuse_faults(reading.problems)
    return amend(session, actor, organisation, reading.draft)


def merge(session: Session, actor: Actor, duplicate: Organisation, into: Organisation, ties: Sequence[Ties]) -> None:
    """Let one organisation be the other: projects and people move over, the name stays as a former one. Audited."""
    require(actor, MERGE)
    refuse_merged(duplicate)
    refuse_merged(into)
    if duplicate.id == into.id:
        raise RefusedError([Problem("merge.itself", msg("An organisation cannot be merged into itself."), "into")])
    code = duplicate.credit_code
    gone = history.apply(duplicate, {"merged_into": into.id, "credit_code": None})
    session.flush()  # its credit code must be free before the other takes it
    names = [duplicate.name, *queries.former_names(duplicate)]
    gained = {
        "former_names": _with_former(into.former_names, names, but=into.name),
        "credit_code": into.credit_code or code,
    }
    changes = history.apply(into, gained)
    session.flush()
    _move(session, actor, duplicate.id, into.id, ties)
    history.keep_many(session, actor, KIND, [(duplicate.id, gone), (into.id, changes)])
    record(session, actor, "organisation.merged", subject_of(duplicate), gone, into=into.name)
    record(session, actor, "organisation.amended", subject_of(into), changes)


def resolve(session: Session, actor: Actor, names: Iterable[str]) -> dict[str, Organisation]:
    """The organisation of every name, present or former; the missing are registered under it. Audited.

    A statement for each 5000 names and one for each 1000 new ones. Asks for no permission: the names came with
    something that the actor was allowed to take in.
    """
    wanted = {name for name in names if name}
    found = queries.named(session, wanted)
    rows = [{"name": name, "name_key": name_key(name), "created_at": now()} for name in sorted(wanted - found.keys())]
    # Rows come back in any order: putting them in order would cost a statement each on the embedded file.
    missing = list(session.scalars(insert(Organisation).returning(Organisation), rows)) if rows else []
    for organisation in missing:
        record(session, actor, "organisation.registered", subject_of(organisation), {"name": ("", organisation.name)})
    return found | {organisation.name: organisation for organisation in missing}


def _columns(draft: OrganisationDraft) -> dict[str, Any]:
    values = draft.model_dump()
    code = draft.credit_code.upper()
    return values | {"credit_code": code or None, "name_key": name_key(draft.name)}


def _filled(draft: OrganisationDraft) -> Changes:
    return {name: ("", value) for name, value in draft.model_dump().items() if value}


def _with_former(former: str, names: Iterable[str], but: str) -> str:
    """Former names, each once, without the present one."""
    every = dict.fromkeys([*(name.strip() for name in former.splitlines()), *names])
    return "\n".join(name for name in every if name and name != but)


def _move(session: Session, actor: Actor, source: int, target: int, ties: Sequence[Ties]) -> None:
    people = update(Account).where(Account.organisation_id == source).values(organisation_id=target)
    session.execute(people)
    for tie in ties:
        tie.move(session, actor, source, target)


def _refuse_faults(problems: Iterable[Problem]) -> None:
    faults = errors_in(problems)
    if faults:
        raise RefusedError(faults)


def refuse_merged(organisation: Organisation) -> None:
    """Raises ConflictError for one that was merged into another: it changes no more."""
    if organisation.merged_into is not None:
        raise ConflictError(msg("“%(name)s” was merged into another organisation.", name=organisation.name))
