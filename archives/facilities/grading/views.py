"""The web door of assessments: the list, a new one, one with its sheet, the self-assessment, papers to take away."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archives.core import history
from archives.core.clock import today
from archives.core.drafts import read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import APPOINT, APPROVE, CLAIM, SCORE, SEE
from archives.facilities.grading import presenting, queries, service
from archives.facilities.grading.certificate import certificate_of
from archives.facilities.grading.drafts import BeginDraft
from archives.facilities.grading.frame import crumbs
from archives.facilities.grading.giving import scores_workbook
from archives.facilities.grading.models import APPROVED, ASSESSING, JUDGED, OPEN
from archives.facilities.grading.queries import Asked, Line
from archives.facilities.grading.rules import is_outside, said
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.models import Area
from archives.facilities.results.queries import area_by_code
from archives.web.application import database
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, goto, page, pager
from archives.web.revisions import shown_revisions

blueprint = Blueprint("facility_gradings", __name__, url_prefix="/facilities/grading")
LONGEST_CODE = 12


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Every assessment, the newest first."""
    require(actor(), SEE)
    asked = _asked()
    shown = queries.lines_page(database(), actor(), asked, request.args.get("after"), request.args.get("before"))
    counts = queries.counts_of(database(), actor(), asked)
    schemes = queries.schemes(database(), actor())
    return page(
        "facilities/grading/index.html",
        rows=[{"line": one, **presenting.standing(one)} for one in shown.rows],
        counts=[(state, number, _address(asked, state)) for state, number in counts.items()],
        states=presenting.STATES,
        filters_of=_filters(asked, [(one.code, one.name) for one in schemes]),
        active=sum(map(bool, (asked.year, asked.state, asked.scheme, asked.region))),
        is_empty=not sum(counts.values()) and not asked.year and not asked.scheme and not asked.region,
        has_schemes=any(one.state == "in_force" for one in schemes),
        pager_of=pager(shown),
        may_begin=CLAIM.allows(actor()),
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Who is assessed by what, for which year."""
    require(actor(), CLAIM)
    given = {name: request.args.get(name, "") for name in ("code", "scheme")}
    return _new_page({"year": str(today().year - 1), **given}, ())


@blueprint.post("/new")
def begin() -> ResponseReturnValue:
    """Begin it, and go on to the self-assessment."""
    require(actor(), CLAIM)
    values = form_values()
    reading = read(BeginDraft, {name: values.get(name, "") for name in BeginDraft.model_fields}, {})
    draft, problems = reading.draft, list(reading.problems)
    area = _area(database(), draft.code, problems)
    scheme = queries.scheme_by_code(database(), actor(), values.get("scheme", "").replace("\0", ""))
    if scheme is None:
        problems.append(Problem("scheme.missing", msg("Choose a scheme."), "scheme"))
    if problems or area is None or scheme is None or draft.year is None:
        return _new_page(values, problems), 422
    try:
        made = service.begin(database(), actor(), area, draft.year, scheme)
    except RefusedError as refusal:
        return _new_page(values, refusal.problems), 422
    return goto(".claim", assessment_id=made.id)


@blueprint.get("/<int:assessment_id>")
def show(assessment_id: int) -> ResponseReturnValue:
    """One assessment: where it stands, its sheet item by item, its assessors, its opinion, its history."""
    return show_page(line(assessment_id), ())


def show_page(found: Line, problems: Sequence[Problem]) -> str:
    """The page of an assessment, with what stood in the way of a verb."""
    assessment, numbers = found.assessment, content_of(found.scheme).numbers()
    revisions = history.of(database(), service.KIND, assessment.id)
    return page(
        "facilities/grading/show.html",
        line=found,
        one=assessment,
        state=presenting.STATES[assessment.state],
        standing=presenting.standing(found),
        partial=presenting.partial_notice(found.scheme),
        groups=presenting.result_groups(found, service.proposed(database(), found)),
        assessors=[{"one": one, "may_score": _may_score(found, one)} for one in assessment.assessors],
        number_notice=number_notice(found),
        mean_note=presenting.MEAN_IS_OURS,
        problems=problems,
        entries=shown_revisions(
            revisions, presenting.label_of, lambda name, value: presenting.word_of(name, value, numbers)
        ),
        breadcrumbs=crumbs((f"{assessment.institution} {assessment.year}", None)),
        **_verbs(found),
    )


def _may_score(found: Line, assessor: Any) -> bool:
    return found.assessment.state == ASSESSING and SCORE.allows(actor(), assessor)


def _verbs(found: Line) -> dict[str, Any]:
    """What the reader may do with an assessment as it stands."""
    state, appoints = found.assessment.state, APPOINT.allows(actor())
    may_approve = APPROVE.allows(actor(), found.assessment)
    return {
        "may_claim": state in OPEN and CLAIM.allows(actor()),
        "may_appoint": state in JUDGED and appoints,
        "may_conclude": state == ASSESSING and appoints,
        "may_approve": state == ASSESSING and may_approve,
        "is_not_mine": state == ASSESSING and appoints and not may_approve,
        "may_give_back": state in JUDGED and appoints,
        "may_print": state == APPROVED and bool(found.assessment.grade),
    }


def number_notice(found: Line) -> str:
    """What to say where there are fewer or more assessors than the scheme asks for."""
    scheme, count = found.scheme, len(found.assessment.assessors)
    if found.assessment.state in OPEN or not is_outside(count, scheme.assessors_least, scheme.assessors_most):
        return ""
    values = {"count": count, "least": scheme.assessors_least or 0, "most": scheme.assessors_most or "…"}
    return str(msg("There are %(count)s assessors; the scheme asks for %(least)s to %(most)s.", **values))


@blueprint.get("/<int:assessment_id>/claim")
def claim(assessment_id: int) -> ResponseReturnValue:
    """The form of the self-assessment."""
    require(actor(), CLAIM)
    found = line(assessment_id)
    return _claim_page(found, presenting.typed(found.assessment.claims, "evidence"), ())


@blueprint.post("/<int:assessment_id>/claim")
def save(assessment_id: int) -> ResponseReturnValue:
    """Save it as far as it goes; take over what the formulas propose; or save and submit."""
    require(actor(), CLAIM)
    found, values = line(assessment_id), form_values()
    then, version = values.get("then", ""), values.get("version", "")
    if then == "take":
        values = _with_proposals(found, values)
    try:
        service.claim(database(), actor(), found, values, version)
        if then == "submit":
            service.submit(database(), actor(), found)
    except RefusedError as refusal:
        return _claim_page(found, values, refusal.problems), 422
    if then == "take":
        return goto(".claim", assessment_id=assessment_id)
    flash(gettext("Submitted.") if then == "submit" else gettext("Saved."), "good")
    return goto(".show", assessment_id=assessment_id)


def _with_proposals(found: Line, values: Mapping[str, str]) -> dict[str, str]:
    """The form with its empty points filled by what the formulas propose."""
    known = {key: points for key, points in service.proposed(database(), found).items() if points is not None}
    taken = {f"points-{key}": said(points) for key, points in known.items()}
    return {**values, **{name: points for name, points in taken.items() if not values.get(name, "").strip()}}


def _claim_page(found: Line, values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    content, proposed = content_of(found.scheme), service.proposed(database(), found)
    hints = presenting.claim_hints(content, proposed)
    assessment = found.assessment
    name = f"{assessment.institution} {assessment.year}"
    return page(
        "facilities/grading/sheet.html",
        title=str(msg("%(name)s: self-assessment", name=name)),
        line=found,
        groups=presenting.sheet_fields(content, values, problems, "evidence", hints),
        problems=problems,
        version=values.get("version") or assessment.version,
        partial=presenting.partial_notice(found.scheme),
        finish=("submit", gettext("Save and submit the self-assessment")),
        may_take=bool(proposed),
        breadcrumbs=crumbs((name, url_for(".show", assessment_id=assessment.id)), (gettext("Self-assessment"), None)),
    )


@blueprint.get("/<int:assessment_id>/certificate.pdf")
def certificate(assessment_id: int) -> ResponseReturnValue:
    """The certificate of an approved grade."""
    found = line(assessment_id)
    return document(certificate_of(database(), found), f"{found.assessment.number}.pdf")


@blueprint.get("/<int:assessment_id>/scores.xlsx")
def workbook(assessment_id: int) -> ResponseReturnValue:
    """The sheet of scores as a workbook."""
    found = line(assessment_id)
    content = scores_workbook(found, service.proposed(database(), found))
    values = {"name": found.assessment.institution, "year": found.assessment.year}
    return document(content, str(msg("%(name)s %(year)s scores.xlsx", **values)), WORKBOOK)


def line(assessment_id: int) -> Line:
    """An assessment that the reader may see. Raises ForbiddenError, NotFoundError."""
    require(actor(), SEE)
    return queries.assessment(database(), actor(), assessment_id)


def _area(session: Session, code: str, problems: list[Problem]) -> Area | None:
    if not code:
        return None
    try:
        return area_by_code(session, actor(), code)[0]
    except NotFoundError as error:
        problems.append(Problem("code.unknown", error.message, "code"))
        return None


def _new_page(values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    schemes = queries.schemes_in_force(database(), actor())
    fields = fields_of(BeginDraft, values, problems)
    choices = [(one.code, f"{one.name}（{one.code}）") for one in schemes]
    scheme = FormField("scheme", gettext("Scheme"), "select", values.get("scheme", ""), True, choices=choices)
    scheme.problems = [one for one in problems if one.field == "scheme"]
    return page(
        "facilities/grading/new.html",
        fields=[fields["code"], fields["year"], scheme],
        problems=problems,
        has_schemes=bool(schemes),
        breadcrumbs=crumbs((gettext("New assessment"), None)),
    )


def _asked() -> Asked:
    typed = request.args.get("year", "").strip()
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise NotFoundError(msg("There is no such year."))
    state, scheme = request.args.get("state", ""), request.args.get("scheme", "").replace("\0", "")
    region = request.args.get("region", "").strip().replace("\0", "")[:LONGEST_CODE]
    return Asked(int(typed) if typed else None, state if state in presenting.STATES else "", scheme[:40], region)


def _filters(asked: Asked, schemes: list[tuple[str, str]]) -> list[FormField]:
    years = [(str(one), str(one)) for one in queries.years(database(), actor())]
    states = [(code, str(label)) for code, (_, label, _) in presenting.STATES.items()]
    year = str(asked.year or "")
    return [
        FormField("year", gettext("Year"), "select", year, choices=[("", gettext("All years")), *years]),
        FormField("region", gettext("Region code"), "text", asked.region, max_length=LONGEST_CODE),
        FormField(
            "scheme", gettext("Scheme"), "select", asked.scheme, choices=[("", gettext("All schemes")), *schemes]
        ),
        FormField("state", gettext("State"), "select", asked.state, choices=[("", gettext("All states")), *states]),
    ]


def _address(asked: Asked, state: str) -> str:
    return url_for(".index", state=state, year=asked.year, scheme=asked.scheme or None, region=asked.region or None)
