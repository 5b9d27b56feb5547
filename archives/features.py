"""What the features declare, gathered once for all doors."""

from archives.core.registry import Registry
from archives.web.pages import Section

MENU: tuple[Section, ...] = ()
REGISTRY = Registry()
