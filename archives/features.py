"""What the features declare, gathered once for all doors."""

from archives.accounts import rules as accounts
from archives.accounts import views as accounts_views
from archives.core import office
from archives.core.registry import Registry
from archives.web.pages import Section

MENU: tuple[Section, ...] = (accounts_views.MENU,)
REGISTRY = Registry(actions=(*accounts.ACTIONS, office.DECIDE))
