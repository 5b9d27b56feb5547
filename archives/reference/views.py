"""The HTML door of the reference tables: what counts, where it comes from, and what the office decided otherwise."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import clock as time
from archives.core.actors import Actor
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import Message, gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.reference import decisions, queries
from archives.reference.drafts import DaysDraft, DeadlineDraft, NumberDraft
from archives.reference.models import CalendarDay, ClassNode, DeadlineRule, Sourced, Term
from archives.reference.queries import Pair, ScopeBranch
from archives.reference.service import DECIDE, adopt_deadline, withdraw_own
from archives.reference.wording import DAY_LABELS, KIND_LABELS, basis, period
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import Entry, Section, goto, page

blueprint = Blueprint("reference", __name__, url_prefix="/reference")
Problems = Sequence[Problem]


def everybody(_reader: Actor) -> bool:
    """The tables are public law and practice."""
    return True


MENU = Section("Standards", (Entry("Reference data", "book", "reference.deadlines", everybody),))


# Deadlines


@blueprint.get("/deadlines")
def deadlines() -> ResponseReturnValue:
    """Every deadline by its rule: the national row, local variants, the office's own, and which is in use."""
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in queries.pairs(database(), DeadlineRule).values():
        row = pair.effective
        if isinstance(row, DeadlineRule):
            by_rule[row.rule].append(_deadline(row, pair))
    rules = sorted(by_rule.values(), key=lambda rows: not any(row["active"] for row in rows))
    return _page("reference/deadlines.html", "deadlines", rules=rules)


@blueprint.get("/deadlines/<code>")
def deadline(code: str) -> ResponseReturnValue:
    """The form of the office's own version of a deadline."""
    require(actor(), DECIDE)
    return _deadline_page(code, decisions.values_of(_row(DeadlineRule, code), DeadlineDraft), ())


@blueprint.post("/deadlines/<code>")
def decide_deadline(code: str) -> ResponseReturnValue:
    """Keep the office's version."""
    try:
        decisions.decide_deadline(database(), actor(), code, form_values())
    except RefusedError as refusal:
        return _deadline_page(code, form_values(), refusal.problems), 422
    return _kept("reference.deadlines")


@blueprint.post("/deadlines/<code>/adopt")
def adopt(code: str) -> ResponseReturnValue:
    """Use this row of its rule and no other."""
    require(actor(), DECIDE)
    adopt_deadline(database(), actor(), code)
    return _kept("reference.deadlines")


@blueprint.post("/deadlines/<code>/withdraw")
def withdraw_deadline(code: str) -> ResponseReturnValue:
    """Give up the office's version: the national row counts again."""
    withdraw_own(database(), actor(), DeadlineRule, (code,))
    return _kept("reference.deadlines")


def _deadline(row: DeadlineRule, pair: Pair) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "place": row.place,
        "period": period(row),
        "clause": basis(row),
        "fine": f"{row.fine_min or 0:,}–{row.fine_max:,}" if row.fine_max else "",
        "active": row.active,
        "note": row.note,
        **_origin(row, pair),
    }


def _deadline_page(code: str, values: dict[str, Any], problems: Problems) -> str:
    row = _row(DeadlineRule, code)
    fields = fields_of(DeadlineDraft, values, problems, decisions.vocabularies())
    title = msg("The office's version of “%(name)s”", name=row.name)
    return _form_page("deadlines", title, list(fields.values()), problems)


# The calendar


@blueprint.get("/calendar")
def this_year() -> ResponseReturnValue:
    """The calendar of this year."""
    return goto("reference.year", year=time.today().year)


@blueprint.get("/calendar/<int:year>")
def year(year: int) -> ResponseReturnValue:
    """A year's holidays and make-up days, and the form that enters more."""
    return _calendar_page(year, {}, ())


@blueprint.post("/calendar/<int:year>")
def enter_days(year: int) -> ResponseReturnValue:
    """Enter days off or days worked."""
    try:
        number = decisions.enter_days(database(), actor(), form_values())
    except RefusedError as refusal:
        database().rollback()
        return _calendar_page(year, form_values(), refusal.problems), 422
    flash(str(msg("%(number)d days were entered.", number=number)), "good")
    return goto("reference.year", year=year)


