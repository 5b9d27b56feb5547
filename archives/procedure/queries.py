"""What the procedure knows of one project."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core import clock as time
from archives.core.drafts import Choice, Vocabularies, Vocabulary
from archives.core.office import decided
from archives.procedure.drafts import CLOCKS, GAPS, REASONS
from archives.procedure.models import Clock, Gap, Paper, Step
from archives.procedure.rules import Situation
from archives.procedure.workflow import OWN_CLOCKS, Profile
from archives.projects.models import Project
from archives.reference import queries as reference


def situation(session: Session, project: Project) -> Situation:
    """Everything that decides what may be done next."""
    return Situation(
        state=project.state,
        mode=project.acceptance,
        profile=profile_of(session),
        is_stopped=project.is_stopped,
        steps=steps(session, project.id),
        clocks=open_clocks(session, project.id),
        gaps=open_gaps(session, project.id),
        started_on=project.started_on,
        completed_on=project.completed_on,
        today=time.today(),
    )


def profile_of(session: Session) -> Profile:
    """How many people the office wants in a check."""
    return cast(Profile, decided(session, "approval_profile"))


def steps(session: Session, project_id: int) -> Sequence[Step]:
    """Everything that was done, oldest first."""
    return session.scalars(select(Step).where(Step.project_id == project_id).order_by(Step.id)).all()


def open_clocks(session: Session, project_id: int) -> Sequence[Clock]:
    """The deadlines that run, the next one first."""
    wanted = select(Clock).where(Clock.project_id == project_id, Clock.ended_on.is_(None))
    return session.scalars(wanted.order_by(Clock.due_on, Clock.id)).all()


def gaps(session: Session, project_id: int) -> Sequence[Gap]:
    """The whole gap list, filled ones too, the next due first."""
    return session.scalars(select(Gap).where(Gap.project_id == project_id).order_by(Gap.due_on, Gap.id)).all()


def open_gaps(session: Session, project_id: int) -> Sequence[Gap]:
    """What is still missing, the next due first."""
    wanted = select(Gap).where(Gap.project_id == project_id, Gap.filled_on.is_(None))
    return session.scalars(wanted.order_by(Gap.due_on, Gap.id)).all()


def papers(session: Session, project_id: int) -> Sequence[Paper]:
    """The papers that were issued, newest first."""
    return session.scalars(select(Paper).where(Paper.project_id == project_id).order_by(Paper.id.desc())).all()


def last_paper(session: Session, project_id: int, form: str) -> Paper | None:
    """The newest paper of a form."""
    wanted = select(Paper).where(Paper.project_id == project_id, Paper.form == form)
    return session.scalars(wanted.order_by(Paper.id.desc()).limit(1)).first()


def vocabularies(session: Session, found: Situation) -> Vocabularies:
    """The choices that the moves' drafts offer."""
    reasons = reference.terms(session, "rectification_reason")
    return {
        GAPS: Vocabulary([Choice(str(gap.id), f"{gap.scope_code} {gap.title}") for gap in found.gaps]),
        CLOCKS: Vocabulary([Choice(str(row.id), _clock_label(session, row)) for row in found.clocks]),
        REASONS: Vocabulary(
            [Choice(term.code, term.name, frozenset({term.name_zh, term.name_en})) for term in reasons]
        ),
    }


def deadline_name(session: Session, deadline: str) -> str:
    """What a deadline is called, in the reader's language."""
    if deadline in OWN_CLOCKS:
        return str(OWN_CLOCKS[deadline])
    rule = reference.deadline(session, deadline)
    return rule.name if rule else deadline


def _clock_label(session: Session, row: Clock) -> str:
    return f"{deadline_name(session, row.deadline)} · {row.due_on.isoformat()}"
