"""The HTML door of accounts: in and out, one's own account, and what the three administrators look after."""

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from archives.accounts import audit_views, people_views, queries, rules, service, token_views
from archives.accounts.passwords import token_hash
from archives.core.clock import now
from archives.core.errors import RefusedError
from archives.core.language import msg
from archives.core.office import DECIDE
from archives.core.problems import Problem
from archives.web.application import database, here
from archives.web.guard import TOKEN, actor, public, safe_next
from archives.web.pages import Entry, Section, goto, page

blueprint = Blueprint("accounts", __name__)
BLUEPRINTS = (
    blueprint,
    token_views.blueprint,
    people_views.blueprint,
    people_views.permissions,
    people_views.office,
    audit_views.blueprint,
)
MENU = Section(
    "Administration",
    (
        Entry("Accounts", "users", "people.everybody", rules.SEE.allows),
        Entry("Permission table", "shield-lock", "permissions.table", rules.READ_PERMISSIONS.allows),
        Entry("The office's decisions", "adjustments", "office.show_decisions", DECIDE.allows),
        Entry("Audit", "list-check", "audit.entries", rules.READ_AUDIT.allows),
    ),
)


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    """The form to sign in with."""
    return _login_page({}, ())


@blueprint.post("/login")
@public
def enter() -> ResponseReturnValue:
    """Sign in and go on to where the reader was going."""
    name, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        token = service.sign_in(database(), here().settings, name, password, device=request.user_agent.string)
    except RefusedError as refusal:
        return _login_page({"login": name}, refusal.problems), 422
    # A new cookie, and with it a new CSRF token: nothing of before the sign-in is carried over.
    session.clear()
    session[TOKEN] = token
    return redirect(safe_next(request.form.get("next"), "/"), code=303)


def _login_page(values: dict[str, str], problems: tuple[Problem, ...]) -> str:
    wanted = safe_next(request.values.get("next"), "")
    return page("accounts/login.html", values=values, problems=problems, next=wanted)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session."""
    service.sign_out(database(), actor(), session[TOKEN])
    session.clear()
    return goto("accounts.login")


@blueprint.get("/link")
@public
def link() -> ResponseReturnValue:
    """Behind a one-time link: the form that sets a password. The token stays out of the path, and so out of logs."""
    account = service.account_of_link(database(), request.args.get("token", ""))
    return _password_page(account.login, ())


@blueprint.post("/link")
@public
def use_link() -> ResponseReturnValue:
    """Set the password and ask to sign in with it."""
    token = request.args.get("token", "")
    try:
        service.use_link(database(), here().settings, token, _new_password())
    except RefusedError as refusal:
        return _password_page(service.account_of_link(database(), token).login, refusal.problems), 422
    session.clear()
    flash(str(msg("Your password is set. Log in with it.")), "good")
    return goto("accounts.login")


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """One's own account, and where one is signed in."""
    mine = service.own(database(), actor())
    return page(
        "accounts/account.html",
        account=mine,
        organisation=queries.organisation_names(database(), [mine.organisation_id]).get(mine.organisation_id or 0),
        roles=rules.role_names(mine.role_set),
        clearance=str(rules.CLEARANCES[mine.clearance]),
        sessions=queries.open_sessions(database(), mine.id, now()),
        current=token_hash(session[TOKEN]),
    )


@blueprint.get("/account/password")
def change_password() -> ResponseReturnValue:
    """The form that changes one's own password."""
    return _own_password_page(())


@blueprint.post("/account/password")
def save_password() -> ResponseReturnValue:
    """Change one's own password."""
    present = request.form.get("password", "")
    try:
        service.change_password(database(), here().settings, actor(), present, _new_password(), session[TOKEN])
    except RefusedError as refusal:
        return _own_password_page(refusal.problems), 422
    flash(str(msg("Your password is changed; other devices are signed out.")), "good")
    return goto("accounts.account")


@blueprint.post("/account/sessions")
def end_others() -> ResponseReturnValue:
    """Sign out on all other devices."""
    service.end_other_sessions(database(), actor(), session[TOKEN])
    flash(str(msg("Other devices are signed out.")), "good")
    return goto("accounts.account")


def _own_password_page(problems: tuple[Problem, ...]) -> str:
    mine = service.own(database(), actor())
    return _password_page(mine.login, problems, needs_current=True, cancel_href=url_for("accounts.account"))


def _new_password() -> str:
    """The new password, typed twice alike. Raises RefusedError."""
    password = request.form.get("new_password", "")
    if password != request.form.get("repeat", ""):
        raise RefusedError([Problem("password.repeat", msg("The two passwords differ."), "repeat")])
    return password


def _password_page(
    login_name: str, problems: tuple[Problem, ...], *, needs_current: bool = False, cancel_href: str = ""
) -> str:
    return page(
        "accounts/set_password.html",
        login=login_name,
        problems=problems,
        needs_current=needs_current,
        shortest=here().settings.password_length,
        cancel_href=cancel_href,
    )