@blueprint.post("/calendar/<int:year>/clear")
def clear_day(year: int) -> ResponseReturnValue:
    """Make a day an ordinary one again."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFoundError from None
    decisions.clear_day(database(), actor(), day)
    return _kept("reference.year", year=year)


def _calendar_page(year: int, values: dict[str, Any], problems: Problems) -> str:
    if not date.min.year < year < date.max.year:
        raise NotFoundError
    pairs = queries.pairs(database(), CalendarDay)
    days = [_day(key[0], pair) for key, pair in pairs.items() if key[0].year == year and pair.effective.active]
    fields = fields_of(DaysDraft, values, problems, decisions.vocabularies())
    months = [_month(year, month, {row["day"]: row for row in days}) for month in range(1, 13)]
    return _page(
        "reference/calendar.html",
        "this_year",
        year=year,
        days=days,
        months=months,
        fields=list(fields.values()),
        problems=problems,
    )


def _day(day: date, pair: Pair) -> dict[str, Any]:
    row = pair.effective
    kind = row.kind if isinstance(row, CalendarDay) else ""
    return {"day": day, "kind": kind, "label": DAY_LABELS[kind], "note": row.note, **_origin(row, pair)}


def _month(year: int, month: int, days: dict[date, dict[str, Any]]) -> dict[str, Any]:
    """A month as weeks of days, None where the week lies outside it."""
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return {
        "label": f"{year}-{month:02d}",
        "weeks": [[(day, days.get(day)) if day.month == month else None for day in week] for week in weeks],
    }


# Documents and how they are numbered


@blueprint.get("/forms")
def forms() -> ResponseReturnValue:
    """The documents of the workflow and their number templates."""
    rows = [
        {"code": row.code, "name": row.name, "template": row.details["number_template"], **_origin(row, pair)}
        for row, pair in _terms("document_form")
    ]
    return _page("reference/forms.html", "forms", rows=rows)


@blueprint.get("/forms/<code>")
def form(code: str) -> ResponseReturnValue:
    """The form of the office's own numbering."""
    require(actor(), DECIDE)
    row = queries.term(database(), "document_form", code)
    return _number_page(row, dict(row.details), ())


@blueprint.post("/forms/<code>")
def decide_number(code: str) -> ResponseReturnValue:
    """Keep the office's numbering."""
    try:
        decisions.decide_number(database(), actor(), code, form_values())
    except RefusedError as refusal:
        return _number_page(queries.term(database(), "document_form", code), form_values(), refusal.problems), 422
    return _kept("reference.forms")


@blueprint.post("/forms/<code>/withdraw")
def withdraw_number(code: str) -> ResponseReturnValue:
    """Number as the table says again."""
    withdraw_own(database(), actor(), Term, ("document_form", code))
    return _kept("reference.forms")


def _number_page(row: Term, values: dict[str, Any], problems: Problems) -> str:
    title = msg("How “%(name)s” is numbered", name=row.name)
    return _form_page("forms", title, list(fields_of(NumberDraft, values, problems).values()), problems)


# Classes, filing scopes, vocabularies


@blueprint.get("/classes")
def classes() -> ResponseReturnValue:
    """The class outline as a tree."""
    return _page("reference/classes.html", "classes", nodes=_class_nodes(""))


@blueprint.get("/classes/<code>/below")
def classes_below(code: str) -> ResponseReturnValue:
    """One level of the outline."""
    return page("reference/class_nodes.html", nodes=_class_nodes(code))


@blueprint.get("/classes/<code>")
def class_page(code: str) -> ResponseReturnValue:
    """A class, those above it and those below."""
    path = queries.class_path(database(), code)
    if not path:
        raise NotFoundError
    origin = _origin(path[-1], queries.pairs(database(), ClassNode)[(code,)])
    facts = [{"label": gettext("Code"), "value": code, "kind": "code"}, {"label": gettext("Source"), **_said(path[-1])}]
    return _page("reference/class.html", "classes", path=path, nodes=_class_nodes(code), facts=facts, **origin)


