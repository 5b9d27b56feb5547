"""A query as a tree of small parts, the same whatever engine answers it."""

from collections.abc import Iterator
from dataclasses import dataclass

from search.words import needle

Number = int | float


@dataclass(frozen=True, slots=True)
class Text:
    """The line of the document, or of one of its fields, contains this needle (see `words.needle`)."""

    needle: str
    field: str | None = None
    typed: str = ""
    """As it was written, to be told to the reader."""


@dataclass(frozen=True, slots=True)
class Range:
    """A day or number between two values, both included; None is open. Days are whole numbers, 20080131."""

    column: str
    least: Number | None = None
    most: Number | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A word column says exactly this."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All of them; of nothing: everything."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them; of nothing: nothing."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    part: "Tree"


Leaf = Text | Range | Value
Tree = Leaf | And | Or | Not
EVERYTHING = And(())
NOTHING = Or(())


def leaves(tree: Tree) -> Iterator[Leaf]:
    """What a hit may have, so what is not denied, from left to right."""
    if isinstance(tree, And | Or):
        for part in tree.parts:
            yield from leaves(part)
    elif not isinstance(tree, Not):
        yield tree


def texts(tree: Tree) -> Iterator[Text]:
    """The texts among them."""
    return (one for one in leaves(tree) if isinstance(one, Text))


def plain(words: str) -> Tree:
    """Every word between blanks, no sign of the language heeded."""
    found = (Text(needle(word), None, word) for word in words.split())
    parts = tuple(dict.fromkeys(text for text in found if text.needle))
    return parts[0] if len(parts) == 1 else And(parts)


def whole_line(tree: Tree) -> str:
    """What a title must be, letter for letter, to be all that was asked; "" when more than words was."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    if not all(isinstance(part, Text) and part.field is None for part in parts):
        return ""
    return "".join(part.needle for part in parts if isinstance(part, Text))
