"""Which page opens for whom: every page against every role."""

import pytest

from archives.core.actors import Role
from tests.visitors import SignInAs, Visitor

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
PAGES: dict[str, set[Role]] = {
    "/account": set(Role),
    "/account/password": set(Role),
    "/accounts": {SYSTEM, SECURITY},
    "/accounts/new": {SYSTEM},
    "/accounts/1": {SYSTEM, SECURITY},
    "/accounts/1/deactivate": {SYSTEM},
    "/permissions": {SECURITY},
    "/office": {SYSTEM},
    "/audit": {AUDIT},
    "/audit/verify": {AUDIT},
}


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_its_roles_only(sign_in_as: SignInAs, organisation: int, role: Role) -> None:
    sign_in_as(name="somebody else")
    visitor = sign_in_as(role, organisation_id=organisation)
    opened = {path for path in PAGES if _opens(visitor, path)}
    assert opened == {path for path, roles in PAGES.items() if role in roles}


def _opens(visitor: Visitor, path: str) -> bool:
    status = visitor.get(path).status_code
    assert status in {200, 403, 404}, (path, status)
    return status == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_page_opens_for_nobody(client: Visitor, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, f"/login?next={path}")
