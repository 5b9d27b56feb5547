"""What assessments ask of a reader: sheets to score, self-assessments without assessors, those given back."""

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.language import msg
from archives.core.registry import Todo
from archives.facilities.actions import CLAIM
from archives.facilities.grading import queries
from archives.facilities.grading.models import SUBMITTED

KIND = "grade_assessment"


def todos(session: Session, actor: Actor) -> list[Todo]:
    """One line for each sheet that waits for the reader, for each assessment given back, and one for the submitted."""
    found = []
    for assessment, assessor, name, year in queries.waiting_to_score(session, actor):
        what = msg("Score %(name)s for %(year)s", name=name, year=year)
        href = url_for("facility_judging.scores", assessment_id=assessment, assessor_id=assessor)
        found.append(Todo(what, href, kind=KIND))
    if actor.has(Role.AUTHORITY) and (number := queries.waiting_for_assessors(session, actor)):
        what = msg("Self-assessments that wait for assessors: %(number)s", number=number)
        found.append(Todo(what, url_for("facility_gradings.index", state=SUBMITTED), kind=KIND))
    if CLAIM.allows(actor):
        for assessment, name, year, reason in queries.given_back(session, actor):
            what = msg(
                "Self-assessment of %(name)s for %(year)s was given back: %(reason)s",
                name=name,
                year=year,
                reason=reason,
            )
            found.append(Todo(what, url_for("facility_gradings.claim", assessment_id=assessment), kind=KIND))
    return found
