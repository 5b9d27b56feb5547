"""Did you mean: the names that are nearest to a word, by Whoosh's distance of spellings."""

from collections.abc import Sequence

from search.pinyin import initials
from search.whoosh_library import levenshtein
from search.words import line

FARTHEST = 2
"""Letters or characters that may be wrong in a word; in one of two or three only one."""


def nearest(typed: str, names: Sequence[str], limit: int) -> list[str]:
    """The names within reach of what was typed, the nearest first; those that sound the same before others."""
    sought, sound = line(typed), initials(typed)
    farthest = FARTHEST if len(sought) > 3 else 1
    found = []
    for name in names:
        compared = line(name)
        distance = levenshtein.distance(sought, compared, farthest)
        if 0 < distance <= farthest:
            found.append((distance - 0.5 * (initials(name) == sound), name))
    return [name for _, name in sorted(found)][:limit]
