"""From the form to the query language: the text that a person might have written in the box."""

from collections.abc import Iterator, Mapping
from datetime import date

from archives.discovery.asking import NAMES
from archives.discovery.drafts import Composed

WORDS = ("every", "phrase", "either", "none")
TEXTS = ("title", "code", "client", "responsible", "address", "road", "owner")
CODED = ("kind", "works_type", "secrecy", "retention", "medium")
DAYS = ("formed", "completed", "accessioned")


def written(wanted: Composed, labels: Mapping[str, str]) -> str:
    """The query that the form asks for; `labels` are what the chosen codes are called, by field."""
    return " ".join(_parts(wanted, labels))


def _parts(wanted: Composed, labels: Mapping[str, str]) -> Iterator[str]:
    yield from map(_word, _words(wanted.every))
    if phrase := _unquoted(wanted.phrase):
        yield f'"{phrase}"'
    if either := list(map(_word, _words(wanted.either))):
        yield f"({' OR '.join(either)})" if len(either) > 1 else either[0]
    for name in TEXTS:
        yield from (f"{NAMES[name]}:{_word(one)}" for one in _words(getattr(wanted, name)))
    for name in CODED:
        if label := labels.get(name):
            yield f'{NAMES[name]}:"{_unquoted(label)}"'
    for name in DAYS:
        span = _span(getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to"))
        if span:
            yield f"{NAMES[name]}:{span}"
    yield from (f"NOT {_word(one)}" for one in _words(wanted.none))


def _span(first: date | None, last: date | None) -> str:
    return f"{first or ''}..{last or ''}" if first or last else ""


def _words(typed: str) -> list[str]:
    return _unquoted(typed).split()


def _unquoted(typed: str) -> str:
    """Without quotation marks, which the query brings itself."""
    return " ".join(typed.translate(_QUOTES).split())


_QUOTES = str.maketrans(dict.fromkeys('"“”＂', " "))
_OF_LANGUAGE = frozenset("()（）:：*＊")
_OPERATORS = frozenset({"AND", "OR", "NOT", "与", "或", "非"})


def _word(word: str) -> str:
    """A word that means itself; one that the language would read otherwise in quotation marks."""
    return f'"{word}"' if set(word) & _OF_LANGUAGE or word in _OPERATORS else word
