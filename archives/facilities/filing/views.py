"""The web door of yearly returns: a year's list, who is late, one return, and its way from draft to accepted."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from archives.core import history, office
from archives.core.clock import today
from archives.core.documents import render
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import current_language, gettext, msg, ngettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import service
from archives.facilities.actions import CHECK, ENTER, REGISTER, REMIND, SEE
from archives.facilities.drafts import LEVEL, ReminderDraft
from archives.facilities.filing import drafting, form_views, import_views, presenting, queries, reminding
from archives.facilities.filing.giving import late_workbook
from archives.facilities.filing.own_figures import is_own, own_figures
from archives.facilities.filing.queries import Asked, Filing
from archives.facilities.models import ACCEPTED, COUNTED, SUBMITTED, YearlyReturn
from archives.facilities.vocabularies import vocabularies
from archives.web.application import database
from archives.web.forms import FormField, fields_of
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, goto, page, pager
from archives.web.revisions import shown_revisions

blueprint = Blueprint("facility_returns", __name__, url_prefix="/facilities/returns")
blueprint.register_blueprint(import_views.blueprint)
blueprint.register_blueprint(form_views.blueprint)
LONGEST_CODE = 12


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The list of a year: every area that should file, and how far its return is."""
    require(actor(), SEE)
    asked = _asked()
    shown = queries.lines_page(database(), actor(), asked, request.args.get("after"), request.args.get("before"))
    counts = queries.counts_of(database(), actor(), asked)
    return page(
        "facilities/filing/index.html",
        asked=asked,
        region=_region(asked),
        filters_of=_filters(asked),
        active=bool(asked.region) + bool(asked.state),
        states=presenting.STATES,
        counts=[(state, number, _address(asked, state)) for state, number in counts.items()],
        untold=queries.untold(database(), actor(), asked),
        is_empty=not sum(counts.values()) and not queries.has_areas(database(), actor()),
        rows=shown.rows,
        pager_of=pager(shown),
        levels=vocabularies()[LEVEL],
        may_enter=ENTER.allows(actor()),
        may_register=REGISTER.allows(actor()),
    )


@blueprint.get("/late")
def late() -> ResponseReturnValue:
    """Those who have not filed: a list to remind them by."""
    require(actor(), SEE)
    return _late_page(_asked(), "", ())


def _late_page(asked: Asked, until: str, problems: Sequence[Problem], chosen: Collection[str] = ()) -> str:
    rows = queries.late_lines(database(), actor(), asked)
    return page(
        "facilities/filing/late.html",
        asked=asked,
        region=_region(asked),
        filters_of=_filters(asked)[:2],
        rows=rows,
        times=reminding.reminded(database(), asked.year, rows),
        until=fields_of(ReminderDraft, {"until": until}, problems)["until"],
        problems=problems,
        may_remind=REMIND.allows(actor()),
        chosen=chosen,
        states=presenting.STATES,
        levels=vocabularies()[LEVEL],
        breadcrumbs=_crumbs((gettext("Not filed yet"), None)),
    )


@blueprint.post("/late")
def remind() -> ResponseReturnValue:
    """Note that the chosen ones are reminded, and by which day their return is asked for."""
    require(actor(), REMIND)
    asked, chosen = _asked(), set(request.form.getlist("codes"))
    lines = [line for line in queries.late_lines(database(), actor(), asked) if line.area.code in chosen]
    until = request.form.get("until", "")
    try:
        number = reminding.remind(database(), actor(), lines, asked.year, until)
    except RefusedError as refusal:
        return _late_page(asked, until, refusal.problems, chosen), 422
    told = ngettext(
        "%(num)d area is reminded. Print the letters.", "%(num)d areas are reminded. Print the letters.", number
    )
    flash(told % {"num": number}, "good")
    return goto(".late", year=asked.year, region=asked.region or None)


@blueprint.get("/late.pdf")
def late_letters() -> ResponseReturnValue:
    """A letter for each reminded area of the list, to be sent apart."""
    require(actor(), SEE)
    asked = _asked()
    lines = queries.late_lines(database(), actor(), asked)
    times = reminding.reminded(database(), asked.year, lines)
    if not times:
        raise NotFoundError(msg("Nobody of this list was reminded yet."))
    said = reminding.letters(lines, times, asked.year, office.decided(database(), "institution"))
    content = render("facility_reminder", said, language=current_language())
    return document(content, str(msg("reminders for %(year)s.pdf", year=asked.year)))


@blueprint.get("/late.xlsx")
def late_list() -> ResponseReturnValue:
    """The same as a workbook."""
    require(actor(), SEE)
    asked = _asked()
    lines = queries.late_lines(database(), actor(), asked)
    content = late_workbook(lines, reminding.reminded(database(), asked.year, lines), vocabularies())
    return document(content, str(msg("not filed for %(year)s.xlsx", year=asked.year)), WORKBOOK)


@blueprint.get("/<code>/<int:year>")
def show(code: str, year: int) -> ResponseReturnValue:
    """One return: its figures by groups, what is doubtful, what may be done with it, its history."""
    filing = _filing(code, year)
    words, filed, lists = vocabularies(), filing.filed, filing.lists
    is_ours = is_own(database(), filing.area, filing.institution)
    own = own_figures(database(), actor(), year) if is_ours and filed is not None else {}
    revisions = history.of(database(), service.RETURN, filed.id) if filed is not None else []
    return page(
        "facilities/filing/show.html",
        filing=filing,
        name=_name(filing),
        state=presenting.STATES[filed.state if filed else queries.NOT_FILED],
        groups=presenting.shown_groups(filing, words, own) if filed is not None else [],
        remarks=_remarks(filing),
        is_own=is_ours,
        entries=shown_revisions(
            revisions,
            lambda name: presenting.label_of(name, lists),
            lambda name, value: presenting.word_of(words, lists, name, value),
        ),
        results=url_for("facility_areas.show", code=filing.code, year=year),
        breadcrumbs=_crumbs((f"{_name(filing)} {year}", None)),
        **_verbs(filing),
    )


