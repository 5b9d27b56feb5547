"""The command line's door of the procedure: where a project stands, and the next move."""

from typing import Any

import click
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.desk import PROBLEMS, Desk, answer
from archives.core.drafts import describe
from archives.core.errors import RefusedError
from archives.core.files import ContentStore
from archives.procedure import queries, service
from archives.procedure.workflow import allowed
from archives.projects.models import Project
from archives.projects.queries import by_code


@click.group("procedure")
def procedure_group() -> None:
    """The way of a project from registration to the holdings."""


@procedure_group.command("show")
@click.argument("code")
@click.pass_obj
def show_command(desk: Desk, code: str) -> None:
    """Say where the project stands, what may be done next, and which deadlines run."""
    with desk.backend.reading() as session:
        answer(_standing(session, by_code(session, desk.actor, code)))


@procedure_group.command("move")
@click.argument("code")
@click.argument("name")
@click.option("--set", "facts", multiple=True, metavar="FIELD=VALUE", help="A field that the move asks for.")
@click.pass_obj
def move_command(desk: Desk, code: str, name: str, facts: tuple[str, ...]) -> None:
    """Make the move NAME; `procedure show` names the moves that are possible and their fields."""
    given = dict(_pair(fact) for fact in facts)
    try:
        with desk.backend.writing() as session:
            project = by_code(session, desk.actor, code)
            _move(session, desk, desk.actor, project, name, given)
            answer(_standing(session, project))
    except RefusedError as error:
        answer({"code": code, "problems": [problem.as_dict() for problem in error.problems]})
        raise SystemExit(PROBLEMS) from None


def _move(session: Session, desk: Desk, actor: Actor, project: Project, name: str, given: dict[str, str]) -> None:
    files = ContentStore(desk.settings.files)
    service.move(session, actor, project, name, given, desk.registry, files)


def _pair(fact: str) -> tuple[str, str]:
    name, sign, value = fact.partition("=")
    if not sign:
        raise click.BadParameter(f"{fact!r} is not FIELD=VALUE", param_hint="--set")
    return name, value


def _standing(session: Session, project: Project) -> dict[str, Any]:
    found = queries.situation(session, project)
    moves = allowed(found.state, found.mode, found.profile, stopped=found.is_stopped)
    return {
        "code": project.code,
        "state": found.state,
        "stopped": found.is_stopped,
        "moves": {move.name: list(describe(move.asks)) for move in moves},
        "clocks": [{"deadline": clock.deadline, "due_on": clock.due_on} for clock in found.clocks],
        "gaps": [{"code": gap.scope_code, "title": gap.title, "due_on": gap.due_on} for gap in found.gaps],
        "papers": [{"form": paper.form, "number": paper.number} for paper in queries.papers(session, project.id)],
    }
