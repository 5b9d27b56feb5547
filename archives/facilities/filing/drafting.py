"""A return filled in by hand, a batch of one: read, held against last year, saved whole or as far as it is sound."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.errors import ConflictError, NotFoundError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import plan, queries, service
from archives.facilities.actions import ENTER, REGISTER
from archives.facilities.drafts import Entry
from archives.facilities.filing import keeping
from archives.facilities.filing.groups import lasting_names
from archives.facilities.filing.own_figures import is_own, own_figures
from archives.facilities.filing.queries import Filing
from archives.facilities.filing.values import typed_area, typed_return, without
from archives.facilities.models import ACCEPTED, DRAFT, RETURNED, YearlyReturn
from archives.facilities.reading import Reader

FIRST_YEAR = 1949
OPEN = (DRAFT, RETURNED)
"""States in which a return is still being written: what is typed may be kept at once."""


def check_year(year: int) -> None:
    """Raises NotFoundError for a year of which nobody can tell yet, or any more."""
    if not FIRST_YEAR <= year <= today().year:
        raise NotFoundError(msg("There is no such year."))


def may_write(actor: Actor, filing: Filing) -> bool:
    """Whether the actor may fill in this return: an accepted one is closed, a new area is for those who register."""
    if filing.filed is not None and filing.filed.state == ACCEPTED:
        return False
    return ENTER.allows(actor) and (filing.area is not None or REGISTER.allows(actor))


def require_writing(actor: Actor, filing: Filing) -> None:
    """Raises ForbiddenError, NotFoundError for an area that is not registered, ConflictError for a closed return."""
    require(actor, ENTER)
    if filing.area is None and not REGISTER.allows(actor):
        raise NotFoundError(msg("There is no administrative area %(code)s.", code=filing.code))
    if filing.filed is not None and filing.filed.state == ACCEPTED:
        raise ConflictError(
            msg("The return for %(year)s is accepted; give it back before it changes.", year=filing.year)
        )


def is_open(filing: Filing) -> bool:
    """Whether the return is being written and not yet in anybody's hands."""
    return filing.filed is None or filing.filed.state in OPEN


def check_version(actor: Actor, filing: Filing, version: str) -> None:
    """Raises ConflictError if somebody else changed the return since the form was opened."""
    filed = filing.filed
    if filed is not None and version != str(filed.version) and filed.entered_by != actor.account_id:
        raise ConflictError(msg("Somebody else changed this return meanwhile. Open it again; nothing was stored."))


def entry_of(filing: Filing, values: Mapping[str, str]) -> Entry:
    """What a form says, as an entry; it speaks of the fields it has and of no others."""
    return Reader.of(filing.lists).entry({**values, "code": filing.code, "year": str(filing.year)})


def remarks_on(session: Session, entry: Entry) -> list[Problem]:
    """Everything wrong with an entry, or doubtful against last year; stores nothing."""
    return plan.make([entry], queries.known_for(session, [entry])).problems


def remarks_on_stored(session: Session, filing: Filing) -> list[Problem]:
    """What is doubtful about a return as it stands, for whoever submits or checks it."""
    if filing.filed is None:
        return []
    values = typed_area(filing.area, filing.institution, filing.filed) | typed_return(filing.filed)
    found = remarks_on(session, entry_of(filing, without(values, ("code", "year"))))
    return [problem for problem in found if problem.field != "year"]


def unseen(problems: Sequence[Problem], seen: Collection[str]) -> list[Problem]:
    """Warnings that nobody has been shown yet; `seen` are the codes of those that were."""
    return [problem for problem in problems if problem.severity == "warning" and problem.code not in seen]


def save(session: Session, actor: Actor, filing: Filing, values: Mapping[str, str]) -> Sequence[Problem]:
    """Store a form as a draft, or as what the return is already; what was wrong, in which case nothing was stored.

    What was typed and kept is then thrown away.
    """
    own = own_figures(session, actor, filing.year) if is_own(session, filing.area, filing.institution) else {}
    receipt = service.receive(session, actor, [entry_of(filing, values)], as_draft=True, counted=own)
    if receipt.is_sound:
        keeping.forget(session, actor, filing.code, filing.year)
    return receipt.problems


def with_last_year(filing: Filing, values: Mapping[str, str]) -> dict[str, str]:
    """The form with its empty fields filled from last year, of those that seldom change."""
    before, lasting = typed_return(filing.before), lasting_names(filing.lists)
    taken = {name: before[name] for name in lasting & before.keys() if not values.get(name)}
    return {**values, **taken}


def submit(session: Session, actor: Actor, filed: YearlyReturn | None) -> None:
    """File what was saved. Raises NotFoundError if nothing was."""
    if filed is None:
        raise NotFoundError
    service.submit(session, actor, filed)
