"""Organisations and people to look at them."""

import pytest
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.organisations import service
from archives.organisations.drafts import OrganisationDraft
from archives.organisations.models import Organisation

CODE = "91350100M000100Y43"
"""The example of GB 32100-2015."""


def person(*roles: Role, organisation_id: int | None = None) -> Actor:
    """Somebody with these roles."""
    return Actor("account", "somebody", 1, frozenset(roles), organisation_id, 4)


@pytest.fixture
def builder(session: Session, operator: Actor) -> Organisation:
    """A registered organisation."""
    draft = OrganisationDraft(name="江城第一建筑有限公司", credit_code=CODE, phone="0551-62800000")
    return service.register(session, operator, draft)
