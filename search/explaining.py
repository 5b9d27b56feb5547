"""Telling which part of a query found nothing."""

from itertools import islice

from sqlalchemy import Connection

from search.contract import Index, Query
from search.tree import Leaf, leaves

MOST = 30
"""Parts of a query that are asked alone."""


def without_hits(index: Index, connection: Connection, query: Query) -> list[Leaf]:
    """The words, values and ranges of a query that nothing visible has, each asked alone and without the filters.

    Of a long query only the first are asked.
    """
    return [
        one
        for one in islice(dict.fromkeys(leaves(query.tree)), MOST)
        if index.search(connection, Query(one, query.visible, order="newest", size=0, counted=1)).total == 0
    ]
