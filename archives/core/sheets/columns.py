"""What a list may hold: each column with every name that people give it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archives.core.language import LANGUAGES, Message, speaking

ColumnKind = Literal["text", "date", "integer", "number"]

_MARKS = re.compile(r"[\s*:;,.、。_'\"“”\-/\\]+")
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_BRACKETS = re.compile(r"[()\[\]【】]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in a draft, its heading, and other names in the order of their strength.

    A stronger name wins where two columns could be meant. `choices` become a drop-down list in templates.
    """

    key: str
    label: Message
    aliases: tuple[str, ...] = ()
    required: bool = False
    kind: ColumnKind = "text"
    choices: tuple[str, ...] = ()
    width: int = 14
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What a heading means: the column's key, and how weak the name is (0 is its own)."""

    key: str
    rank: int


class Names:
    """Every name of every column, to be asked what a heading means."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._meanings: dict[str, Named] = {}
        for column in columns:
            for rank, alias in enumerate(_names_of(column)):
                self._learn(normalised(alias), Named(column.key, rank))

    def meaning(self, heading: str) -> Named | None:
        """The column that `heading` names, as it stands or without what is in parentheses."""
        return self._meanings.get(normalised(heading)) or self._meanings.get(normalised(without_parentheses(heading)))

    def _learn(self, name: str, meaning: Named) -> None:
        known = self._meanings.get(name)
        if name and (known is None or meaning.rank < known.rank):
            self._meanings[name] = meaning


def _names_of(column: Column) -> Iterator[str]:
    """Its heading in every language, for a list may come from somebody who reads another; then its other names."""
    yield column.label.msgid
    for language in LANGUAGES:
        with speaking(language):
            heading = str(column.label)
        yield heading
    yield from column.aliases


def normalised(heading: str) -> str:
    """A heading without width, case, spaces, line breaks, brackets and marks."""
    return _MARKS.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", heading).casefold()))


def without_parentheses(heading: str) -> str:
    """A heading without the unit or remark that stands in brackets."""
    return _PARENTHESES.sub("", unicodedata.normalize("NFKC", heading))
