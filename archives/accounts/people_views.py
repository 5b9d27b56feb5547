"""The HTML door of two administrators: the accounts, who may do what, and what the office decides."""

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.accounts import queries, rules, service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account
from archives.core import office as decisions
from archives.core.actors import Role
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import RefusedError
from archives.core.language import Message, gettext, msg
from archives.core.permissions import Action, Grant, always, require
from archives.core.problems import Problem, errors_in
from archives.web.application import database, here
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page, pager

blueprint = Blueprint("people", __name__, url_prefix="/accounts")
permissions = Blueprint("permissions", __name__, url_prefix="/permissions")
office = Blueprint("office", __name__, url_prefix="/office")

Problems = Sequence[Problem]


# The accounts


@blueprint.get("")
def everybody() -> ResponseReturnValue:
    """The accounts, filtered."""
    require(actor(), rules.SEE)
    wanted = _wanted()
    shown = queries.listed(
        database(), actor(), wanted, after=request.args.get("after"), before=request.args.get("before")
    )
    return page(
        "accounts/people.html",
        rows=shown.rows,
        pager_of=pager(shown),
        filters_of=_filter_fields(wanted),
        active=bool(wanted.words) + bool(wanted.role) + wanted.active_only,
        organisations=queries.organisation_names(database(), {row.organisation_id for row in shown.rows}),
        role_names=rules.role_names,
        clearances=rules.CLEARANCES,
        may_create=rules.CREATE.allows(actor()),
        now=now(),
    )


def _wanted() -> queries.AccountFilter:
    role = request.args.get("role", "")
    return queries.AccountFilter(
        words=request.args.get("words", "").strip(),
        role=Role(role) if role in set(Role) else None,
        active_only=request.args.get("active_only") == "1",
    )


def _filter_fields(wanted: queries.AccountFilter) -> list[FormField]:
    return [
        FormField("words", gettext("Login or name"), "text", wanted.words),
        FormField("role", gettext("Role"), "select", wanted.role or "", choices=_role_choices()),
        FormField("active_only", gettext("Active accounts only"), "checkbox", wanted.active_only),
    ]


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, str(label)) for role, label in rules.ROLE_LABELS.items()]


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form for a new account."""
    require(actor(), rules.CREATE)
    return _new_page({}, ())


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Make an account, without roles and without a password."""
    try:
        made = service.create(database(), actor(), _draft())
    except RefusedError as refusal:
        return _new_page(form_values(), refusal.problems), 422
    flash(gettext("The account is made. It still needs roles, and a one-time link for its password."), "good")
    return goto("people.show", account_id=made.id)


def _draft() -> AccountDraft:
    """What the form says. Raises RefusedError."""
    reading = read(AccountDraft, form_values(), {})
    if errors_in(reading.problems):
        raise RefusedError(reading.problems)
    return reading.draft


def _new_page(values: Mapping[str, object], problems: Problems) -> str:
    return page("accounts/new.html", fields=_particulars(values, problems), problems=problems)


def _particulars(values: Mapping[str, object], problems: Problems) -> dict[str, FormField]:
    fields = fields_of(AccountDraft, values, problems)
    fields["organisation"].kind = "organisation"
    return fields


@blueprint.get("/<int:account_id>")
def show(account_id: int) -> ResponseReturnValue:
    """One account, with what the reader may do to it."""
    require(actor(), rules.SEE)
    return _account_page(_account(account_id))


def _account(account_id: int) -> Account:
    return queries.by_id(database(), actor(), account_id)


def _account_page(
    account: Account,
    *,
    particulars: Mapping[str, object] | None = None,
    roles: tuple[Sequence[str], str] | None = None,
    problems: Problems = (),
) -> str:
    organisation = queries.organisation_names(database(), [account.organisation_id]).get(account.organisation_id or 0)
    stored = {"login": account.login, "name": account.name, "organisation": organisation}
    chosen, clearance = roles or (sorted(account.role_set), str(account.clearance))
    return page(
        "accounts/person.html",
        account=account,
        organisation=organisation,
        role_names=rules.role_names(account.role_set),
        clearance=rules.CLEARANCES[account.clearance],
        locked=account.is_locked(now()),
        sessions=len(queries.open_sessions(database(), account.id, now())),
        particulars=_particulars(particulars or stored, problems),
        role_fields=_role_fields(chosen, clearance, problems),
        problems=problems,
        may={action.name.partition(".")[2]: action.allows(actor(), account) for action in rules.ACTIONS},
    )


def _role_fields(chosen: Sequence[str], clearance: str, problems: Problems) -> list[FormField]:
    ranks = [(str(rank), str(label)) for rank, label in enumerate(rules.CLEARANCES)]
    return [
        FormField(
            "roles", gettext("Roles"), "choices", chosen, choices=_role_choices(), problems=_of(problems, "roles")
        ),
        FormField(
            "clearance",
            gettext("Clearance"),
            "select",
            clearance,
            required=True,
            choices=ranks,
            problems=_of(problems, "clearance"),
        ),
    ]


def _of(problems: Problems, name: str) -> list[Problem]:
    return [problem for problem in problems if problem.field == name]


@blueprint.post("/<int:account_id>")
def amend(account_id: int) -> ResponseReturnValue:
    """Change the particulars."""
    account = _account(account_id)
    try:
        service.amend(database(), actor(), account, _draft())
    except RefusedError as refusal:
        return _account_page(account, particulars=form_values(), problems=refusal.problems), 422
    return _done(account, msg("The particulars are saved."))


