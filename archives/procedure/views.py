"""The HTML door of one project's procedure: where it stands, what can be done next, and the papers it left."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from archives.core import clock as time
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.procedure import queries, rules, service, worklist
from archives.procedure.actions import READ_PAPERS
from archives.procedure.models import Paper, Step
from archives.procedure.rules import Situation
from archives.procedure.suggestions import suggested
from archives.procedure.workflow import MOVES, ONWARD, PHASE_LABELS, STATES, WITHDRAWN, Move, allowed
from archives.projects import queries as projects
from archives.projects.models import Project
from archives.projects.presenting import crumbs, frame
from archives.reference import queries as reference
from archives.web.application import database, here
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import document, goto, page

blueprint = Blueprint("procedure", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A move that the reader may make, or the reasons why not now."""

    label: str
    href: str
    is_onward: bool
    obstacles: list[Problem]


@blueprint.get("/projects/<path:code>/procedure")
def show(code: str) -> ResponseReturnValue:
    """Where the project stands, what may be done next, its deadlines, gaps, papers and steps."""
    project = projects.by_code(database(), actor(), code)
    found = queries.situation(database(), project)
    may_read = READ_PAPERS.allows(actor(), project)
    return page(
        "procedure/show.html",
        **frame(actor(), project, "procedure.show"),
        phases=_phases(found),
        choices=_choices(project, found),
        dues=worklist.dues_of(database(), project, found.clocks),
        gaps=[(gap, worklist.gap_due(database(), project, gap)) for gap in queries.gaps(database(), project.id)],
        may_read=may_read,
        papers=_papers(project) if may_read else [],
        entries=[_entry(step, may_read) for step in reversed(found.steps)],
    )


@blueprint.get("/projects/<path:code>/procedure/<name>")
def ask(code: str, name: str) -> ResponseReturnValue:
    """The form of one move, filled with what is known already."""
    project, move = _asked(code, name)
    found = queries.situation(database(), project)
    gaps_due_on = reference.due_on(
        database(), "gap_supplement", project.completed_on or project.planned_end or found.today
    )
    return _move_page(project, move, found, suggested(move, project, found, actor(), gaps_due_on), ())


@blueprint.post("/projects/<path:code>/procedure/<name>")
def make(code: str, name: str) -> ResponseReturnValue:
    """Make the move; with problems, the same form again with each at its field."""
    project, move = _asked(code, name)
    values = form_values()
    try:
        service.move(database(), actor(), project, name, values, here().registry, here().files)
    except RefusedError as refusal:
        database().rollback()
        return _move_page(project, move, queries.situation(database(), project), values, refusal.problems), 422
    _say_done(project, move)
    return goto("procedure.show", code=project.code)


@blueprint.get("/projects/<path:code>/papers/<int:paper_id>")
def paper(code: str, paper_id: int) -> ResponseReturnValue:
    """A paper as it was issued."""
    project = projects.by_code(database(), actor(), code)
    require(actor(), READ_PAPERS, project)
    issued = database().get(Paper, paper_id)
    if issued is None or issued.project_id != project.id:
        raise NotFoundError
    return document(here().files.path(issued.sha256).read_bytes(), f"{issued.number}.pdf")


def _asked(code: str, name: str) -> tuple[Project, Move]:
    project = projects.by_code(database(), actor(), code)
    if name not in MOVES:
        raise NotFoundError
    require(actor(), MOVES[name].action, project)
    return project, MOVES[name]


def _move_page(
    project: Project, move: Move, found: Situation, values: dict[str, Any], problems: tuple[Problem, ...]
) -> str:
    fields = fields_of(move.asks, values, problems, queries.vocabularies(database(), found))
    is_allowed = move in allowed(found.state, found.mode, found.profile, stopped=found.is_stopped)
    return page(
        "procedure/move.html",
        project=project,
        state=STATES[project.state].label,
        move=move,
        fields=list(fields.values()),
        problems=problems,
        is_allowed=is_allowed,
        obstacles=() if problems else rules.obstacles(move, actor(), found),
        paper=_form_name(move.yields) if move.yields else "",
        gaps=found.gaps if move.mode == "joint" else (),
        breadcrumbs=_crumbs(project, move),
    )


def _choices(project: Project, found: Situation) -> list[Choice]:
    """The reader's moves: first those that lead onward, with what stands in their way; others only if nothing does."""
    offered = [
        Choice(str(move.label), _page_of(project, move), move.name in ONWARD, rules.obstacles(move, actor(), found))
        for move in allowed(found.state, found.mode, found.profile, stopped=found.is_stopped)
        if move.action.allows(actor(), project)
    ]
    possible = [choice for choice in offered if choice.is_onward or not choice.obstacles]
    return sorted(possible, key=lambda choice: not choice.is_onward)


def _page_of(project: Project, move: Move) -> str:
    """Where the move is made: its own form, or the page that a later feature has for it."""
    endpoint = here().registry.move_pages.get(move.name)
    return url_for(endpoint, code=project.code) if endpoint else url_for(".ask", code=project.code, name=move.name)


def _phases(found: Situation) -> list[dict[str, Any]]:
    """The phases as the step bar shows them; the state stands under the phase that it belongs to."""
    state = STATES[found.state]
    order = list(PHASE_LABELS)
    here_now = order.index(state.phase)
    halted = found.is_stopped or state.code in {"rectifying", "transfer_rectifying", WITHDRAWN}
    marks = ["done"] * here_now + ["warning" if halted else "current"] + ["todo"] * (len(order) - here_now - 1)
    return [
        {"label": PHASE_LABELS[phase], "state": mark, "note": state.label if phase is state.phase else ""}
        for phase, mark in zip(order, marks, strict=True)
    ]


def _papers(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "name": _form_name(row.form),
            "issued_on": row.issued_on,
            "actor": row.actor,
            "href": url_for(".paper", code=project.code, paper_id=row.id),
        }
        for row in queries.papers(database(), project.id)
    ]


def _form_name(form: str) -> str:
    return reference.term(database(), "document_form", form).name


def _entry(step: Step, may_read: bool) -> dict[str, Any]:
    """A step of the timeline; who did it and what was said is for those who may read the papers."""
    said = "\n".join(part for part in (step.opinion, step.facts.get("problems", "")) if part)
    return {
        "when": time.local(step.at).strftime("%Y-%m-%d %H:%M"),
        "who": step.actor if may_read else "",
        "what": MOVES[step.move].label,
        "note": said if may_read else "",
    }


def _say_done(project: Project, move: Move) -> None:
    issued = queries.last_paper(database(), project.id, move.yields) if move.yields else None
    if issued is None:
        flash(str(msg("Done: %(move)s.", move=move.label)), "good")
    else:
        done = msg("Done: %(move)s. Paper %(number)s was issued.", move=move.label, number=issued.number)
        flash(str(done), "good")


def _crumbs(project: Project, move: Move) -> list[tuple[str, str | None]]:
    return crumbs(
        (project.code, url_for("projects.show", code=project.code)),
        (str(msg("Procedure")), url_for(".show", code=project.code)),
        (str(move.label), None),
    )
