"""The web door of those who judge: assessors and their sheets, the overall opinion, approval, giving back."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import APPOINT, APPROVE, SCORE
from archives.facilities.grading import presenting, queries, service
from archives.facilities.grading.drafts import AssessorDraft
from archives.facilities.grading.frame import Crumbs, crumbs
from archives.facilities.grading.models import Assessor
from archives.facilities.grading.queries import Line
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.grading.shipped import load_shipped
from archives.facilities.grading.views import line, number_notice, show_page
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("facility_judging", __name__, url_prefix="/facilities/grading/<int:assessment_id>")
SHOW = "facility_gradings.show"


@blueprint.get("/assessors/new")
def new(assessment_id: int) -> ResponseReturnValue:
    """Who is to be an assessor."""
    require(actor(), APPOINT)
    return _assessor_page(line(assessment_id), {}, ())


@blueprint.post("/assessors/new")
def appoint(assessment_id: int) -> ResponseReturnValue:
    """Appoint an assessor."""
    require(actor(), APPOINT)
    found, values = line(assessment_id), form_values()
    facts = {name: values.get(name, "") for name in AssessorDraft.model_fields}
    try:
        made = service.appoint(database(), actor(), found, facts, values.get("version", ""))
    except RefusedError as refusal:
        return _assessor_page(found, values, refusal.problems), 422
    flash(str(msg("%(name)s is appointed.", name=made.name)), "good")
    return goto(SHOW, assessment_id=assessment_id, _anchor="assessors")


@blueprint.get("/assessors/<int:assessor_id>/dismiss")
def ask_to_dismiss(assessment_id: int, assessor_id: int) -> ResponseReturnValue:
    """Whether to take an assessor off."""
    require(actor(), APPOINT)
    found, assessor = _pair(assessment_id, assessor_id)
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Take %(name)s off", name=assessor.name)),
        message=gettext("The scores of this assessor go too."),
        version=found.assessment.version,
        danger=True,
        cancel_href=_here(found),
        submit_label=gettext("Take off"),
        breadcrumbs=_crumbs(found),
    )


@blueprint.post("/assessors/<int:assessor_id>/dismiss")
def dismiss(assessment_id: int, assessor_id: int) -> Response:
    """Take an assessor off, with the scores."""
    found, assessor = _pair(assessment_id, assessor_id)
    service.dismiss(database(), actor(), found, assessor, request.form.get("version", ""))
    flash(gettext("The assessor is taken off."), "good")
    return goto(SHOW, assessment_id=assessment_id)


@blueprint.get("/assessors/<int:assessor_id>/scores")
def scores(assessment_id: int, assessor_id: int) -> ResponseReturnValue:
    """The sheet of an assessor."""
    found, assessor = _pair(assessment_id, assessor_id)
    require(actor(), SCORE, assessor)
    return _score_page(found, assessor, presenting.typed(assessor.scores, "remark"), ())


@blueprint.post("/assessors/<int:assessor_id>/scores")
def score(assessment_id: int, assessor_id: int) -> ResponseReturnValue:
    """Save it as far as it goes, or finish it."""
    found, assessor = _pair(assessment_id, assessor_id)
    require(actor(), SCORE, assessor)
    values = form_values()
    is_done = values.get("then") == "finish"
    try:
        service.score(database(), actor(), found, assessor, values, values.get("version", ""), is_done=is_done)
    except RefusedError as refusal:
        return _score_page(found, assessor, values, refusal.problems), 422
    flash(gettext("The sheet is finished.") if is_done else gettext("Saved."), "good")
    return goto(SHOW, assessment_id=assessment_id)


@blueprint.get("/opinion")
def opinion(assessment_id: int) -> ResponseReturnValue:
    """The assessors' overall opinion."""
    require(actor(), APPOINT)
    found = line(assessment_id)
    return _opinion_page(found, found.assessment.opinion, ())


@blueprint.post("/opinion")
def conclude(assessment_id: int) -> ResponseReturnValue:
    """Enter it."""
    require(actor(), APPOINT)
    found, text = line(assessment_id), request.form.get("opinion", "")
    try:
        service.conclude(database(), actor(), found, text, request.form.get("version", ""))
    except RefusedError as refusal:
        return _opinion_page(found, text, refusal.problems), 422
    flash(gettext("Saved."), "good")
    return goto(SHOW, assessment_id=assessment_id)


