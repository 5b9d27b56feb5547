"""How many hits of a saved search are new to a reader since it was last opened.

Later records have higher numbers, and a document's id is its record's. So what was there is one number for each kind,
the highest document that the reader had in sight, and new is what lies above it: whatever is counted could not be
seen then. It is a lower bound. Not counted is what was staged or hidden then, if something with a higher number was
in sight already; and on the embedded file a record that took the number of the newest one, removed meanwhile.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Vocabularies
from archives.discovery.asking import Count, Search, Wish
from archives.discovery.saved.queries import in_sight
from archives.discovery.saved.rules import Marks
from archives.discovery.sources.every import BY_KIND
from search.contract import Index

MOST = 99
"""New hits are counted so far."""


class NewHits:
    """One reader's new hits; kinds in which nothing came that the reader may see cost nothing."""

    def __init__(self, session: Session, actor: Actor, index: Index, words: Vocabularies) -> None:
        self._search = Search(session, actor, index, words)
        self._highest = in_sight(session, actor, list(BY_KIND))

    def count(self, wish: Wish, marks: Marks) -> Count:
        """The hits above the marks, 99 at most."""
        came = [kind for kind in kinds_of(wish) if self._highest[kind] > marks.get(kind, self._highest[kind])]
        return _sum(self._search.count_from(replace(wish, kind=kind), marks[kind] + 1, MOST) for kind in came)

    def total(self, wishes: Iterable[tuple[Wish, Marks]]) -> Count:
        """Those of several searches together, 99 at most; a hit of two searches counts twice."""
        return _sum(self.count(wish, marks) for wish, marks in wishes)


def kinds_of(wish: Wish) -> list[str]:
    """The kinds of records among which a wish looks."""
    return [wish.kind] if wish.kind else list(BY_KIND)


def _sum(counts: Iterable[Count]) -> Count:
    """Together; no further is looked than to where there are too many."""
    total = 0
    for count in counts:
        total += count.total
        if count.capped or total > MOST:
            return Count(MOST, capped=True)
    return Count(total)
