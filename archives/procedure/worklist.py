"""What waits, what is due and what is late, over all projects that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, not_, select
from sqlalchemy.orm import Session

from archives.core import clock as time
from archives.core.actors import Actor
from archives.core.paging import Order, Page, keyset_page
from archives.procedure import clocks, queries, wording
from archives.procedure.models import Clock, Gap, Step
from archives.procedure.workflow import Move, Profile, waiting_for
from archives.projects.models import Project
from archives.projects.queries import visible_to
from archives.reference import queries as reference
from archives.reference.models import DeadlineRule
from archives.reference.wording import basis, period

_OF_PROJECT = Project.id == Clock.project_id


@dataclass(frozen=True, slots=True)
class Due:
    """Something that must be done by a day: by whom, under which clause, and what missing it may cost."""

    project: Project
    name: str
    due_on: date
    days_left: int
    is_paused: bool
    by_client: bool
    period: str
    clause: str
    fine: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project, the moves by which the reader takes it onward, and since when it has waited."""

    project: Project
    moves: list[Move]
    since: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """How many deadlines are overdue and how many end this week."""

    overdue: int
    this_week: int


def waiting_page(
    session: Session, actor: Actor, size: int, after: str | None = None, before: str | None = None
) -> tuple[Page[Project], list[Waiting]]:
    """The projects that wait for the reader, by code; and what the reader may do about each of them."""
    profile = queries.profile_of(session)
    moves = waiting_for(actor.roles, profile)
    wanted = _waiting(actor, moves, profile)
    found = keyset_page(session, wanted, Order((Project.code,)), after=after, before=before, size=size)
    since = _last_steps(session, [project.id for project in found.rows])
    return found, [
        Waiting(project, _moves_of(project, moves, profile), since.get(project.id, project.created_at))
        for project in found.rows
    ]


def dues_of(session: Session, project: Project, running: Sequence[Clock]) -> list[Due]:
    """A project's deadlines as a page shows them."""
    return [_due(session, project, row) for row in running]


def figures(session: Session, actor: Actor) -> Figures:
    """Overdue and due this week, in one statement."""
    sunday = time.today() + timedelta(days=6 - time.today().weekday())
    soon = and_(not_(_is_late()), Clock.due_on <= sunday, Clock.paused_on.is_(None))
    counts = select(func.count().filter(_is_late()), func.count().filter(soon)).select_from(Clock)
    late, this_week = session.execute(counts.join(Project, _OF_PROJECT).where(*_running(session, actor))).one()
    return Figures(late, this_week)


def overdue_page(session: Session, actor: Actor, after: str | None = None, before: str | None = None) -> Page[Clock]:
    """The deadlines that were missed, the oldest first."""
    wanted = _clocks(session, actor).where(_is_late())
    return keyset_page(session, wanted, Order((Clock.due_on, Clock.id)), after=after, before=before)


def overdue(session: Session, actor: Actor, limit: int) -> list[Due]:
    """The deadlines that were missed, the oldest first."""
    wanted = _clocks(session, actor).where(_is_late()).order_by(Clock.due_on, Clock.id)
    return with_projects(session, session.scalars(wanted.limit(limit)).all())


def due_this_week(session: Session, actor: Actor, limit: int) -> list[Due]:
    """The deadlines that end between today and Sunday, the next one first."""
    sunday = time.today() + timedelta(days=6 - time.today().weekday())
    wanted = _clocks(session, actor).where(not_(_is_late()), Clock.due_on <= sunday)
    ordered = wanted.where(Clock.paused_on.is_(None)).order_by(Clock.due_on, Clock.id)
    return with_projects(session, session.scalars(ordered.limit(limit)).all())


def missing_documents(session: Session, actor: Actor, limit: int) -> list[Due]:
    """The gaps whose day has passed, the oldest first."""
    wanted = (
        select(Gap, Project)
        .join(Project, Project.id == Gap.project_id)
        .where(visible_to(actor), Gap.filled_on.is_(None), Gap.due_on < time.today())
        .order_by(Gap.due_on, Gap.id)
    )
    return [gap_due(session, project, gap) for gap, project in session.execute(wanted.limit(limit))]


def with_projects(session: Session, found: Sequence[Clock]) -> list[Due]:
    """Deadlines with their projects, which are read in one statement."""
    wanted = select(Project).where(Project.id.in_({row.project_id for row in found}))
    owners = {project.id: project for project in session.scalars(wanted)} if found else {}
    return [_due(session, owners[row.project_id], row) for row in found]


def gap_due(session: Session, project: Project, gap: Gap) -> Due:
    """A missing document as a page shows it."""
    rule = reference.deadline(session, "gap_supplement")
    return Due(
        project=project,
        name=f"{gap.scope_code} {gap.title}",
        due_on=gap.due_on,
        days_left=clocks.days_left(gap.due_on, time.today()),
        is_paused=False,
        by_client=True,
        period=str(period(rule)) if rule else "",
        clause=basis(rule) if rule else "",
        fine="",
        reason=gap.reason,
    )


def by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many projects stand in each state."""
    wanted = select(Project.state, func.count()).where(visible_to(actor)).group_by(Project.state)
    return dict(session.execute(wanted).all())


def _due(session: Session, project: Project, row: Clock) -> Due:
    rule = reference.deadline(session, row.deadline)
    return Due(
        project=project,
        name=queries.deadline_name(session, row.deadline),
        due_on=row.due_on,
        days_left=clocks.days_left(row.due_on, time.today(), row.paused_on),
        is_paused=row.paused_on is not None,
        by_client=rule is None or rule.applies_to != "archives",
        period=str(period(rule)) if rule else "",
        clause=basis(rule) if rule else "",
        fine=wording.fine(clocks.fine_range(rule)) if rule else "",
        reason=row.extended_reason,
    )


def _clocks(session: Session, actor: Actor) -> Select[Clock]:
    return select(Clock).join(Project, _OF_PROJECT).where(*_running(session, actor))


def _running(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """The running deadlines of the projects the reader may see; of a client's, its own duties only."""
    conditions = [visible_to(actor), Clock.ended_on.is_(None)]
    if actor.is_external:
        conditions.append(Clock.deadline.not_in(_archives_own(session)))
    return conditions


def _archives_own(session: Session) -> list[str]:
    return [row.rule for row in reference.in_use(session, DeadlineRule) if row.applies_to == "archives"]


def _is_late() -> ColumnElement[bool]:
    """A clock that was stopped in time is not late however long it stands."""
    return Clock.due_on < func.coalesce(Clock.paused_on, time.today())


def _waiting(actor: Actor, moves: Sequence[Move], profile: Profile) -> Select[Project]:
    states = {state for move in moves for state in move.starts_from(profile)}
    wanted = select(Project).where(visible_to(actor), Project.state.in_(states), Project.is_stopped.is_(False))
    return wanted.where(Project.client_id == actor.organisation_id) if actor.is_external else wanted


def _moves_of(project: Project, moves: Sequence[Move], profile: Profile) -> list[Move]:
    return [
        move for move in moves if project.state in move.starts_from(profile) and move.fits(project.acceptance, profile)
    ]


def _last_steps(session: Session, project_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these projects last changed its state."""
    if not project_ids:
        return {}
    moved = select(Step.project_id, func.max(Step.at)).where(Step.from_state != Step.to_state)
    wanted = moved.where(Step.project_id.in_(project_ids)).group_by(Step.project_id)
    return dict(session.execute(wanted).all())
