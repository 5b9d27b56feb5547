"""The editions that a reader may choose from: the program's, and the authority's own."""

from sqlalchemy.orm import Session

from archives.facilities import queries
from archives.facilities.results.words import name_of
from archives.facilities.standards.tables import load_standards


def editions_of(session: Session) -> list[tuple[str, str]]:
    """Code and name of each."""
    shipped = [(row.code, name_of(row)) for row in load_standards().editions]
    return shipped + [(row.code, row.name) for row in queries.own_editions(session)]
