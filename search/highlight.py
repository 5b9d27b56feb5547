"""What of a text matched: Whoosh's fragmenter and scorer over the stretches that our needles find in it.

A fragment is a list of pieces, so that whoever shows it need trust no markup.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.tree import Tree, texts
from search.whoosh_library import analysis, highlight
from search.words import FIELD, MARK, line

LONGEST_FRAGMENT = 120
AROUND = 20
"""Characters before and after a match."""


class Piece(NamedTuple):
    """A stretch of the text as it was written."""

    text: str
    matched: bool


Fragment = tuple[Piece, ...]


def marked(tree: Tree, text: str, field: str | None = None) -> Fragment:
    """The whole text with what matched; `field` is its name, for needles that ask for one field."""
    return _pieces(text, 0, len(text), _stretches(tree, text, field))


def fragments(tree: Tree, text: str, field: str | None = None, most: int = 3) -> list[Fragment]:
    """The best parts of a long text, in its order; none when nothing matched."""
    stretches = _stretches(tree, text, field)
    cut = highlight.ContextFragmenter(maxchars=LONGEST_FRAGMENT, surround=AROUND, charlimit=None)
    found = cut.fragment_tokens(text, _as_tokens(text, stretches))
    scored = highlight.top_fragments(found, most, highlight.BasicFragmentScorer(), highlight.FIRST)
    return [_pieces(text, one.startchar, one.endchar, stretches) for one in scored]


def _stretches(tree: Tree, text: str, field: str | None) -> list[tuple[int, int]]:
    """Where needles stand in the text, as it was written; what overlaps or touches is one stretch."""
    whole, places = _placed(text)
    found = sorted(
        (begun, begun + len(one.needle))
        for one in texts(tree)
        if one.field in {None, field}
        for begun in _occurrences(whole, one.needle)
    )
    merged: list[tuple[int, int]] = []
    for begun, ended in found:
        start, end = places[begun], places[ended - 1] + 1
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _placed(text: str) -> tuple[str, list[int]]:
    """The line of a text and, for each character of it, the place in the text it came from.

    Characters that only fold together (a letter and its accent) are placed one by one; what a mark stands for is the
    character beside it.
    """
    chars, places = [], []
    for at, char in enumerate(text):
        for folded in line(char.replace(FIELD, "")):
            chars.append(folded)
            places.append(at)
    return _joined(chars, places)


def _joined(chars: Sequence[str], places: Sequence[int]) -> tuple[str, list[int]]:
    """Single characters each stand between marks: inside a run without a blank the marks go."""
    kept: list[int] = []
    for at in range(len(chars)):
        if kept and _is_seam(chars, places, kept[-1], at):
            kept.pop()
        else:
            kept.append(at)
    return "".join(chars[at] for at in kept), [places[at] for at in kept]


def _is_seam(chars: Sequence[str], places: Sequence[int], before: int, at: int) -> bool:
    return chars[before] == chars[at] == MARK and places[at] == places[before] + 1


def _occurrences(whole: str, needle: str) -> Iterator[int]:
    at = whole.find(needle)
    while at >= 0:
        yield at
        at = whole.find(needle, at + 1)


def _as_tokens(text: str, stretches: Sequence[tuple[int, int]]) -> Iterator[analysis.Token]:
    """The text for Whoosh: each stretch one token that matched, each other character a token."""
    ends = dict(stretches)
    at = 0
    while at < len(text):
        matched = at in ends
        end = ends[at] if matched else at + 1
        token = analysis.Token(chars=True)
        token.text, token.startchar, token.endchar, token.matched = text[at:end], at, end, matched
        yield token
        at = end


def _pieces(text: str, begun: int, ended: int, stretches: Sequence[tuple[int, int]]) -> Fragment:
    pieces, at = [], begun
    for start, end in stretches:
        if end <= begun or start >= ended:
            continue
        pieces += [Piece(text[at:start], False), Piece(text[max(start, begun) : min(end, ended)], True)]
        at = min(end, ended)
    return tuple(piece for piece in (*pieces, Piece(text[at:ended], False)) if piece.text)