@blueprint.get("/approve")
def ask_to_approve(assessment_id: int) -> ResponseReturnValue:
    """What approval would fix."""
    found = line(assessment_id)
    require(actor(), APPROVE, found.assessment)
    standing = presenting.standing(found)
    message = msg(
        "%(total)s of %(most)s points; grade: %(grade)s. Points, grade and sheets are frozen then.",
        total=standing["total"] or "0",
        most=standing["most"],
        grade=standing["grade"] or gettext("no grade"),
    )
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Approve the assessment of %(name)s", name=found.assessment.institution)),
        message=str(message),
        notice=" ".join(filter(None, (number_notice(found), presenting.partial_notice(found.scheme)))),
        problems=service.open_points(found),
        problems_title=gettext("Before it can be approved:"),
        cancel_href=_here(found),
        submit_label=gettext("Approve"),
        breadcrumbs=_crumbs(found),
    )


@blueprint.post("/approve")
def approve(assessment_id: int) -> ResponseReturnValue:
    """Approve it."""
    found = line(assessment_id)
    try:
        service.approve(database(), actor(), found)
    except RefusedError as refusal:
        return show_page(found, refusal.problems), 422
    flash(gettext("Approved."), "good")
    return goto(SHOW, assessment_id=assessment_id)


@blueprint.get("/give-back")
def ask_to_give_back(assessment_id: int) -> ResponseReturnValue:
    """Why it is given back."""
    require(actor(), APPOINT)
    return _give_back_page(line(assessment_id), "", ())


@blueprint.post("/give-back")
def give_back(assessment_id: int) -> ResponseReturnValue:
    """Give it back to be corrected."""
    found, reason = line(assessment_id), request.form.get("reason", "")
    try:
        service.give_back(database(), actor(), found, reason)
    except RefusedError as refusal:
        return _give_back_page(found, reason, refusal.problems), 422
    flash(gettext("Given back."), "good")
    return goto(SHOW, assessment_id=assessment_id)


def _pair(assessment_id: int, assessor_id: int) -> tuple[Line, Assessor]:
    found = line(assessment_id)
    return found, queries.assessor(database(), actor(), assessment_id, assessor_id)


def _assessor_page(found: Line, values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    rule = load_shipped().assessors
    source = load_shipped().sources[rule.source].title
    return page(
        "facilities/grading/part.html",
        title=gettext("Appoint an assessor"),
        fields=list(fields_of(AssessorDraft, values, problems).values()),
        problems=problems,
        hidden={"version": found.assessment.version},
        names=[],
        notice=f"{source}：{rule.least}–{rule.most}；{rule.note}",
        cancel=_here(found),
        breadcrumbs=_crumbs(found, gettext("Appoint an assessor")),
    )


def _score_page(found: Line, assessor: Assessor, values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    content = content_of(found.scheme)
    hints = presenting.score_hints(found, service.proposed(database(), found))
    return page(
        "facilities/grading/sheet.html",
        title=str(msg("Scores of %(name)s", name=assessor.name)),
        line=found,
        groups=presenting.sheet_fields(content, values, problems, "remark", hints),
        problems=problems,
        version=values.get("version") or assessor.version,
        partial=presenting.partial_notice(found.scheme),
        finish=("finish", gettext("Save and finish the sheet")),
        may_take=False,
        breadcrumbs=_crumbs(found, gettext("Scores")),
    )


def _opinion_page(found: Line, text: str, problems: Sequence[Problem]) -> str:
    return page(
        "facilities/grading/part.html",
        title=gettext("Overall opinion of the assessors"),
        fields=[presenting.text_field("opinion", gettext("Overall opinion"), text, problems)],
        problems=problems,
        hidden={"version": found.assessment.version},
        names=[],
        notice="",
        cancel=_here(found),
        breadcrumbs=_crumbs(found, gettext("Overall opinion")),
    )


def _give_back_page(found: Line, reason: str, problems: Sequence[Problem]) -> str:
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Give back the assessment of %(name)s", name=found.assessment.institution)),
        message=gettext("The self-assessment can be corrected and submitted again; each sheet must then be confirmed."),
        fields=[presenting.text_field("reason", gettext("Reason"), reason, problems)],
        problems=problems,
        cancel_href=_here(found),
        submit_label=gettext("Give back"),
        breadcrumbs=_crumbs(found),
    )


def _here(found: Line) -> str:
    return url_for(SHOW, assessment_id=found.assessment.id)


def _crumbs(found: Line, *way: str) -> Crumbs:
    one = found.assessment
    return crumbs((f"{one.institution} {one.year}", _here(found)), *((name, None) for name in way))
