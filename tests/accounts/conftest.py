"""What the tests of accounts share."""

import pytest
from sqlalchemy.orm import Session

from archives.core.backend import Backend
from archives.core.clock import now
from archives.organisations.models import Organisation


@pytest.fixture
def organisation(backend: Backend) -> int:
    """The id of a client organisation."""
    with backend.writing() as session:
        return add_organisation(session, "远大置业有限公司")


def add_organisation(session: Session, name: str) -> int:
    """A registered organisation's id."""
    made = Organisation(name=name, name_key=name, created_at=now())
    session.add(made)
    session.flush()
    return made.id
