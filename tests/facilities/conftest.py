"""People of the facilities' stories; each folder has a `region` of its own for them."""

import pytest

from archives.core.actors import Role
from archives.core.backend import Backend
from tests.visitors import SignInAs, Visitor


@pytest.fixture
def bureau(region: Backend, sign_in_as: SignInAs) -> Visitor:  # the pages of that region
    """Somebody of the competent authority."""
    return sign_in_as(Role.AUTHORITY, name="许监督")


@pytest.fixture
def director(region: Backend, sign_in_as: SignInAs) -> Visitor:
    """The director of the city's archives."""
    return sign_in_as(Role.DIRECTOR, name="馆长")
