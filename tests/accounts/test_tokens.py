"""Keys for programs: made by a person, hashed, narrow, ended; and how what programs ask for is refused."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Blueprint
from sqlalchemy import select

from archives.accounts import tokens
from archives.accounts.drafts import TokenDraft
from archives.accounts.models import Account, ApiToken
from archives.accounts.passwords import token_hash
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.clock import now, stopped_at
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import Message, msg
from archives.web.application import Application
from archives.web.guard import actor, for_programs
from tests.visitors import SignInAs, Visitor

PROBE, OTHER = "probe.read", "other.read"
KNOWN: dict[str, Message] = {PROBE: msg("Name"), OTHER: msg("Key")}
FORM = {"name": "desktop GIS", "days": "30", "scopes": [PROBE]}


@pytest.fixture
def app(app: Application) -> Application:
    """The application with one address for programs, and one beside it for people only."""
    probe = Blueprint("probe", __name__)

    @probe.route("/probe", methods=["GET", "POST"])
    @for_programs(PROBE)
    def here() -> str:
        return actor().name

    @probe.route("/people-only")
    def people() -> str:
        return actor().name

    app.register_blueprint(probe)
    app.registry = replace(app.registry, scopes=KNOWN)
    return app


@pytest.fixture
def owner(sign_in_as: SignInAs) -> Visitor:
    """An engineer who makes keys."""
    return sign_in_as(Role.ENGINEER, name="Lin")


def make(visitor: Visitor, **changes: object) -> str:
    """Make a key on the page; the token that it shows once."""
    answer = visitor.send("/account/tokens", {**FORM, **changes})
    assert answer.status_code == 200
    found = re.search(r'value="(cdk_[\w-]+)"', answer.text)
    assert found
    return found[1]


def bearer(token: str) -> dict[str, str]:
    """The header that a program sends."""
    return {"Authorization": f"Bearer {token}"}


def test_a_program_with_a_key_reads_in_its_owners_name(owner: Visitor, client: Visitor) -> None:
    answer = client.get("/probe", headers=bearer(make(owner)))
    assert (answer.status_code, answer.text) == (200, "Lin")
    assert "Set-Cookie" not in answer.headers


def test_a_program_needs_no_csrf_token_but_a_person_does(owner: Visitor, client: Visitor) -> None:
    key = make(owner)
    assert client.post("/probe", headers=bearer(key)).status_code == 200
    refused = owner.post("/probe", headers={"Accept": "application/json"})
    assert refused.status_code == 400
    assert refused.mimetype == "application/problem+json"
    assert owner.post("/probe", headers={"Authorization": f"Basic {key}"}).status_code == 400


def test_a_key_opens_nothing_that_is_not_meant_for_programs(owner: Visitor, client: Visitor) -> None:
    answer = client.get("/people-only", headers=bearer(make(owner)))
    assert answer.status_code == 302
    assert client.get("/account/tokens", headers=bearer(make(owner))).status_code == 302


def test_a_key_to_other_things_is_refused_whatever_the_cookie_says(owner: Visitor) -> None:
    key = make(owner, scopes=[OTHER])
    answer = owner.get("/probe", headers=bearer(key))
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["status"] == 403


@pytest.mark.parametrize("sent", ["Bearer nonsense", "Bearer", "Bearer ", "bearer x y"])
def test_an_unknown_key_is_answered_with_a_problem_and_the_scheme(client: Visitor, sent: str) -> None:
    answer = client.get("/probe", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.json is not None
    assert answer.json["instance"] == "/probe"


def test_nobody_is_sent_to_the_login_page_only_when_a_page_is_wanted(client: Visitor) -> None:
    assert client.get("/probe").status_code == 401
    assert client.get("/probe", headers={"Accept": "text/html"}).status_code == 302
    assert client.get("/probe?f=json", headers={"Accept": "text/html"}).status_code == 401


def test_a_key_ends_when_it_is_revoked(owner: Visitor, client: Visitor, backend: Backend) -> None:
    key = make(owner)
    with backend.reading() as session:
        made = session.scalars(select(ApiToken)).one()
    assert owner.send(f"/account/tokens/{made.id}/revoke").status_code == 303
    assert client.get("/probe", headers=bearer(key)).status_code == 401
    assert "desktop GIS" not in owner.get("/account/tokens").text


def test_a_key_ends_on_its_day(owner: Visitor, client: Visitor) -> None:
    key = make(owner, days="1")
    with stopped_at(now() + timedelta(hours=23)):
        assert client.get("/probe", headers=bearer(key)).status_code == 200
    with stopped_at(now() + timedelta(hours=25)):
        assert client.get("/probe", headers=bearer(key)).status_code == 401


def test_a_key_ends_with_the_account(owner: Visitor, client: Visitor, backend: Backend) -> None:
    key = make(owner)
    assert owner.actor is not None
    with backend.writing() as session:
        session.get_one(Account, owner.actor.account_id).is_active = False
    assert client.get("/probe", headers=bearer(key)).status_code == 401


def test_only_the_hash_is_kept_and_the_audit_holds_neither(owner: Visitor, backend: Backend) -> None:
    key = make(owner)
    with backend.reading() as session:
        made = session.scalars(select(ApiToken)).one()
        assert made.token_hash == token_hash(key)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "account.token_made")).all()
    assert len(entries) == 1
    assert key not in entries[0].content
    assert made.token_hash not in entries[0].content


def test_the_last_use_is_noted(owner: Visitor, client: Visitor, backend: Backend) -> None:
    client.get("/probe", headers=bearer(make(owner)))
    with backend.reading() as session:
        assert session.scalars(select(ApiToken.used_at)).one() is not None


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"days": "0"}, {"days": "367"}, {"days": "soon"}, {"scopes": []}, {"scopes": ["everything"]}],
)
def test_a_key_without_purpose_end_or_scope_is_refused(owner: Visitor, changes: dict[str, object]) -> None:
    answer = owner.send("/account/tokens", {**FORM, **changes})
    assert answer.status_code == 422
    assert "cdk_" not in answer.text


def test_nobody_revokes_another_persons_key(
    owner: Visitor, sign_in_as: SignInAs, client: Visitor, backend: Backend
) -> None:
    key = make(owner)
    with backend.reading() as session:
        made = session.scalars(select(ApiToken)).one()
    assert sign_in_as(Role.SECURITY_ADMIN).send(f"/account/tokens/{made.id}/revoke").status_code == 404
    assert client.get("/probe", headers=bearer(key)).status_code == 200


def test_keys_are_not_without_number(owner: Visitor, backend: Backend) -> None:
    assert owner.actor is not None
    draft = TokenDraft(name="script", days=1)
    with backend.writing() as session:
        for _ in range(tokens.MOST_TOKENS):
            tokens.make_token(session, owner.actor, draft, [PROBE], KNOWN)
    with pytest.raises(ConflictError), backend.writing() as session:
        tokens.make_token(session, owner.actor, draft, [PROBE], KNOWN)


def test_the_service_refuses_what_the_page_would(owner: Visitor, backend: Backend, operator: Actor) -> None:
    assert owner.actor is not None
    with pytest.raises(RefusedError), backend.writing() as session:
        tokens.make_token(session, owner.actor, TokenDraft(name="script", days=1), ["nothing"], KNOWN)
    with pytest.raises(NotFoundError), backend.writing() as session:
        tokens.revoke_token(session, owner.actor, 999)


def test_what_is_missing_below_a_programs_address_is_a_problem_too(owner: Visitor) -> None:
    assert owner.get("/probe/unknown").mimetype == "application/problem+json"
    assert owner.delete("/probe").mimetype == "application/problem+json"
    assert owner.get("/probably").mimetype == "text/html"
