"""The verbs of assessments, their only writer: begin, claim, submit, appoint, score, conclude, approve, give back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archives.core import history, office
from archives.core.actors import STAFF, Actor, Role
from archives.core.audit import Changes, Subject, record
from archives.core.clock import now, today
from archives.core.drafts import read
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import msg
from archives.core.numbering import fill, next_number
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import APPOINT, APPROVE, CLAIM, SCORE
from archives.facilities.filing.own_figures import is_own
from archives.facilities.grading import queries
from archives.facilities.grading.drafts import AssessorDraft
from archives.facilities.grading.figures import figures_of, names
from archives.facilities.grading.models import (
    APPROVED,
    ASSESSING,
    DRAFT,
    GIVEN_BACK,
    IN_FORCE,
    JUDGED,
    OPEN,
    SUBMITTED,
    Assessment,
    Assessor,
    GradeScheme,
)
from archives.facilities.grading.queries import Line
from archives.facilities.grading.rules import (
    Told,
    grade_for,
    means,
    missing_in,
    proposals,
    read_sheet,
    total_of,
)
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.models import Area
from archives.facilities.queries import lists
from archives.facilities.service import AREA

KIND = "grade_assessment"
"""What the audit and the history call an assessment."""
LONGEST_TEXT = 2000
Proposals = dict[str, Any]


def begin(session: Session, actor: Actor, area: Area, year: int, scheme: GradeScheme) -> Assessment:
    """Begin an institution's assessment. Raises ConflictError, RefusedError. Audited."""
    require(actor, CLAIM)
    if scheme.state != IN_FORCE:
        raise ConflictError(msg("This scheme is not in force yet."))
    institution = queries.institution_of(session, area.id)
    if institution is None or institution.kind not in {"archives", "office"}:
        sentence = msg("%(area)s has no archives and no office that could be assessed.", area=area.name or area.code)
        raise RefusedError([Problem("code.nothing", sentence, "code")])
    if not 1949 <= year <= today().year:
        raise RefusedError([Problem("year.future", msg("The year %(year)s has not come yet.", year=year), "year")])
    if queries.there_is_one(session, area.id, year, scheme.id) is not None:
        sentence = msg("This institution's assessment by this scheme for %(year)s has begun already.", year=year)
        raise ConflictError(sentence)
    made = Assessment(
        area_id=area.id,
        year=year,
        scheme_id=scheme.id,
        institution=institution.name or area.name or area.code,
        state=DRAFT,
        created_at=now(),
    )
    session.add(made)
    session.flush()
    changes = {"institution": (None, made.institution), "year": (None, year)}
    record(session, actor, "facilities.assessment_begun", _subject(made), changes, scheme=scheme.code, area=area.code)
    return made


def proposed(session: Session, line: Line) -> Proposals:
    """What the formulas propose: by the return as it is now, or as it was when the assessment was submitted."""
    if line.assessment.state not in OPEN:
        return dict(line.assessment.proposals)
    filed = queries.return_that_counts(session, line.area.id, line.assessment.year)
    found = proposals(content_of(line.scheme), figures_of(filed), names(lists(session)))
    return {key: None if points is None else float(points) for key, points in found.items()}


def claim(session: Session, actor: Actor, line: Line, raw: Mapping[str, str], version: str) -> None:
    """Save the self-assessment as far as it goes. Raises ConflictError, RefusedError. Audited."""
    require(actor, CLAIM)
    assessment = line.assessment
    _require_state(assessment, OPEN)
    _require_version(assessment, version)
    sheet = read_sheet(content_of(line.scheme), raw, "evidence", whole=False)
    if sheet.problems:
        raise RefusedError(sheet.problems)
    _by(assessment, actor)
    changes = history.apply(assessment, {"claims": sheet.told})
    _keep(session, actor, assessment, changes, "facilities.claimed")


def submit(session: Session, actor: Actor, line: Line) -> None:
    """Hand the self-assessment in; what the formulas propose is kept with it. Raises ConflictError, RefusedError."""
    require(actor, CLAIM)
    assessment = line.assessment
    _require_state(assessment, OPEN)
    problems = missing_in(content_of(line.scheme), assessment.claims)
    if problems:
        raise RefusedError(problems)
    found = proposed(session, line)
    state = ASSESSING if assessment.assessors else SUBMITTED
    changes = history.apply(assessment, {"state": state, "reason": ""})
    assessment.proposals = found
    _by(assessment, actor)
    _keep(session, actor, assessment, changes, "facilities.assessment_submitted")


