"""What a move's form holds before anybody types: what is known already, and today where a day is asked. Pure."""

from datetime import date
from typing import Any

from archives.core.actors import Actor
from archives.procedure.models import Step
from archives.procedure.rules import Situation
from archives.procedure.workflow import Move
from archives.projects.models import Project

COUNTED = ("volumes", "text_volumes", "drawing_volumes", "discs", "photos", "videos", "contact", "phone")
"""What an application for the transfer repeats from the application for acceptance."""


def suggested(move: Move, project: Project, found: Situation, actor: Actor, gaps_due_on: date | None) -> dict[str, Any]:
    """Values by field; the form shows those it asks for."""
    values: dict[str, Any] = {"on": found.today, **_of_project(project, move), **_of_actor(actor, move)}
    if move.name == "note_gap":
        values["due_on"] = gaps_due_on
    if move.name == "apply_transfer":
        values |= _repeated(found)
    if move.name in {"remind", "order_correction"} and found.overdue:
        values["clock"] = str(found.overdue[0].id)
    return {name: value for name, value in values.items() if name in move.asks.model_fields and value}


def _of_project(project: Project, move: Move) -> dict[str, Any]:
    if move.name == "commit":
        return {"head": project.contact, "head_phone": project.phone, "clerk": project.records_clerk}
    person = {"contact": project.records_clerk or project.contact, "phone": project.phone, "agent": project.contact}
    return {**person, "responsible": project.contact, "handed_by": project.records_clerk, "place": project.address}


def _of_actor(actor: Actor, move: Move) -> dict[str, Any]:
    """Where the form asks for somebody of the archives, it is most often whoever fills it in."""
    if not actor.is_staff:
        return {}
    ours = {"receiver": actor.name, "received_by": actor.name, "officers": actor.name, "officer": actor.name}
    return ours | ({"contact": actor.name} if "contact_phone" in move.asks.model_fields else {})


def _repeated(found: Situation) -> dict[str, Any]:
    applied: Step | None = next((step for step in reversed(found.steps) if step.move.startswith("apply_")), None)
    return {name: applied.facts.get(name) for name in COUNTED} if applied else {}
