"""Making an index anew while it is searched, and telling which word of a query found nothing."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from search.contract import Document, Index, Query
from search.tree import Text, texts

Writing = Callable[[], AbstractContextManager[Connection]]
"""Opens a short transaction that may write, and commits it."""


def rebuild(
    index: Index, writing: Writing, parts: Iterable[Sequence[Document]], told: Callable[[int], None] = lambda _: None
) -> int:
    """Replace every document, one transaction a part, then remove those that were there before and are no more.

    Searches go on and find each document as it was or as it is. How many documents there were; `told` is told on the
    way. An index that is broken, or was made by another analysis of words, must be cleared first.
    """
    with writing() as connection:
        before = set(index.ids(connection))
    done: set[int] = set()
    for part in parts:
        with writing() as connection:
            index.replace(connection, part)
        done.update(document.id for document in part)
        told(len(done))
    with writing() as connection:
        index.remove(connection, sorted(before - done))
    return len(done)


def without_hits(index: Index, connection: Connection, query: Query) -> list[Text]:
    """The words of a query that nothing visible holds, each asked alone and without the filters."""
    return [
        one
        for one in dict.fromkeys(texts(query.tree))
        if index.search(connection, Query(one, query.visible, order="newest", size=0, counted=1)).total == 0
    ]