def appoint(session: Session, actor: Actor, line: Line, facts: Mapping[str, object], version: str) -> Assessor:
    """Appoint an assessor, by login or by name and title. Raises ConflictError, RefusedError. Audited."""
    require(actor, APPOINT)
    assessment = line.assessment
    _require_state(assessment, JUDGED)
    _require_version(assessment, version)
    made = _read_assessor(session, line, facts)
    assessment.assessors.append(made)
    changes = history.apply(assessment, {"state": ASSESSING})
    _keep(session, actor, assessment, {**changes, "assessors": (None, _named(made))}, "facilities.appointed")
    return made


def dismiss(session: Session, actor: Actor, line: Line, assessor: Assessor, version: str) -> None:
    """Take an assessor off, with his scores; without any left it is only submitted. Raises ConflictError. Audited."""
    require(actor, APPOINT)
    assessment = line.assessment
    _require_state(assessment, JUDGED)
    _require_version(assessment, version)
    assessment.assessors.remove(assessor)
    changes = history.apply(assessment, {"state": ASSESSING if assessment.assessors else SUBMITTED})
    _keep(session, actor, assessment, {**changes, "assessors": (_named(assessor), None)}, "facilities.dismissed")


def score(
    session: Session,
    actor: Actor,
    line: Line,
    assessor: Assessor,
    raw: Mapping[str, str],
    version: str,
    *,
    is_done: bool,
) -> None:
    """Enter an assessor's scores, as far as they go or whole. Raises ConflictError, RefusedError. Audited."""
    require(actor, SCORE, assessor)
    _lock(session, line.assessment)
    _require_state(line.assessment, (ASSESSING,))
    if version != str(assessor.version):
        raise ConflictError(msg("Somebody else changed this sheet meanwhile. Open it again; nothing was stored."))
    sheet = read_sheet(content_of(line.scheme), raw, "remark", whole=is_done)
    if sheet.problems:
        raise RefusedError(sheet.problems)
    changes = history.apply(assessor, {"scores": sheet.told, "is_done": is_done})
    _by(line.assessment, actor)
    named = {f"{_named(assessor)} {name}": pair for name, pair in changes.items()}
    _keep(session, actor, line.assessment, named, "facilities.scored")


def conclude(session: Session, actor: Actor, line: Line, opinion: str, version: str) -> None:
    """Enter the assessors' overall opinion. Raises ConflictError, RefusedError. Audited."""
    require(actor, APPOINT)
    assessment = line.assessment
    _require_state(assessment, (ASSESSING,))
    _require_version(assessment, version)
    _require_text(opinion, "opinion", msg("Write the assessors' overall opinion."))
    _by(assessment, actor)
    changes = history.apply(assessment, {"opinion": opinion.strip()})
    _keep(session, actor, assessment, changes, "facilities.concluded")


def approve(session: Session, actor: Actor, line: Line) -> None:
    """Approve: points and grade stand, a number is given, all is frozen. Raises ConflictError, RefusedError. Audited.

    The institution's national grade is set only where the scheme's grade says which one it means.
    """
    assessment = line.assessment
    _lock(session, assessment)
    require(actor, APPROVE, assessment)
    _require_state(assessment, (ASSESSING,))
    problems = open_points(line)
    if problems:
        raise RefusedError(problems)
    content = content_of(line.scheme)
    total = total_of(means(content, scores_of(assessment)))
    grade = None if line.scheme.is_partial else grade_for(content, total)
    year = today().year
    values = {
        "state": APPROVED,
        "total": float(total),
        "grade": grade.name if grade is not None else "",
        "approved_by": actor.name,
        "approved_at": now(),
    }
    if grade is not None:
        sequence = next_number(session, f"grading:{year}")
        values["number"] = fill(office.decided(session, "grading_number"), {"year": year, "seq": sequence})
    changes = history.apply(assessment, values)
    _keep(session, actor, assessment, changes, "facilities.approved")
    if grade is not None and grade.national:
        _set_national_grade(session, actor, line.area, grade.national)


def give_back(session: Session, actor: Actor, line: Line, reason: str) -> None:
    """Give the self-assessment back to be corrected; each sheet must then be confirmed again.

    Raises ConflictError, RefusedError. Audited.
    """
    require(actor, APPOINT)
    assessment = line.assessment
    _lock(session, assessment)
    _require_state(assessment, JUDGED)
    _require_text(reason, "reason", msg("Say why it is given back."))
    for assessor in assessment.assessors:
        assessor.is_done = False
    changes = history.apply(assessment, {"state": GIVEN_BACK, "reason": reason.strip()})
    _keep(session, actor, assessment, changes, "facilities.assessment_given_back")


def scores_of(assessment: Assessment) -> list[Told]:
    """The sheets that are whole: only these count."""
    return [one.scores for one in assessment.assessors if one.is_done]


