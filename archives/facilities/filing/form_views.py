"""The form of a yearly return: what is typed is kept until it is saved; last year and our own figures beside it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, make_response, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.clock import local, now, today
from archives.core.drafts import read
from archives.core.errors import ConflictError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.facilities.actions import ENTER, REGISTER
from archives.facilities.drafts import AreaDraft, ReturnDraft
from archives.facilities.filing import drafting, keeping, presenting, queries
from archives.facilities.filing.own_figures import is_own, own_figures
from archives.facilities.filing.queries import Filing
from archives.facilities.filing.values import of_form, typed_area, typed_return
from archives.facilities.vocabularies import vocabularies
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("form", __name__)
LONGEST_REASON = 1000
LAST_YEAR = "last_year"
"""The button that fills what seldom changes from last year's return."""


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Whose return of which year."""
    require(actor(), REGISTER)
    return _new_page({"code": request.args.get("code", ""), "year": str(today().year - 1)}, ())


@blueprint.post("/new")
def begin() -> ResponseReturnValue:
    """Open its form; the area is registered with what the form says of it."""
    require(actor(), REGISTER)
    values = form_values()
    code = read(AreaDraft, {"code": values.get("code", "")}, vocabularies())
    figures = read(ReturnDraft, {"year": values.get("year", "")}, {})
    problems = [*code.problems, *figures.problems]
    year = figures.draft.year
    if year is None and not figures.problems:
        problems.append(Problem("year.missing", msg("%(label)s is missing.", label=msg("Year")), "year"))
    elif year is not None and year > today().year:
        problems.append(Problem("year.future", msg("The year %(year)s has not come yet.", year=year), "year"))
    if code.draft.code and not code.draft.code.replace("-", "").isalnum():
        problems.append(Problem("code.signs", msg("An area's code has up to 12 digits and letters."), "code"))
    if problems or year is None:
        return _new_page(values, problems), 422
    return goto(".edit", code=code.draft.code, year=year)


def _new_page(values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    fields = fields_of(AreaDraft, values, problems, vocabularies()) | fields_of(
        ReturnDraft, values, problems, vocabularies()
    )
    return page(
        "facilities/filing/new.html",
        fields=[fields["code"], fields["year"]],
        problems=problems,
        breadcrumbs=_crumbs((gettext("New return"), None)),
    )


@blueprint.get("/<code>/<int:year>/edit")
def edit(code: str, year: int) -> ResponseReturnValue:
    """The form, filled with what is known."""
    filing = _mine_to_write(code, year)
    values = typed_area(filing.area, filing.institution, filing.filed) | typed_return(filing.filed)
    typed = keeping.kept_for(database(), actor(), code, year)
    if typed is None:
        own = {} if filing.filed else {name: str(number) for name, number in _own(filing).items() if number}
        return _form_page(filing, values | own, ())
    differing = presenting.differing(values, typed.values, filing.lists)
    if typed.version != (filing.filed.version if filing.filed else None):
        return _form_page(filing, values, (), keeping.Back(typed.typed_at, False, differing))
    return _form_page(filing, values | typed.values, (), keeping.Back(typed.typed_at, True, differing))


@blueprint.post("/<code>/<int:year>/forget")
def forget(code: str, year: int) -> ResponseReturnValue:
    """Throw away what was typed and not saved."""
    require(actor(), ENTER)
    keeping.forget(database(), actor(), code, year)
    flash(gettext("Thrown away. The form shows what is stored."), "good")
    return goto(".edit", code=code, year=year)


@blueprint.post("/<code>/<int:year>/edit")
def save(code: str, year: int) -> ResponseReturnValue:
    """Save it, and go on as the button says: back to the form with a figure taken, to the return, or submit it."""
    filing = _mine_to_write(code, year)
    drafting.check_version(actor(), filing, request.form.get("version", ""))
    taken = request.form.get("take", "")
    values = _taken(filing, _sent(filing), taken)
    remarks = drafting.remarks_on(database(), drafting.entry_of(filing, values))
    doubts = [] if taken else drafting.unseen(remarks, request.form.get("seen", "").split())
    if errors_in(remarks) or doubts:
        return _form_page(filing, values, remarks), 422
    problems = errors_in(drafting.save(database(), actor(), filing, values))
    if problems:
        return _form_page(filing, values, problems), 422
    if taken:
        return goto(".edit", code=code, year=year, _anchor="own" if taken != LAST_YEAR else None)
    if request.form.get("then") == "submit":
        filed = queries.filing_of(database(), actor(), code, year)
        drafting.submit(database(), actor(), filed.filed)
        flash(gettext("Submitted. It counts in every rate from now on."), "good")
    else:
        flash(gettext("Saved."), "good")
    return goto("facility_returns.show", code=code, year=year)


@blueprint.post("/<code>/<int:year>/autosave")
def autosave(code: str, year: int) -> ResponseReturnValue:
    """Keep what was typed so far for whoever typed it; says when, and what is to be corrected before it is saved."""
    filing = _mine_to_write(code, year)
    values, problems = _sent(filing), list[Problem]()
    try:
        drafting.check_version(actor(), filing, request.form.get("version", ""))
        is_kept = keeping.keep(database(), actor(), filing, values)
        problems = errors_in(drafting.remarks_on(database(), drafting.entry_of(filing, values)))
    except ConflictError as refusal:
        is_kept, problems = False, [Problem("autosave.refused", refusal.message)]
    answer = make_response(
        page("facilities/filing/saved.html", is_kept=is_kept, problems=problems, at=local(now()).strftime("%H:%M"))
    )
    if is_kept:
        answer.headers["HX-Trigger"] = "saved"
    return answer


def _mine_to_write(code: str, year: int) -> Filing:
    drafting.check_year(year)
    filing = queries.filing_of(database(), actor(), code, year)
    drafting.require_writing(actor(), filing)
    return filing


def _sent(filing: Filing) -> dict[str, str]:
    return of_form(request.form, filing.lists.asked(), with_area=REGISTER.allows(actor()))


def _taken(filing: Filing, values: Mapping[str, str], taken: str) -> dict[str, str]:
    """The form with what a button takes over: a figure of our own system, or last year's lasting ones."""
    if taken == LAST_YEAR:
        return drafting.with_last_year(filing, values)
    own = _own(filing) if taken else {}
    return {**values, taken: str(own[taken])} if taken in own else dict(values)


