"""Where in an item's files the words stand that its own description does not have."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.catalogue.models import ElectronicFile, FileText
from archives.catalogue.texts import PAGE_END
from search.highlight import Fragment, fragments
from search.tables import LONG
from search.tree import Tree, texts
from search.words import line, line_of


class Quote(NamedTuple):
    """A stretch of a file's text, and the number of its page from 1."""

    page: int
    said: Fragment


def quotes_of(session: Session, tree: Tree, items: Mapping[int, Mapping[str, str]]) -> dict[int, Quote]:
    """The first stretch of each item's files with words that its texts lack; one statement, or none.

    `items` are texts of what was found, by the number of the item. The reader was allowed to find them.
    """
    lacking = {item: lack for item, own in items.items() if (lack := _lacking(tree, own))}
    if not lacking:
        return {}
    wanted = select(ElectronicFile.item_id, FileText.text).join(FileText, FileText.file_id == ElectronicFile.id)
    rows = session.execute(wanted.where(ElectronicFile.item_id.in_(lacking)).order_by(ElectronicFile.id))
    found = dict[int, Quote]()
    for item, text in rows:
        if item not in found and (quote := next(_quotes(tree, lacking[item], text), None)):
            found[item] = quote
    return found


def _lacking(tree: Tree, own: Mapping[str, str]) -> Sequence[str]:
    """The needles that no text of the record has."""
    of_own = line_of(list(own.values()))
    return [one.needle for one in texts(tree) if one.field in {None, LONG.name} and one.needle not in of_own]


def _quotes(tree: Tree, lacking: Sequence[str], text: str) -> Iterator[Quote]:
    for number, page in enumerate(text.split(PAGE_END), 1):
        of_page = line(page)
        if any(needle in of_page for needle in lacking):
            best = fragments(tree, page, LONG.name, most=1)
            yield from (Quote(number, one) for one in best if any(piece.matched for piece in one))