def open_points(line: Line) -> list[Problem]:
    """What is missing before an assessment can be approved."""
    assessment, problems = line.assessment, []
    if not assessment.assessors:
        problems.append(Problem("assessors.none", msg("No assessor is appointed.")))
    for one in assessment.assessors:
        if not one.is_done:
            problems.append(Problem("sheet.open", msg("The scores of %(name)s are not finished.", name=one.name)))
    if not assessment.opinion:
        problems.append(Problem("opinion.missing", msg("The assessors' overall opinion is missing."), "opinion"))
    return problems


def _read_assessor(session: Session, line: Line, facts: Mapping[str, object]) -> Assessor:
    reading = read(AssessorDraft, facts, {})
    draft = reading.draft
    found = queries.account(session, draft.login) if draft.login else None
    problems = list(reading.problems)
    if draft.login and found is None:
        problems.append(Problem("login.unknown", msg("No account that is open has this login."), "login"))
    if not draft.login and not draft.name:
        sentence = msg("Name an account, or the expert and the post or title.")
        problems.append(Problem("name.missing", sentence, "name"))
    account, employer = found if found is not None else (None, "")
    made = Assessor(
        account_id=account.id if account is not None else None,
        name=draft.name or (account.name if account is not None else ""),
        title=draft.title,
        workplace=draft.workplace or employer,
    )
    roles = account.role_set if account is not None else frozenset[Role]()
    problems += _unfit(session, line, made, roles)
    if problems:
        raise RefusedError(problems)
    return made


def _unfit(session: Session, line: Line, made: Assessor, roles: frozenset[Role]) -> Sequence[Problem]:
    """Who is of the institution, wrote its self-assessment, cannot score here or was appointed already."""
    assessment = line.assessment
    field = "login" if made.account_id is not None else "name"
    institution = queries.institution_of(session, line.area.id)
    of_ours = is_own(session, line.area, institution) and bool(roles & STAFF)
    if of_ours or made.workplace in {assessment.institution, institution.name if institution else ""} - {""}:
        return [Problem("assessor.own", msg("Nobody of the institution itself can be its assessor."), field)]
    if made.account_id is not None and made.account_id in assessment.entered_by:
        return [Problem("assessor.claimed", msg("Who wrote the self-assessment cannot be an assessor."), field)]
    if made.account_id is not None and not roles & {*STAFF, Role.AUTHORITY}:
        return [Problem("assessor.role", msg("This account's roles do not let it score."), field)]
    others = assessment.assessors
    if any(_is_same(one, made) for one in others):
        return [Problem("assessor.twice", msg("This assessor is appointed already."), field)]
    return []


def _is_same(one: Assessor, other: Assessor) -> bool:
    if one.account_id is not None or other.account_id is not None:
        return one.account_id == other.account_id
    return (one.name, one.title, one.workplace) == (other.name, other.title, other.workplace)


def _set_national_grade(session: Session, actor: Actor, area: Area, national: str) -> None:
    institution = queries.institution_of(session, area.id)
    if institution is None:
        return
    changes = history.apply(institution, {"national_grade": national})
    session.flush()
    history.keep(session, actor, AREA, area.id, changes)


def _by(assessment: Assessment, actor: Actor) -> None:
    """Remember who put something in."""
    if actor.account_id is not None and actor.account_id not in assessment.entered_by:
        assessment.entered_by = [*assessment.entered_by, actor.account_id]


def _keep(session: Session, actor: Actor, assessment: Assessment, changes: Changes, action: str) -> None:
    session.flush()
    if changes:
        history.keep(session, actor, KIND, assessment.id, changes)
        record(session, actor, action, _subject(assessment), changes)


def _lock(session: Session, assessment: Assessment) -> None:
    """Let no score come while it is approved or given back: both databases then see the same sheets."""
    session.refresh(assessment, with_for_update=True)
    for one in assessment.assessors:
        session.refresh(one)


def _require_state(assessment: Assessment, states: Sequence[str]) -> None:
    if assessment.state not in states:
        raise ConflictError(msg("The assessment is not in a state that allows this. Look at it again."))


def _require_version(assessment: Assessment, version: str) -> None:
    if version != str(assessment.version):
        raise ConflictError(msg("Somebody else changed this assessment meanwhile. Open it again; nothing was stored."))


def _require_text(text: str, field: str, missing: Any) -> None:
    if not text.strip():
        raise RefusedError([Problem(f"{field}.missing", missing, field)])
    if len(text) > LONGEST_TEXT:
        sentence = msg("Longer than %(most)d characters.", most=LONGEST_TEXT)
        raise RefusedError([Problem(f"{field}.too_long", sentence, field)])


def _named(assessor: Assessor) -> str:
    return f"{assessor.name}（{assessor.title}）" if assessor.title else assessor.name


def _subject(assessment: Assessment) -> Subject:
    return Subject(KIND, assessment.id, f"{assessment.institution} {assessment.year}")
