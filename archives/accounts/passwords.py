"""Passwords by Argon2id, and tokens: only hashes of either are ever kept."""

import hashlib
import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """The Argon2id hash of a password, salt and parameters included."""
    return _HASHER.hash(_one_spelling(password))


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash it takes the same time and is False."""
    try:
        return _HASHER.verify(password_hash or _nobodys(), _one_spelling(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def new_token() -> str:
    """A secret for a cookie or a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token; it is random, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def _one_spelling(password: str) -> str:
    """The same characters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)
