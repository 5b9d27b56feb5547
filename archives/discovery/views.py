"""The web door of search: the page behind the box on every page, its suggestions, and the same as JSON."""

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue.queries import volume_by_code
from archives.core.audit import Subject
from archives.core.drafts import Vocabularies, read
from archives.core.errors import NotFoundError
from archives.core.language import gettext, msg
from archives.discovery import giving, presenting
from archives.discovery.asking import FACETS, ORDERS, SIZES, Answer, Search, Wish
from archives.discovery.drafts import Composed
from archives.discovery.engines import index_of
from archives.discovery.points import points_called
from archives.discovery.rules import CODED, DAYS, TEXTS, WORDS, written
from archives.discovery.wishes import wish_of
from archives.discovery.words import words_of
from archives.projects.queries import by_code
from archives.web.application import database, here
from archives.web.forms import fields_of
from archives.web.guard import actor, for_programs
from archives.web.noting import note_given
from archives.web.pages import WORKBOOK, document, goto, page

blueprint = Blueprint("search", __name__, url_prefix="/search")
USUAL = ("code", "title", "project", "formed", "secrecy")
"""Columns of a table until somebody chooses."""
SCOPE = "search"
SCOPES = {SCOPE: msg("Search: find records and pipelines")}
GROUPS = (
    (msg("Words"), WORDS),
    (msg("Fields"), TEXTS),
    (msg("Kinds and levels"), CODED),
    (msg("Days"), tuple(f"{name}_{end}" for name in DAYS for end in ("from", "to"))),
)
"""The form that writes the query language, in its parts."""


@blueprint.get("")
def find() -> ResponseReturnValue:
    """What the box on top leads to: a whole code goes straight to its record, everything else to a page of hits."""
    wish, words = _wish(), words_of(database())
    if _is_typed_alone():
        there = _record_called(wish.typed)
        if there is not None:
            return there
    search = _search(words)
    answer = search.answer(wish, grouped=True)
    as_list = bool(wish.kind) and not wish.columns
    return page(
        "discovery/results.html",
        search_words=wish.typed,
        wish=wish,
        answer=answer,
        hint=presenting.HINTS[answer.parsed.hint] if answer.parsed.hint else None,
        kinds=presenting.shown_kinds(answer, words),
        facets=presenting.shown_facets(answer, words),
        groups=_groups(search, answer, words),
        hits=presenting.shown_hits(database(), search, answer, answer.result.hits, words) if as_list else [],
        rows=presenting.shown_rows(database(), answer, words) if wish.kind and wish.columns else [],
        **presenting.shown_columns(wish),
        as_list=presenting.address(wish, columns=None),
        as_table=presenting.address(wish, columns=",".join(USUAL)),
        orders=_orders(wish),
        sizes=[(size, presenting.address(wish, size=size), size == wish.size) for size in SIZES],
        next_url=_next(wish, answer),
        points=_points(wish),
        places=presenting.shown_places(search.places(wish)) if answer.result.total else [],
        kept=presenting.parameters(wish),
        everywhere=presenting.address(wish, window=None),
        **_nothing(search, wish, answer, words),
    )


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Names that begin as typed, of what the reader may see, as the options of a datalist."""
    typed = request.args.get("q", "").strip()[:100]
    return page("discovery/suggestions.html", names=_search({}).suggest(typed) if typed else [])


def _search(words: Vocabularies) -> Search:
    return Search(database(), actor(), index_of(database(), here().settings), words)


def _is_typed_alone() -> bool:
    """Whether the box was filled and nothing else was asked."""
    return set(request.args) == {"q"}


def _record_called(code: str) -> ResponseReturnValue | None:
    if not code or "\0" in code:
        return None
    try:
        return goto("projects.show", code=by_code(database(), actor(), code).code)
    except NotFoundError:
        pass
    try:
        return goto("catalogue.volume", volume_id=volume_by_code(database(), actor(), code).id)
    except NotFoundError:
        return None


def _wish() -> Wish:
    """What the address asks; columns are listed with commas, or come from as many boxes as were ticked."""
    return wish_of({**request.args, "columns": ",".join(request.args.getlist("columns"))})


def _groups(search: Search, answer: Answer, words: Vocabularies) -> list[dict[str, Any]]:
    ranked = [source for source in words["kind"].choices if source.code in answer.groups]
    return [
        {
            "label": one.label,
            "href": presenting.address(answer.wish, kind=one.code),
            "count": presenting.written_count(answer.kinds[one.code]),
            "more": answer.kinds[one.code].total > len(answer.groups[one.code].hits),
            "hits": presenting.shown_hits(database(), search, answer, answer.groups[one.code].hits, words),
        }
        for one in ranked
    ]


def _points(wish: Wish) -> list[dict[str, Any]]:
    """Points of pipelines whose number begins as typed, where nothing else was asked."""
    if wish.chosen or wish.window or wish.kind not in {"", "pipeline"}:
        return []
    return presenting.shown_points(points_called(database(), actor(), wish.typed))


def _orders(wish: Wish) -> list[tuple[str, str, bool]]:
    labels = {
        "relevance": gettext("best first"),
        "newest": gettext("newest first"),
        "oldest": gettext("oldest first"),
        "code": gettext("by code"),
    }
    return [(labels[order], presenting.address(wish, order=order), order == wish.order) for order in ORDERS]


def _next(wish: Wish, answer: Answer) -> str | None:
    if not wish.kind or answer.result.next is None:
        return None
    return url_for("search.find", **presenting.parameters(wish), after=answer.result.next)


def _nothing(search: Search, wish: Wish, answer: Answer, words: Vocabularies) -> dict[str, Any]:
    """What helps where nothing was found."""
    if answer.result.total or not wish.asks_anything:
        return {"misses": [], "alike": [], "ways": []}
    return {
        "misses": search.misses(wish),
        "alike": [(name, url_for("search.find", q=name)) for name in search.alike(wish)],
        "ways": presenting.ways_to_loosen(wish, words),
    }


@blueprint.get("/hits.xlsx")
def workbook() -> ResponseReturnValue:
    """Every hit as a workbook, in the order of the page."""
    wish, words = _wish(), words_of(database())
    search = _search(words)
    hits = search.all(wish)
    asked = presenting.parameters(wish)
    note_given("search.hits_given", Subject("search", None, wish.typed), hits=len(hits), conditions=asked)
    return document(giving.workbook(database(), hits, words), str(msg("hits.xlsx")), WORKBOOK)


@blueprint.get("/hits.json")
@for_programs(SCOPE)
def hits() -> ResponseReturnValue:
    """The same answer for a program."""
    wish = _wish()
    search = _search(words_of(database()))
    return jsonify(giving.plain_answer(search.answer(wish), FACETS))


@blueprint.get("/language")
def language() -> ResponseReturnValue:
    """How to search, with examples."""
    return page("discovery/language.html", fields=presenting.named_fields())


@blueprint.get("/advanced")
def advanced() -> ResponseReturnValue:
    """The form that writes the query language; filled, it leads to the hits with what it wrote in the box."""
    words = words_of(database())
    reading = read(Composed, request.args, words)
    if request.args and not reading.problems:
        wanted = reading.draft
        labels = {name: words[name].label(getattr(wanted, name)) for name in CODED if getattr(wanted, name)}
        return goto("search.find", q=written(wanted, labels), order="relevance")
    fields = fields_of(Composed, request.args, reading.problems, words)
    groups = [(str(title), [fields[name] for name in names]) for title, names in GROUPS]
    return page("discovery/advanced.html", groups=groups), 422 if reading.problems else 200
