"""The HTML door of a person's own keys for programs."""

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from archives.accounts import queries, service, tokens
from archives.accounts.drafts import TokenDraft
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import RefusedError
from archives.core.language import msg
from archives.core.problems import Problem, errors_in
from archives.web.application import database, here
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
USUAL_DAYS = "90"


@blueprint.get("")
def mine() -> ResponseReturnValue:
    """One's keys, and the form that makes another."""
    return _page({"days": USUAL_DAYS}, [], ())


def _page(values: dict[str, str], chosen: list[str], problems: tuple[Problem, ...]) -> str:
    account = service.own(database(), actor())
    scopes = here().registry.scopes
    return page(
        "accounts/tokens.html",
        keys=queries.usable_tokens(database(), account.id, now()),
        scopes=scopes,
        fields=fields_of(TokenDraft, values, problems),
        opens=_scope_field(chosen, problems),
        problems=problems,
    )


def _scope_field(chosen: list[str], problems: tuple[Problem, ...]) -> FormField:
    return FormField(
        name="scopes",
        label=str(msg("What it opens")),
        kind="choices",
        value=chosen,
        required=True,
        choices=[(code, str(label)) for code, label in here().registry.scopes.items()],
        problems=[problem for problem in problems if problem.field == "scopes"],
    )


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Make a key and show it, once."""
    values, chosen = form_values(), request.form.getlist("scopes")
    known = here().registry.scopes
    reading = read(TokenDraft, {name: values.get(name) for name in ("name", "days")}, {})
    problems = [*reading.problems, *tokens.check_scopes(chosen, known)]
    if errors_in(problems):
        return _page(values, chosen, tuple(problems)), 422
    try:
        token = tokens.make_token(database(), actor(), reading.draft, chosen, known)
    except RefusedError as refusal:
        return _page(values, chosen, refusal.problems), 422
    return page("accounts/token.html", name=reading.draft.name, token=token)


@blueprint.post("/<int:token_id>/revoke")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a key."""
    tokens.revoke_token(database(), actor(), token_id)
    flash(str(msg("The key is revoked; programs that use it are turned away.")), "good")
    return goto("tokens.mine")