def _remarks(filing: Filing) -> list[Problem]:
    """What is doubtful about a return that is not closed yet."""
    if filing.filed is None or filing.filed.state == ACCEPTED:
        return []
    return presenting.named(drafting.remarks_on_stored(database(), filing), filing.lists, linked=False)


def _verbs(filing: Filing) -> dict[str, Any]:
    """What the reader may do with a return as it stands."""
    filed = filing.filed
    checks = CHECK.allows(actor(), filed) if filed is not None else False
    return {
        "may_edit": drafting.may_write(actor(), filing),
        "may_submit": filed is not None and drafting.is_open(filing) and ENTER.allows(actor()),
        "may_accept": checks and filed is not None and filed.state == SUBMITTED,
        "may_give_back": checks and filed is not None and filed.state in COUNTED,
        "is_mine_to_check": filed is not None and filed.state == SUBMITTED and not checks and REGISTER.allows(actor()),
    }


@blueprint.post("/<code>/<int:year>/submit")
def submit(code: str, year: int) -> Response:
    """File a draft, or one that was given back."""
    service.submit(database(), actor(), _filed(code, year))
    flash(gettext("Submitted. It counts in every rate from now on."), "good")
    return goto(".show", code=code, year=year)


@blueprint.post("/<code>/<int:year>/accept")
def accept(code: str, year: int) -> Response:
    """Find it sound; it is closed."""
    service.accept(database(), actor(), _filed(code, year))
    flash(gettext("Accepted. It stays closed until it is given back."), "good")
    return goto(".show", code=code, year=year)


@blueprint.get("/<code>/<int:year>/give-back")
def ask_to_give_back(code: str, year: int) -> ResponseReturnValue:
    """Why it is given back."""
    filed = _filed(code, year)
    require(actor(), CHECK, filed)
    return _give_back_page(code, year, "", ())


@blueprint.post("/<code>/<int:year>/give-back")
def give_back(code: str, year: int) -> ResponseReturnValue:
    """Give it back to be corrected."""
    reason = request.form.get("reason", "")
    if len(reason) > form_views.LONGEST_REASON:
        sentence = msg("The reason is longer than %(most)d characters.", most=form_views.LONGEST_REASON)
        return _give_back_page(code, year, reason, (Problem("reason.too_long", sentence, "reason"),)), 422
    try:
        service.give_back(database(), actor(), _filed(code, year), reason)
    except RefusedError as refusal:
        return _give_back_page(code, year, reason, refusal.problems), 422
    flash(gettext("Given back. It counts in no rate until it is submitted again."), "good")
    return goto(".show", code=code, year=year)


def _give_back_page(code: str, year: int, reason: str, problems: tuple[Problem, ...]) -> str:
    filing = _filing(code, year)
    field = FormField("reason", gettext("Reason"), "textarea", reason, required=True, problems=list(problems))
    field.max_length = form_views.LONGEST_REASON
    return page(
        "facilities/filing/give_back.html",
        title=str(msg("Give back the return of %(name)s for %(year)s", name=_name(filing), year=year)),
        message=gettext("It can be corrected and submitted again. Until then it counts in no rate."),
        cancel_href=url_for(".show", code=code, year=year),
        submit_label=gettext("Give back"),
        field=field,
        breadcrumbs=_crumbs((f"{_name(filing)} {year}", url_for(".show", code=code, year=year))),
    )


def _filing(code: str, year: int) -> Filing:
    """An area's return of a year, whether it filed or not. Raises NotFoundError for an area that is not registered."""
    require(actor(), SEE)
    drafting.check_year(year)
    filing = queries.filing_of(database(), actor(), code, year)
    if filing.area is None:
        raise NotFoundError(msg("There is no administrative area %(code)s.", code=code))
    return filing


def _filed(code: str, year: int) -> YearlyReturn:
    filed = _filing(code, year).filed
    if filed is None:
        raise NotFoundError(msg("There is no return of %(code)s for %(year)s.", code=code, year=year))
    return filed


def _asked() -> Asked:
    """What the address asks; without a year the newest of which there is a return."""
    typed = request.args.get("year", "").strip()
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise NotFoundError(msg("There is no such year."))
    year = int(typed) if typed else max(queries.years_known(database(), actor()), default=today().year - 1)
    state = request.args.get("state", "")
    region = request.args.get("region", "").strip().replace("\0", "")[:LONGEST_CODE]
    return Asked(year, region, state if state in presenting.STATES else "")


def _region(asked: Asked) -> str:
    return queries.region_name(database(), actor(), asked.region) if asked.region else ""


def _filters(asked: Asked) -> list[FormField]:
    years = sorted({*queries.years_known(database(), actor()), asked.year, today().year - 1}, reverse=True)
    states = [("", gettext("All states")), *((code, str(label)) for code, (_, label, _) in presenting.STATES.items())]
    return [
        FormField("year", gettext("Year"), "select", str(asked.year), choices=[(str(one), str(one)) for one in years]),
        FormField("region", gettext("Region code"), "text", asked.region, max_length=LONGEST_CODE),
        FormField("state", gettext("State"), "select", asked.state, choices=states),
    ]


def _address(asked: Asked, state: str) -> str:
    return url_for(".index", year=asked.year, region=asked.region or None, state=state)


def _name(filing: Filing) -> str:
    return (filing.area.name if filing.area else "") or filing.code


def _crumbs(*way: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(gettext("Yearly returns"), url_for("facility_returns.index")), *way]
