"""Telling which part of a query found nothing."""

from sqlalchemy import Connection

from search.contract import Index, Query
from search.tree import Leaf, leaves


def without_hits(index: Index, connection: Connection, query: Query) -> list[Leaf]:
    """The words, values and ranges of a query that nothing visible has, each asked alone and without the filters."""
    return [
        one
        for one in dict.fromkeys(leaves(query.tree))
        if index.search(connection, Query(one, query.visible, order="newest", size=0, counted=1)).total == 0
    ]
