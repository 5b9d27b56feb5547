"""What somebody asks: the text of the box, what it is narrowed to, the order; and the answer, within permission."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, get_args

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Vocabularies
from archives.core.errors import NotFoundError, TooLargeError
from archives.core.language import msg
from archives.discovery.models import INDEX, NAMED
from archives.discovery.sources.every import BY_KIND, of_any, visible_kinds
from search.contract import PAGE, CursorError, Facet, Hit, Index, Order, Query, Result
from search.explaining import without_hits
from search.language import Language, Parsed
from search.predicates import NONE, Among, Between, Predicate
from search.tables import KIND, Attribute, TextField
from search.tree import And, Leaf, Not, Or, Range, Text, Tree, Value

_KNOWN: tuple[TextField | Attribute, ...] = (KIND, *INDEX.fields, *NAMED)
NAMES = {one.name: one.names[0] for one in _KNOWN if one.names}
"""Fields and columns by the name that people here use."""
LANGUAGE = Language(INDEX.fields, (KIND, *NAMED))
ORDERS: Sequence[Order] = get_args(Order)
SIZES = (PAGE, 50, 100)
MOST_PLACES = 500
"""Places on the map of the hits."""
PLACED = ("project", "pipeline")
"""Kinds that lie somewhere."""
MOST_ROWS = 20_000
"""Hits that are given away at once."""
IN_A_GROUP = 5
"""Hits of each kind where all kinds are shown together."""

KINDS = Facet("kind")
YEARS = Facet("day", "year")
FACETS: Mapping[str, Facet] = {
    "class": Facet("class"),
    "year": YEARS,
    "works_type": Facet("works_type"),
    "secrecy": Facet("secrecy"),
    "retention": Facet("retention"),
    "client": Facet("client_name"),
    "district": Facet("district"),
    "medium": Facet("medium"),
}
"""What hits are counted by, under the name that an address has it."""
YEAR_DIGITS = 4
UNKNOWN = "-"
"""Stands for "nothing known" in an address."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked. `chosen` are values of facets by their name; `window` is west, south, east, north in degrees."""

    typed: str = ""
    kind: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    window: tuple[float, float, float, float] | None = None
    order: Order = "relevance"
    size: int = PAGE
    after: str | None = None
    columns: tuple[str, ...] = ()
    """What a table of the hits shows; of none they are a list."""

    @property
    def asks_anything(self) -> bool:
        """Whether there is something to look for."""
        return bool(self.typed or self.kind or self.chosen or self.window)


