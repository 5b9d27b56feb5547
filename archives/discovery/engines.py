"""The index that is asked. The one in the records' own database is always kept; Whoosh's follows it where it is chosen.

An index keeps arrays of columns between questions, so a process has one for each database.
"""

from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archives.config import Settings
from archives.discovery.keeping import own_index
from archives.discovery.models import INDEX
from search.contract import Index
from search.open import open_index

_OPEN: WeakKeyDictionary[Engine, Index] = WeakKeyDictionary()
_LOCK = Lock()


def index_of(session: Session, settings: Settings) -> Index:
    """The index that answers questions in this session's database."""
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with _LOCK:
        if engine not in _OPEN:
            whoosh = settings.search == "whoosh"
            name, folder = engine.dialect.name, settings.whoosh
            _OPEN[engine] = open_index(name, INDEX, folder) if whoosh else own_index(session.connection())
        return _OPEN[engine]
