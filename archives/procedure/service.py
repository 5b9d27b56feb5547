"""The verbs: make a move, issue a paper. The only writer of steps, clocks, gaps, papers and a project's state."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from archives.core import clock as time
from archives.core import history, office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.documents import render
from archives.core.drafts import Draft, read
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.files import ContentStore
from archives.core.language import msg
from archives.core.numbering import fill, next_number
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.core.registry import Registry
from archives.procedure import clocks, papers, queries, rules
from archives.procedure.models import Clock, Gap, Paper, Step
from archives.procedure.rules import Situation
from archives.procedure.workflow import MOVES, RUN_HERE, STATES, Move, allowed, is_still_ended
from archives.projects.models import Project
from archives.reference import queries as reference
from archives.reference.models import DeadlineRule

PIPELINE = "pipeline"
"""The works type whose projects also have the duties of pipeline works."""


def move(
    session: Session,
    actor: Actor,
    project: Project,
    name: str,
    facts: Mapping[str, object],
    registry: Registry,
    files: ContentStore,
) -> Step:
    """Make a move of the table; `facts` are the raw values of its draft, as any door brings them.

    Raises NotFoundError for an unknown move, ForbiddenError, ConflictError where the project's state does not allow
    it, and RefusedError with every problem of the draft, of the situation and of `registry.conditions[name]`.
    Issues the move's paper in the same transaction.
    """
    made = MOVES.get(name)
    if made is None:
        raise NotFoundError
    require(actor, made.action, project)
    _lock(session, project)
    found = queries.situation(session, project)
    _require_allowed(made, found)
    draft = _accepted_draft(session, actor, made, facts, found, project, registry)
    step = _record_step(session, actor, project, made, draft, found)
    _EFFECTS.get(name, _no_effect)(session, project, draft, found)
    _end_clocks(found.clocks, made.ends, _day_of(draft))
    _start_clocks(session, project, made, draft)
    session.flush()
    if made.yields:
        data = papers.facts_of(session, actor, project, made.yields, draft, registry)
        issue(session, actor, project, made.yields, data, files)
    return step


def issue(
    session: Session, actor: Actor, project: Project, form: str, data: Mapping[str, Any], files: ContentStore
) -> Paper:
    """Number a paper, print it and keep the print; it is never printed again. `data` is all but head and number.

    The form's own shape is checked: see `archives.core.documents`.
    """
    today = time.today()
    number = _next_paper_number(session, form, today)
    whole = {
        "institution": office.decided(session, "institution"),
        "number": number,
        "date": today.isoformat(),
        **data,
    }
    stored = files.add(BytesIO(render(form, whole)))
    paper = Paper(
        project_id=project.id,
        form=form,
        number=number,
        issued_on=today,
        issued_at=time.now(),
        actor=actor.name,
        actor_id=actor.account_id,
        data=whole,
        sha256=stored.sha256,
        size=stored.size,
    )
    session.add(paper)
    session.flush()
    subject = Subject("paper", paper.id, number)
    record(
        session, actor, "procedure.paper_issued", subject, None, form=form, project=project.code, sha256=paper.sha256
    )
    return paper


def _next_paper_number(session: Session, form: str, today: date) -> str:
    template = str(reference.term(session, "document_form", form).details["number_template"])
    sequence = next_number(session, f"paper:{form}:{today.year}")
    return fill(template, {"year": today.year, "seq": sequence})


def _lock(session: Session, project: Project) -> None:
    """Read the project's state again and hold it, so that two people cannot make the same move at once."""
    session.refresh(project, ["state", "is_stopped", "acceptance", "completed_on", "version"], with_for_update=True)


def _require_allowed(wanted: Move, found: Situation) -> None:
    if wanted in allowed(found.state, found.mode, found.profile, stopped=found.is_stopped):
        return
    if found.is_stopped:
        raise ConflictError(msg("The works stand still; note first that they go on."))
    sentence = msg(
        "“%(move)s” is not possible in the state “%(state)s”.",
        move=wanted.label,
        state=STATES[found.state].label,
    )
    raise ConflictError(sentence)


def _accepted_draft(
    session: Session,
    actor: Actor,
    made: Move,
    facts: Mapping[str, object],
    found: Situation,
    project: Project,
    registry: Registry,
) -> Draft:
    """The move's draft if nothing stands in its way; RefusedError with everything that does."""
    reading = read(made.asks, facts, queries.vocabularies(session, found))
    problems: list[Problem] = [
        *reading.problems,
        *rules.check(made, reading.draft, found),
        *rules.obstacles(made, actor, found),
    ]
    for condition in registry.conditions.get(made.name, ()):
        problems += errors_in(condition(session, project.id))
    if problems:
        raise RefusedError(problems)
    return reading.draft


