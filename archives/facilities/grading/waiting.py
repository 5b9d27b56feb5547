"""What assessments ask of a reader: sheets to score, self-assessments without assessors, those given back.

The home page is everybody's first, so all of it is one statement.
"""

import json
from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy import Select, Text, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.language import msg
from archives.core.registry import Todo
from archives.facilities.actions import CLAIM
from archives.facilities.grading.models import ASSESSING, GIVEN_BACK, SUBMITTED, Assessment, Assessor
from archives.facilities.queries import visible_to

KIND = "grade_assessment"
MOST = 20
"""Of each kind, on one's home page."""
MOST_GIVEN_BACK = 500
TO_SCORE, WITHOUT_ASSESSORS, TO_CORRECT = range(3)


def todos(session: Session, actor: Actor) -> list[Todo]:
    """One line for each sheet that waits for the reader, for each assessment given back, and one for the submitted."""
    rows = session.execute(union_all(*(select(part.subquery()) for part in _parts(actor))))
    found: list[Todo] = []
    for kind, assessment, assessor, name, year, reason, entered in sorted(tuple(row) for row in rows):
        if kind == TO_SCORE:
            href = url_for("facility_judging.scores", assessment_id=assessment, assessor_id=assessor)
            found.append(Todo(msg("Score %(name)s for %(year)s", name=name, year=year), href, kind=KIND))
        elif kind == WITHOUT_ASSESSORS and assessor:
            what = msg("Self-assessments that wait for assessors: %(number)s", number=assessor)
            found.append(Todo(what, url_for("facility_gradings.index", state=SUBMITTED), kind=KIND))
        # A list in JSON is looked through alike on both databases only here; few are given back at any time.
        elif kind == TO_CORRECT and actor.account_id in json.loads(entered):
            what = msg(
                "Self-assessment of %(name)s for %(year)s was given back: %(reason)s",
                name=name,
                year=year,
                reason=reason,
            )
            found.append(Todo(what, url_for("facility_gradings.claim", assessment_id=assessment), kind=KIND))
    return found


def _parts(actor: Actor) -> Iterator[Select[*tuple[Any, ...]]]:
    """Kind, assessment, assessor or how many, institution, year, reason, who entered: of each kind that is his."""
    yield _to_score(actor)
    if actor.has(Role.AUTHORITY):
        yield _without_assessors(actor)
    if CLAIM.allows(actor):
        yield _to_correct(actor)


def _to_score(actor: Actor) -> Select[*tuple[Any, ...]]:
    told = (Assessment.institution, Assessment.year, literal(""), literal("[]"))
    wanted = select(literal(TO_SCORE), Assessment.id, Assessor.id, *told)
    wanted = wanted.join(Assessor, Assessor.assessment_id == Assessment.id).order_by(Assessment.id).limit(MOST)
    mine = (Assessor.account_id == actor.account_id, Assessor.is_done.is_(False), Assessment.state == ASSESSING)
    return wanted.where(*mine, visible_to(actor))


def _without_assessors(actor: Actor) -> Select[*tuple[Any, ...]]:
    told = (literal(""), literal(0), literal(""), literal("[]"))
    wanted = select(literal(WITHOUT_ASSESSORS), literal(0), func.count(Assessment.id), *told)
    return wanted.where(Assessment.state == SUBMITTED, visible_to(actor))


def _to_correct(actor: Actor) -> Select[*tuple[Any, ...]]:
    told = (Assessment.institution, Assessment.year, Assessment.reason, cast(Assessment.entered_by, Text))
    wanted = select(literal(TO_CORRECT), Assessment.id, literal(0), *told)
    given_back = (Assessment.state == GIVEN_BACK, visible_to(actor))
    return wanted.where(*given_back).order_by(Assessment.id).limit(MOST_GIVEN_BACK)
