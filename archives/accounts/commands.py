"""The command-line door of accounts and of the audit."""

from typing import Any

import click

from archives.accounts import queries, service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account
from archives.accounts.rules import login_key
from archives.config import Settings
from archives.core import audit
from archives.core.actors import TOP_CLEARANCE, Role
from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.drafts import read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.problems import errors_in

ROLES = click.Choice([role.value for role in Role])


def link_address(settings: Settings, token: str) -> str:
    """Where a one-time link leads on this machine."""
    scheme = "https" if settings.https else "http"
    return f"{scheme}://{settings.host}:{settings.port}/link?token={token}"


@click.group("accounts")
def accounts_group() -> None:
    """Accounts: list, create, one-time links for passwords."""


@accounts_group.command("list")
@click.pass_obj
def list_command(desk: Desk) -> None:
    """Every account with its roles."""
    with desk.backend.reading() as session:
        answer([_shown(account) for account in queries.every(session, desk.actor)])


def _shown(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "name": account.name,
        "roles": sorted(account.role_set),
        "clearance": account.clearance,
        "organisation_id": account.organisation_id,
        "active": account.is_active,
        "has_password": account.password_hash is not None,
    }


@accounts_group.command("create")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="May be repeated."
)
@click.option("--organisation", default="", help="For people of a client, contractor or supervisor: as registered.")
@click.option("--clearance", type=click.IntRange(0, TOP_CLEARANCE), default=0, show_default=True)
@click.pass_obj
def create_command(
    desk: Desk, login: str, name: str, roles: tuple[str, ...], organisation: str, clearance: int
) -> None:
    """Make an account; prints a one-time link that sets its password."""
    reading = read(AccountDraft, {"login": login, "name": name, "organisation": organisation}, {})
    if errors_in(reading.problems):
        raise RefusedError(reading.problems)
    with desk.backend.writing() as session:
        account = service.create(session, desk.actor, reading.draft)
        service.assign_roles(session, desk.actor, account, {Role(role) for role in roles}, clearance)
        token = service.issue_link(session, desk.actor, account)
    answer({**_shown(account), "link": link_address(desk.settings, token)})


@accounts_group.command("link")
@click.argument("login")
@click.pass_obj
def link_command(desk: Desk, login: str) -> None:
    """Print a new one-time link for somebody's password; earlier links end."""
    with desk.backend.writing() as session:
        account = queries.by_login(session, login_key(login))
        if account is None:
            raise NotFoundError(msg("There is no account %(login)s.", login=login))
        token = service.issue_link(session, desk.actor, account)
    answer({"login": account.login, "link": link_address(desk.settings, token)})


@click.group("audit")
def audit_group() -> None:
    """The append-only record of who changed what."""


@audit_group.command("verify")
@click.pass_context
def verify_command(context: click.Context) -> None:
    """Recompute the whole chain; exit 1 names the first broken entry."""
    desk: Desk = context.obj
    with desk.backend.reading() as session:
        verdict = audit.verify(session)
    answer({"entries": verdict.entries, "head": verdict.head, "broken": verdict.broken})
    if verdict.broken is not None:
        say(msg("The audit is broken at entry %(seq)d.", seq=verdict.broken))
        context.exit(PROBLEMS)