@blueprint.post("/<int:account_id>/roles")
def assign(account_id: int) -> ResponseReturnValue:
    """Give roles and clearance."""
    account = _account(account_id)
    chosen, clearance = request.form.getlist("roles"), request.form.get("clearance", "")
    try:
        service.assign_roles(database(), actor(), account, *_read_roles(chosen, clearance))
    except RefusedError as refusal:
        return _account_page(account, roles=(chosen, clearance), problems=refusal.problems), 422
    return _done(account, msg("Roles and clearance are saved; the person logs in anew."))


def _read_roles(chosen: Sequence[str], clearance: str) -> tuple[set[Role], int]:
    """What the form says. Raises RefusedError for what is no role or no rank."""
    unknown = set(chosen) - set(Role)
    if unknown:
        raise RefusedError([Problem("roles.unknown", msg("There is no role %(name)s.", name=min(unknown)), "roles")])
    if not clearance.isdecimal() or int(clearance) >= len(rules.CLEARANCES):
        raise RefusedError([Problem("clearance.range", msg("Choose a clearance."), "clearance")])
    return {Role(name) for name in chosen}, int(clearance)


@blueprint.get("/<int:account_id>/deactivate")
def ask_deactivate(account_id: int) -> ResponseReturnValue:
    """Ask before closing the account."""
    account = _account(account_id)
    require(actor(), rules.DEACTIVATE, account)
    return page(
        "layouts/confirm.html",
        title=gettext("Close the account"),
        message=str(msg("%(login)s can no longer log in and is signed out everywhere.", login=account.login)),
        submit_label=gettext("Close the account"),
        cancel_href=url_for("people.show", account_id=account_id),
        danger=True,
    )


@blueprint.post("/<int:account_id>/deactivate")
def deactivate(account_id: int) -> ResponseReturnValue:
    """Close the account."""
    account = _account(account_id)
    try:
        service.deactivate(database(), actor(), account)
    except RefusedError as refusal:
        return _account_page(account, problems=refusal.problems), 422
    return _done(account, msg("The account is closed; the person is signed out."))


@blueprint.post("/<int:account_id>/reactivate")
def reactivate(account_id: int) -> ResponseReturnValue:
    """Open the account again."""
    account = _account(account_id)
    service.reactivate(database(), actor(), account)
    return _done(account, msg("The account is open again."))


@blueprint.post("/<int:account_id>/unlock")
def unlock(account_id: int) -> ResponseReturnValue:
    """Let a locked person try again."""
    account = _account(account_id)
    service.unlock(database(), actor(), account)
    return _done(account, msg("The account is unlocked."))


@blueprint.post("/<int:account_id>/link")
def link(account_id: int) -> ResponseReturnValue:
    """A one-time link, shown on this page and nowhere else again."""
    account = _account(account_id)
    token = service.issue_link(database(), actor(), account)
    return page("accounts/issued.html", account=account, token=token)


def _done(account: Account, said: Message) -> ResponseReturnValue:
    flash(str(said), "good")
    return goto("people.show", account_id=account.id)


# Who may do what


@permissions.get("")
def table() -> ResponseReturnValue:
    """The permission table as the program has it."""
    require(actor(), rules.READ_PERMISSIONS)
    rows = [
        {
            "label": gettext(action.label),
            "name": action.name,
            "free": _roles_of(grant for grant in action.grants if grant.when is always),
            "bound": _roles_of(grant for grant in action.grants if grant.when is not always),
        }
        for action in sorted(here().registry.actions, key=_action_name)
    ]
    return page("accounts/permissions.html", rows=rows)


def _action_name(action: Action) -> str:
    return action.name


def _roles_of(grants: Iterable[Grant]) -> list[str]:
    return rules.role_names({role for grant in grants for role in grant.roles})


# What the office decides


@office.get("")
def show_decisions() -> ResponseReturnValue:
    """What the office decides for itself."""
    require(actor(), decisions.DECIDE)
    return _office_page(decisions.all_decided(database()), ())


@office.post("")
def decide() -> ResponseReturnValue:
    """Save the decisions."""
    try:
        decisions.decide_all(database(), actor(), form_values())
    except RefusedError as refusal:
        return _office_page(form_values(), refusal.problems), 422
    flash(gettext("The office's decisions are saved."), "good")
    return goto("office.show_decisions")


def _office_page(values: Mapping[str, str], problems: Problems) -> str:
    fields = [_decision_field(decision, values.get(key, ""), problems) for key, decision in decisions.DECISIONS.items()]
    return page("accounts/office.html", fields=fields, problems=problems)


_FIELD_KINDS = {"choice": "select", "number": "integer"}


def _decision_field(decision: decisions.Decision, value: str, problems: Problems) -> FormField:
    return FormField(
        decision.key,
        gettext(decision.label),
        _FIELD_KINDS.get(decision.kind, "text"),
        value,
        required=decision.kind == "choice",
        help=_places(decision),
        choices=[(choice, str(CHOICE_LABELS.get(choice, choice))) for choice in decision.choices],
        problems=_of(problems, decision.key),
    )


CHOICE_LABELS = {
    "three_step": msg("Three steps: one checks, another reviews, a third approves"),
    "two_step": msg("Two steps: one checks, another approves"),
}


def _places(decision: decisions.Decision) -> str:
    if decision.kind != "template":
        return ""
    places = " ".join(f"{{{name}}}" for name in sorted(decision.places))
    return str(msg("It may use %(places)s; :04d after a name writes a number with four digits.", places=places))
