"""Telling which word of a query found nothing."""

from sqlalchemy import Connection

from search.contract import Index, Query
from search.tree import Text, texts


def without_hits(index: Index, connection: Connection, query: Query) -> list[Text]:
    """The words of a query that nothing visible holds, each asked alone and without the filters."""
    return [
        one
        for one in dict.fromkeys(texts(query.tree))
        if index.search(connection, Query(one, query.visible, order="newest", size=0, counted=1)).total == 0
    ]