@blueprint.get("/scopes/")
@blueprint.get("/scopes/<template>")
def scopes(template: str = "") -> ResponseReturnValue:
    """A filing scope with the mark of each keeper."""
    templates = queries.terms(database(), "scope_template")
    chosen = template or templates[0].code if templates else ""
    tree = queries.scope_tree(database(), chosen)
    if template and not tree:
        raise NotFoundError
    tabs = [
        {"label": row.name, "href": url_for(".scopes", template=row.code), "active": row.code == chosen}
        for row in templates
    ]
    return _page("reference/scopes.html", "scopes", templates=tabs, rows=[row for one in tree for row in _flat(one, 0)])


@blueprint.get("/terms/")
@blueprint.get("/terms/<kind>")
def terms(kind: str = "retention") -> ResponseReturnValue:
    """A vocabulary."""
    if kind not in KIND_LABELS:
        raise NotFoundError
    rows = [{"code": row.code, "name": row.name, "note": row.note, **_origin(row, pair)} for row, pair in _terms(kind)]
    tabs = [
        {"label": label, "href": url_for(".terms", kind=one), "active": one == kind}
        for one, label in KIND_LABELS.items()
    ]
    return _page("reference/terms.html", "terms", kinds=tabs, rows=rows, title=KIND_LABELS[kind])


def _class_nodes(parent: str) -> list[dict[str, Any]]:
    with_children = {node.parent_code for node in queries.in_use(database(), ClassNode)}
    return [
        {
            "id": node.code,
            "label": node.name,
            "code": node.code,
            "href": url_for("reference.class_page", code=node.code),
            "children_url": url_for("reference.classes_below", code=node.code) if node.code in with_children else None,
        }
        for node in queries.classes_below(database(), parent)
    ]


def _flat(branch: ScopeBranch, depth: int) -> list[dict[str, Any]]:
    """A branch as rows of a table, each with its depth."""
    node = branch.node
    own = {
        "code": node.code,
        "name": node.name,
        "depth": depth,
        "marks": ["" if branch.children or mark == "-" else mark for mark in node.marks],
        "verified": node.verified,
        "is_heading": bool(branch.children),
    }
    return [own, *(row for child in branch.children for row in _flat(child, depth + 1))]


def _terms(kind: str) -> list[tuple[Term, Pair]]:
    found = [
        (pair.effective, pair)
        for key, pair in queries.pairs(database(), Term).items()
        if key[0] == kind and isinstance(pair.effective, Term)
    ]
    rows = [(row, pair) for row, pair in found if isinstance(row, Term) and row.active]
    return sorted(rows, key=lambda one: (one[0].rank, one[0].code))


# What the pages share


def _row(model: type[DeadlineRule], code: str) -> DeadlineRule:
    row = queries.effective(database(), model).get((code,))
    if row is None:
        raise NotFoundError
    return row


def _origin(row: Sourced, pair: Pair) -> dict[str, Any]:
    """Where a row comes from, as every table here shows it."""
    source = queries.source_of(row)
    return {
        "source": source.title if source else gettext("The office"),
        "source_clause": row.clause,
        "verified": row.verified,
        "is_own": pair.office is not None,
        "has_national": pair.national is not None,
    }


def _said(row: Sourced) -> dict[str, Any]:
    source = queries.source_of(row)
    return {"value": f"{source.title if source else gettext('The office')} {row.clause}".strip()}


def _kept(endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(str(msg("Saved.")), "good")
    return goto(endpoint, **values)


def _form_page(active: str, title: Message, fields: list[Any], problems: Problems) -> str:
    back = url_for(f"reference.{active}")
    return _page("reference/form.html", active, title=title, fields=fields, problems=problems, back=back)


_TABS = {
    "deadlines": msg("Deadlines"),
    "this_year": msg("Calendar"),
    "forms": msg("Document forms"),
    "classes": msg("Classes"),
    "scopes": msg("Filing scopes"),
    "terms": msg("Vocabularies"),
}


def _page(template: str, active: str, **context: Any) -> str:
    tabs = [
        {"label": label, "href": url_for(f"reference.{name}"), "active": name == active}
        for name, label in _TABS.items()
    ]
    return page(template, tabs_of=tabs, may_decide=DECIDE.allows(actor()), **context)
