"""Words for people, in their language, at every door: page, command line and worker alike.

A message is kept as its English id and its values until somebody reads it; the reader's door sets the language.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

LANGUAGES = ("zh_Hans_CN", "en")
DEFAULT_LANGUAGE = "zh_Hans_CN"
CATALOGUES = Path(__file__).parent.parent / "translations"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """The language of whoever is being spoken to."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block; an unknown one falls back to the default."""
    token = _language.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache
def _translations(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    return Translations.load(CATALOGUES, [language])


def gettext(msgid: str) -> str:
    """`msgid` in the current language; the id itself where no translation stands."""
    return _translations(current_language()).gettext(msgid) if msgid else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of a counted message that fits `number`."""
    return _translations(current_language()).ngettext(singular, plural, number)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet spoken: an English id with `%(name)s` places, and their values."""

    msgid: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        text = gettext(self.msgid)
        return text % self.values if self.values else text

    def as_dict(self) -> dict[str, Any]:
        """Plain values, to be kept; messages within messages too."""
        return {"msgid": self.msgid, "values": {name: _kept(value) for name, value in self.values.items()}}

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((key, str(value)) for key, value in self.values.items()))))


def _kept(value: object) -> object:
    if isinstance(value, Message):
        return value.as_dict()
    return value if isinstance(value, int | float | str) else str(value)


def message_from(kept: Mapping[str, Any]) -> Message:
    """The message that `as_dict` kept."""
    values = {name: message_from(value) if isinstance(value, dict) else value for name, value in kept["values"].items()}
    return Message(kept["msgid"], values)


def msg(msgid: str, **values: object) -> Message:
    """A message for later; values that are messages themselves are spoken with it."""
    return Message(msgid, values)
