"""Which node of the filing scope an item fills: by the code it brings, else by the node's name in its title. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

_ATTACHMENTS = re.compile(r"(及其附件|及附件|等)$")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
SHORTEST = 3
"""Names of fewer characters say too little to be found in a title."""


@dataclass(frozen=True)
class ScopeNames:
    """The leaves of a filing scope: all their codes, and the names under which they are found in titles."""

    leaves: frozenset[str]
    codes: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        longest_first = sorted(self.codes, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def has(self, code: str) -> bool:
        """Whether the scope has this leaf; a project without a scope refuses none."""
        return not self.leaves or code in self.leaves

    def find(self, title: str) -> str:
        """The code of the leaf whose name stands in the title, the longest first; "" if none does."""
        found = self._pattern.search(title) if self._pattern else None
        return self.codes[found[0]] if found else ""


def scope_names(leaves: Iterable[tuple[str, str]]) -> ScopeNames:
    """From (code, name) of each leaf; where two leaves share a name, the first keeps it."""
    codes: dict[str, str] = {}
    every = list(leaves)
    for code, name in every:
        for spelling in _spellings(name):
            codes.setdefault(spelling, code)
    return ScopeNames(frozenset(code for code, _ in every), codes)


def _spellings(name: str) -> list[str]:
    plain = _ATTACHMENTS.sub("", _BRACKETS.sub("", name)).strip()
    parts = [part.strip() for part in re.split("[、，,;；]", plain)] if len(plain) > 12 else []
    return [text for text in (name, plain, *parts) if len(text) >= SHORTEST]


NO_SCOPE = ScopeNames(frozenset(), {})