class Count(NamedTuple):
    """Hits of one kind; `capped`: there are more."""

    total: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and how the text was understood; `kinds` counts hits of every kind, whichever is shown."""

    wish: Wish
    parsed: Parsed
    result: Result
    kinds: Mapping[str, Count]
    groups: Mapping[str, Result] = field(default_factory=dict)
    """The first hits of each kind, where no kind was chosen."""


class Search:
    """One reader's way into the index."""

    def __init__(self, session: Session, actor: Actor, index: Index, words: Vocabularies) -> None:
        self._session, self._index, self._words = session, index, words
        self._seen = visible_kinds(session, actor)
        self._visible = of_any(self._seen)

    def answer(self, wish: Wish, facets: Sequence[Facet] = tuple(FACETS.values()), *, grouped: bool = False) -> Answer:
        """Find. Raises NotFoundError when `after` is no place in this list."""
        parsed = self.parse(wish.typed)
        result = self._search(replace(self._query(wish, parsed.tree), facets=(KINDS, *facets)))
        kinds = self._kinds(wish, parsed.tree, None if wish.kind else result)
        groups = self._by_kind(wish, parsed.tree, kinds, IN_A_GROUP) if grouped and not wish.kind else {}
        return Answer(wish, parsed, result, kinds, groups)

    def places(self, wish: Wish, most: int = MOST_PLACES) -> Sequence[Hit]:
        """The best hits that lie somewhere on the map, of each kind that lies anywhere."""
        tree, found = self.parse(wish.typed).tree, list[Hit]()
        for kind in PLACED if not wish.kind else {wish.kind} & set(PLACED):
            query = self._query(replace(wish, kind=kind, after=None, size=most), tree)
            placed = Between("longitude", -180, 180)
            found += self._search(replace(query, filters=(*query.filters, placed), counted=most)).hits
        return found[:most]

    def all(self, wish: Wish, most: int = MOST_ROWS) -> Sequence[Hit]:
        """Every hit in its order. Raises TooLargeError past `most`."""
        query = self._query(replace(wish, after=None, size=most + 1), self.parse(wish.typed).tree)
        hits = self._search(replace(query, counted=None)).hits
        if len(hits) > most:
            raise TooLargeError(msg("More than %(most)d rows. Narrow the list first.", most=most))
        return hits

    def count_from(self, wish: Wish, first: int, most: int) -> Count:
        """The hits of the wish's kind whose documents begin with `first`, counted to `most`."""
        # The oldest first is the order of the ids: the engines then walk no more than the span.
        query = self._query(replace(wish, order="oldest", size=0, after=None), self.parse(wish.typed).tree)
        found = self._search(replace(query, between=(first, BY_KIND[wish.kind].span[1]), counted=most))
        return Count(found.total, found.capped)

    def parse(self, typed: str) -> Parsed:
        """The text as a tree, words of a vocabulary (`密级:秘密`) as the codes that documents have."""
        parsed = LANGUAGE.parse(typed)
        return replace(parsed, tree=self._coded(parsed.tree))

    def misses(self, wish: Wish) -> list[str]:
        """Words, values and ranges of the text that nothing has that the reader may see, as they might be written."""
        query = Query(self.parse(wish.typed).tree, self._visible)
        return [self._written(one) for one in without_hits(self._index, self._session.connection(), query)]

    def alike(self, wish: Wish) -> list[str]:
        """Names that are spelled or sound nearly as the text."""
        return self._index.like(self._session.connection(), wish.typed, self._visible)

    def suggest(self, typed: str, limit: int = 10) -> list[str]:
        """Names that begin so, or whose pinyin initials do."""
        return self._index.suggest(self._session.connection(), typed, self._visible, limit)

    def written(self, ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
        """The texts of hits as they were written."""
        return self._index.written(self._session.connection(), ids)

    def _query(self, wish: Wish, tree: Tree) -> Query:
        chosen = [_chosen(FACETS[name], value) for name, value in wish.chosen.items()]
        return Query(
            tree,
            visible=self._seen.get(wish.kind, NONE) if wish.kind else self._visible,
            filters=(*chosen, *_within(wish)),
            between=BY_KIND[wish.kind].span if wish.kind else None,
            order=wish.order,
            size=wish.size,
            after=wish.after,
        )

    def _kinds(self, wish: Wish, tree: Tree, result: Result | None) -> dict[str, Count]:
        """The hits of each kind; `result` is the answer over all kinds, where it is there already."""
        if result is None:
            everything = self._query(replace(wish, kind="", size=0, order="newest", after=None), tree)
            result = self._search(replace(everything, facets=(KINDS,)))
        if not result.capped:
            return {str(kind): Count(count) for kind, count in result.facets[KINDS].items()}
        # A kind that was cut off at the cap, or not reached at all, the facet cannot tell.
        counted = self._by_kind(replace(wish, order="newest"), tree, self._seen, 0)
        return {kind: Count(one.total, one.capped) for kind, one in counted.items() if one.total}

    def _by_kind(self, wish: Wish, tree: Tree, kinds: Iterable[str], size: int) -> dict[str, Result]:
        """The first hits of each kind, and how many there are."""
        queries = {kind: self._query(replace(wish, kind=kind, size=size, after=None), tree) for kind in kinds}
        return {kind: self._search(query) for kind, query in queries.items()}

    def _search(self, query: Query) -> Result:
        try:
            return self._index.search(self._session.connection(), query)
        except CursorError as error:
            raise NotFoundError from error

    def _coded(self, tree: Tree) -> Tree:
        match tree:
            case Value():
                return Value(tree.column, self._code(tree.column, tree.value))
            case And() | Or():
                return type(tree)(tuple(map(self._coded, tree.parts)))
            case Not():
                return Not(self._coded(tree.part))
            case _:
                return tree

    def _written(self, leaf: Leaf) -> str:
        if isinstance(leaf, Text):
            return leaf.typed
        name = NAMES[leaf.column]
        if isinstance(leaf, Range):
            return f"{name}:{_number(leaf.least)}..{_number(leaf.most)}"
        known = self._words.get(leaf.column)
        return f"{name}:{known.label(leaf.value) if known else leaf.value}"

    def _code(self, column: str, typed: str) -> str:
        known = self._words.get(column)
        return (known.code(typed) if known else None) or typed


def _chosen(facet: Facet, value: str) -> Predicate:
    if facet == YEARS:
        year = int(value) if value.isdecimal() and len(value) <= YEAR_DIGITS else 0
        return Between("day", year * 10_000, year * 10_000 + 9_999) if year else Among("day", (0,))
    return Among(facet.column, (None if value == UNKNOWN else value,))


def _number(bound: float | None) -> str:
    """A day as people write it; the index has 20080131."""
    if bound is None:
        return ""
    day = f"{int(bound):08d}"
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _within(wish: Wish) -> list[Predicate]:
    if wish.window is None:
        return []
    west, south, east, north = wish.window
    return [Between("longitude", west, east), Between("latitude", south, north)]