def _own(filing: Filing) -> dict[str, int]:
    if not is_own(database(), filing.area, filing.institution):
        return {}
    return own_figures(database(), actor(), filing.year)


def _form_page(
    filing: Filing, values: Mapping[str, str], problems: Sequence[Problem], back: keeping.Back | None = None
) -> str:
    with_area = REGISTER.allows(actor())
    name = (filing.area.name if filing.area else "") or filing.code
    warnings = sorted({one.code for one in problems if one.severity == "warning"})
    return page(
        "facilities/filing/form.html",
        filing=filing,
        name=name,
        groups=presenting.form_groups(filing, values, problems, vocabularies(), with_area=with_area),
        back=back,
        own=presenting.own_table(filing, values, _own(filing)),
        problems=presenting.named(problems, filing.lists, linked=True),
        seen=" ".join(warnings),
        is_warned=bool(warnings) and not errors_in(problems),
        is_open=drafting.is_open(filing),
        with_area=with_area,
        version=filing.filed.version if filing.filed else "",
        breadcrumbs=_crumbs(
            (f"{name} {filing.year}", url_for("facility_returns.show", code=filing.code, year=filing.year))
            if filing.area
            else (filing.code, None),
            (gettext("Edit"), None),
        ),
    )


def _crumbs(*way: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(gettext("Yearly returns"), url_for("facility_returns.index")), *way]