def _record_step(session: Session, actor: Actor, project: Project, made: Move, draft: Draft, found: Situation) -> Step:
    to_state = made.to_state or project.state
    facts = draft.model_dump(mode="json") | _further_facts(made, found)
    step = Step(
        project_id=project.id,
        move=made.name,
        from_state=project.state,
        to_state=to_state,
        at=time.now(),
        actor=actor.name,
        actor_id=actor.account_id,
        opinion=facts.get("opinion", ""),
        facts=facts,
    )
    session.add(step)
    changes = {"state": (project.state, to_state)} if made.to_state else {}
    subject = Subject("project", project.id, project.code)
    record(session, actor, f"procedure.{made.name}", subject, changes, facts=facts, profile=found.profile)
    _change(session, actor, project, {"state": to_state} | _project_values(made, draft))
    return step


def _further_facts(made: Move, found: Situation) -> dict[str, Any]:
    """A promise names the gaps it covers: one that is noted later needs another promise."""
    return {"gaps": [gap.id for gap in found.gaps]} if made.name == "promise_gaps" else {}


def _project_values(made: Move, draft: Draft) -> dict[str, Any]:
    """What a move changes in the project itself, beside its state."""
    if made.name == "complete":
        return {"completed_on": _day_of(draft)}
    if made.name in {"stop", "resume", "withdraw"}:
        return {"is_stopped": made.name == "stop"}
    return {}


def _change(session: Session, actor: Actor, project: Project, values: Mapping[str, Any]) -> None:
    changes = history.apply(project, values)
    history.keep(session, actor, "project", project.id, changes)


def _day_of(draft: Draft) -> date:
    """The day the move speaks of, or today."""
    return getattr(draft, "on", None) or time.today()


def _end_clocks(running: Iterable[Clock], deadlines: Iterable[str], on: date) -> None:
    for row in running:
        if row.deadline in deadlines and row.ended_on is None:
            row.ended_on = on


def _start_clocks(session: Session, project: Project, made: Move, draft: Any) -> None:
    """Start what the deadline table lets run from the move's event, and the clock whose last day the draft names."""
    day = _day_of(draft)
    for rule in _rules_from(session, made):
        if _concerns(rule, project) and is_still_ended(rule.rule, project.state):
            _start_clock(session, project, rule.rule, day, _last_day(session, rule, day))
    if made.sets:
        _start_clock(session, project, made.sets, time.today(), draft.due_on)


def _rules_from(session: Session, made: Move) -> list[DeadlineRule]:
    """The deadlines in use that run from what the move brought about."""
    if made.event is None:
        return []
    rules_in_use = (reference.deadline(session, name) for name in sorted(RUN_HERE))
    return [rule for rule in rules_in_use if rule is not None and rule.starts_from == made.event]


def _start_clock(session: Session, project: Project, deadline: str, started_on: date, due_on: date) -> None:
    _end_clocks(queries.open_clocks(session, project.id), (deadline,), started_on)
    session.add(Clock(project_id=project.id, deadline=deadline, started_on=started_on, due_on=due_on))


def _last_day(session: Session, rule: DeadlineRule, day: date) -> date:
    return clocks.due(rule, day, reference.office_calendar(session))


def _concerns(rule: DeadlineRule, project: Project) -> bool:
    """Pipeline works have duties that other works have not."""
    return rule.applies_to in {"works", "archives"} or (
        rule.applies_to == "pipeline_works" and project.works_type == PIPELINE
    )


# What some moves do beside moving

Effect = Callable[[Session, Project, Any, Situation], None]


def _no_effect(_session: Session, _project: Project, _draft: Any, _found: Situation) -> None:
    """Most moves only move."""


def _pause(session: Session, _project: Project, draft: Any, found: Situation) -> None:
    """The client's clocks stand still with the works; the archives' own run on."""
    for row in found.clocks:
        rule = reference.deadline(session, row.deadline)
        if rule is None or rule.applies_to != "archives":
            row.paused_on = draft.on


def _go_on(session: Session, _project: Project, draft: Any, found: Situation) -> None:
    calendar = reference.office_calendar(session)
    for row in found.clocks:
        if row.paused_on is not None:
            rule = reference.deadline(session, row.deadline)
            unit = rule.unit if rule else "days"
            row.due_on = clocks.due_after_stop(row.due_on, row.paused_on, draft.on, unit, calendar)
            row.paused_on = None


def _extend(_session: Session, _project: Project, draft: Any, found: Situation) -> None:
    row = rules.chosen_clock(draft, found)
    if row is not None:
        row.due_on, row.extended_reason = draft.due_on, draft.opinion


def _note_gap(session: Session, project: Project, draft: Any, _found: Situation) -> None:
    session.add(
        Gap(
            project_id=project.id,
            scope_code=draft.scope_code,
            title=draft.title,
            reason=draft.opinion,
            due_on=draft.due_on,
        )
    )


def _fill_gap(_session: Session, _project: Project, draft: Any, found: Situation) -> None:
    for gap in found.gaps:
        if str(gap.id) == draft.gap:
            gap.filled_on = draft.on


def _end_all(_session: Session, _project: Project, _draft: Any, found: Situation) -> None:
    for row in found.clocks:
        row.ended_on = time.today()


_EFFECTS: dict[str, Effect] = {
    "stop": _pause,
    "resume": _go_on,
    "extend": _extend,
    "note_gap": _note_gap,
    "fill_gap": _fill_gap,
    "withdraw": _end_all,
}
