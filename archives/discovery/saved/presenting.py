"""Saved and past searches as pages show them: what they ask in words, where they lead, how many hits are new."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from archives.core.drafts import Vocabularies
from archives.core.language import gettext
from archives.discovery.asking import SIZES, Count, Wish
from archives.discovery.presenting import address, label_of, parameters, written_count
from archives.discovery.saved.counting import MOST, NewHits
from archives.discovery.saved.models import PastSearch, SavedSearch, SeenSearch
from archives.discovery.saved.rules import Marks, written_marks
from archives.discovery.wishes import wish_of
from archives.discovery.words import FACET_LABELS

LONGEST_WORDS = 120


def asked_of(wish: Wish) -> dict[str, str]:
    """The parameters of a wish that say something."""
    return {name: str(value) for name, value in parameters(wish).items() if value}


def remembered(wish: Wish) -> dict[str, str]:
    """The same without how the hits are shown: a list in another order is no other search."""
    return asked_of(replace(wish, order="relevance", size=SIZES[0], columns=()))


def in_words(wish: Wish, words: Vocabularies) -> str:
    """What is asked: the text, the kind, the values of facets."""
    text = wish.typed if len(wish.typed) <= LONGEST_WORDS else f"{wish.typed[:LONGEST_WORDS]}…"
    kind = words["kind"].label(wish.kind) if wish.kind else ""
    chosen = [f"{FACET_LABELS[name]}: {label_of(name, value, words)}" for name, value in wish.chosen.items()]
    window = gettext("in a window of the map") if wish.window else ""
    return " · ".join(part for part in (text, kind, *chosen, window) if part)


def opened(saved: SavedSearch, marks: Marks) -> str:
    """The address of a saved search's hits; the page notes from it that the reader has seen what there was."""
    values: dict[str, Any] = {**asked_of(wish_of(saved.asked)), "saved": saved.id, "seen": written_marks(marks)}
    return url_for("search.find", **values)


def shown_saved(
    rows: Sequence[tuple[SavedSearch, SeenSearch | None]], account_id: int | None, fresh: NewHits, words: Vocabularies
) -> list[dict[str, Any]]:
    """The rows of the list of saved searches."""
    found = []
    for saved, seen in rows:
        wish = wish_of(saved.asked)
        shown = {
            "id": saved.id,
            "name": saved.name,
            "asks": in_words(wish, words),
            "shared": saved.shared,
            "is_own": saved.owner_id == account_id,
            "made_by": saved.made_by,
            "made_at": saved.made_at,
            "opened_at": seen.at if seen else None,
            "new": written_new(fresh.count(wish, seen.marks)) if seen else "",
        }
        found.append(shown)
    return found


def written_new(count: Count) -> str:
    """A number of new hits, "99+" where there are more, nothing where there is none."""
    return f"{MOST}+" if count.capped else str(count.total or "")


def shown_past(rows: Sequence[PastSearch], words: Vocabularies) -> list[dict[str, Any]]:
    """The rows of the list of past searches."""
    wishes = [(row, wish_of(row.asked)) for row in rows]
    return [
        {
            "asks": in_words(wish, words),
            "href": address(wish),
            "at": row.at,
            "hits": written_count(Count(row.hits, row.capped)),
        }
        for row, wish in wishes
    ]
