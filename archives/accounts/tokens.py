"""Keys for programs: made and revoked by the person in whose name they read, known by their hash only."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from archives.accounts import queries
from archives.accounts.drafts import TokenDraft
from archives.accounts.models import ApiToken
from archives.accounts.passwords import new_token, token_hash
from archives.accounts.service import SEEN_EVERY, actor_of, note_beside, own, subject_of
from archives.core.actors import Actor
from archives.core.audit import record
from archives.core.clock import now
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import Message, msg
from archives.core.problems import Problem

PREFIX = "cdk_"
"""What every key begins with, so that one that was left lying about is recognised."""
MOST_TOKENS = 20
"""Keys of one person at a time."""


def identify_token(session: Session, token: str) -> tuple[Actor, frozenset[str]] | None:
    """Whose key it is and what it opens; None when it is revoked or too old, or the account is not active."""
    found = queries.token_of(session, token_hash(token))
    if found is None:
        return None
    key, account = found
    if not account.is_active or not key.is_usable(now()):
        return None
    if key.used_at is None or now() - key.used_at >= SEEN_EVERY:
        note_beside(session, update(ApiToken).where(ApiToken.id == key.id).values(used_at=now()))
    return actor_of(account), frozenset(key.scopes)


def make_token(
    session: Session, actor: Actor, draft: TokenDraft, scopes: Collection[str], known: Mapping[str, Message]
) -> str:
    """Make a key for one's own programs and return its token, which is shown this once. Raises RefusedError."""
    account = own(session, actor)
    problems = check_scopes(scopes, known)
    if problems:
        raise RefusedError(problems)
    if len(queries.usable_tokens(session, account.id, now())) >= MOST_TOKENS:
        raise ConflictError(msg("You have %(most)d keys already; revoke one first.", most=MOST_TOKENS))
    token = PREFIX + new_token()
    ends = _end(draft)
    made = ApiToken(
        token_hash=token_hash(token),
        account_id=account.id,
        name=draft.name,
        scopes=sorted(scopes),
        made_at=now(),
        expires_at=ends,
    )
    session.add(made)
    record(
        session,
        actor,
        "account.token_made",
        subject_of(account),
        name=draft.name,
        scopes=made.scopes,
        expires_at=ends.isoformat(),
    )
    return token


def check_scopes(scopes: Collection[str], known: Mapping[str, Message]) -> list[Problem]:
    """A key opens at least one thing, and only things there are."""
    if not scopes:
        return [Problem("scopes.missing", msg("Choose what the key opens."), "scopes")]
    if not set(scopes) <= known.keys():
        return [Problem("scopes.unknown", msg("There is no such thing to open."), "scopes")]
    return []


def _end(draft: TokenDraft) -> datetime:
    return now() + timedelta(days=draft.days or 1)


def revoke_token(session: Session, actor: Actor, token_id: int) -> None:
    """End one of one's own keys. Raises NotFoundError."""
    account = own(session, actor)
    key = queries.own_token(session, account.id, token_id)
    if key.revoked_at is None:
        key.revoked_at = now()
        record(session, actor, "account.token_revoked", subject_of(account), name=key.name)
