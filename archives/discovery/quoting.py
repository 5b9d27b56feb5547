"""Where in an item's files the words stand that its own description does not have."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
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
    """The first stretch of each item's files with words that its texts lack; two statements at most.

    `items` are texts of what was found, by the number of the item. The reader was allowed to find them.
    """
    # Few items have files that say anything, and folding what the others say of themselves would cost the page most.
    speaking = session.scalars(_files_of(items, ElectronicFile.item_id).distinct()).all() if items else ()
    lacking = {item: lack for item in speaking if (lack := _lacking(tree, items[item]))}
    if not lacking:
        return {}
    texts_of_files = _files_of(lacking, ElectronicFile.item_id, FileText.text).order_by(ElectronicFile.id)
    found = dict[int, Quote]()
    for item, text in session.execute(texts_of_files):
        if item not in found and (quote := next(_quotes(tree, lacking[item], text), None)):
            found[item] = quote
    return found


def _files_of(items: Collection[int], *columns: Any) -> Select[Any]:
    """The files of some items that say something."""
    read = select(*columns).join(FileText, FileText.file_id == ElectronicFile.id)
    return read.where(ElectronicFile.item_id.in_(items), FileText.text != "")


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
