"""Hits and facets as pages show them: with what matched, in the reader's words, and where to go from there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.drafts import Vocabularies
from archives.core.language import Message, gettext, msg
from archives.discovery.asking import FACETS, SIZES, UNKNOWN, YEARS, Answer, Count, Search, Wish
from archives.discovery.giving import COLUMNS, rows_of
from archives.discovery.models import FIELDS, NAMED
from archives.discovery.points import FoundPoint
from archives.discovery.queries import project_codes
from archives.discovery.quoting import Quote, quotes_of
from archives.discovery.sources.catalogue import ITEMS
from archives.discovery.sources.contract import record_of
from archives.discovery.sources.every import SOURCES
from archives.discovery.words import ATTRIBUTE_LABELS, FACET_LABELS, FIELD_LABELS, ICONS
from archives.pipelines.vocabularies import kind_name
from gis.codes import standard
from search.contract import Counts, FacetValue, Hit
from search.highlight import Fragment, Piece, fragments, marked
from search.language import Hint
from search.tables import CODE, KIND, LONG, TITLE, Attribute, TextField
from search.tree import Tree

MOST_VALUES = 12
"""Values of a facet that are shown; the rest is reached by narrowing further."""
MOST_FIELDS = 3
"""Fields of a hit that are quoted."""
HINTS: Mapping[Hint, Message] = {
    "brackets": msg("A bracket has no other half, so everything was read as plain words."),
    "quotes": msg("A quotation mark has no other half, so everything was read as plain words."),
    "operator": msg("AND, OR or NOT has nothing to join, so everything was read as plain words."),
    "empty": msg("A field or a group has nothing in it, so everything was read as plain words."),
    "long": msg("The text is long, so it was read as plain words."),
    "range": msg("A range cannot be read (write 2008..2012), so everything was read as plain words."),
}


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One hit: pieces of its texts with what matched, and a few facts."""

    kind: str
    label: str
    icon: str
    href: str
    code: Fragment
    title: Fragment
    project: str
    quoted: Sequence[tuple[str, Fragment]]
    facts: Sequence[str]
    secrecy: str


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a facet: following `href` narrows to it, or widens again where it is chosen."""

    label: str
    count: int
    href: str
    chosen: bool
    share: int = 0
    """Of the largest count, in percent."""


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """One facet with its values, the most frequent first; years in their order."""

    name: str
    label: str
    values: Sequence[ShownValue]
    more: int


def shown_hits(
    session: Session, search: Search, answer: Answer, hits: Sequence[Hit], words: Vocabularies
) -> list[ShownHit]:
    """Hits as the page shows them; three statements however many there are."""
    texts, tree = search.written([hit.id for hit in hits]), answer.parsed.tree
    codes = project_codes(session, hits)
    quotes = quotes_of(session, tree, {record_of(hit.id): texts[hit.id] for hit in hits if hit.kind == ITEMS.kind})
    shown = []
    for hit in hits:
        quote = quotes.get(record_of(hit.id)) if hit.kind == ITEMS.kind else None
        shown.append(_shown(hit, texts.get(hit.id, {}), tree, codes, words, quote))
    return shown


def _shown(
    hit: Hit,
    texts: Mapping[str, str],
    tree: Tree,
    codes: Mapping[int | None, str],
    words: Vocabularies,
    quote: Quote | None,
) -> ShownHit:
    project = codes.get(hit.number("project_id"), "")
    # A volume's page names its project anyway: it is a line of its own, not a quotation.
    named = texts.get("project", "")
    quoted = [(str(FIELD_LABELS[name]), one) for name, one in _quoted(tree, texts) if name != "project"]
    if quote is not None:
        quoted.insert(0, (str(msg("In the file, page %(page)d", page=quote.page)), quote.said))
    return ShownHit(
        kind=hit.kind,
        label=words["kind"].label(hit.kind),
        icon=ICONS[hit.kind],
        href=address_of(hit, project),
        code=marked(tree, hit.code, "code"),
        title=marked(tree, hit.title, "title") or (Piece(gettext("(without a title)"), False),),
        project=named,
        quoted=quoted[:MOST_FIELDS],
        facts=_facts(hit, texts, words),
        secrecy=_secrecy(hit, words),
    )


def _secrecy(hit: Hit, words: Vocabularies) -> str:
    rank = hit.columns["secrecy"]
    return words["secrecy"].label(str(rank)) if rank not in {None, "0"} else ""


def _quoted(tree: Tree, texts: Mapping[str, str]) -> Iterator[tuple[str, Fragment]]:
    """The fields in which something matched; the client is one of the parties and is not quoted twice."""
    found = dict[str, Fragment]()
    for name in FIELD_LABELS:
        if name == "number" and texts.get(name) == texts.get("code"):
            continue
        best = fragments(tree, texts.get(name, ""), name, most=1)
        if best and any(piece.matched for piece in best[0]) and not (name == "parties" and "client" in found):
            found[name] = best[0]
    yield from found.items()


def _facts(hit: Hit, texts: Mapping[str, str], words: Vocabularies) -> list[str]:
    columns = hit.columns
    days = [hit.day(name) for name in ("formed", "completed")]
    day = next((str(one) for one in days if one), "")
    coded = [words[name].label(str(columns[name])) for name in ("works_type", "retention") if columns[name]]
    of_lines = [texts.get(name, "") for name in ("owner", "material", "details")] if hit.kind == "pipeline" else []
    return [one for one in (day, *coded, str(columns["district"] or ""), *of_lines) if one]


def address_of(hit: Hit, project: str) -> str:
    """Where a hit's page is; `project` is the code of its project."""
    return _ADDRESSES[hit.kind](hit, record_of(hit.id), project)


_ADDRESSES: Mapping[str, Callable[[Hit, int, str], str]] = {
    "project": lambda hit, _id, _project: url_for("projects.show", code=hit.code),
    "unit": lambda hit, _id, project: url_for(
        "projects.units.show", code=project, unit_code=hit.code.removeprefix(f"{project}-")
    ),
    "transfer": lambda _hit, _id, project: url_for("accession.show", code=project),
    "volume": lambda _hit, id_, _project: url_for("catalogue.volume", volume_id=id_),
    "item": lambda _hit, id_, _project: url_for("catalogue.item", item_id=id_),
    "organisation": lambda _hit, id_, _project: url_for("organisations.show", organisation_id=id_),
    "survey": lambda hit, _id, _project: url_for("pipelines.newest", number=hit.code),
    "pipeline": lambda hit, _id, _project: url_for("pipeline_map.show", segment=hit.number("segment_id")),
    "sheet": lambda _hit, id_, _project: url_for("pipeline_sheets.show", sheet_id=id_),
    "area": lambda _hit, id_, _project: url_for("pipeline_areas.show", area_id=id_),
}


def shown_kinds(answer: Answer, words: Vocabularies) -> list[dict[str, Any]]:
    """The tabs over the hits: all kinds, then each that has some."""
    wish = answer.wish
    tabs = [{"label": gettext("Everything"), "href": address(wish, kind=""), "active": not wish.kind}]
    for source in SOURCES:
        count = answer.kinds.get(source.kind, Count(0))
        if count.total or source.kind == wish.kind:
            label = words["kind"].label(source.kind)
            href, active = address(wish, kind=source.kind), wish.kind == source.kind
            tabs.append({"label": label, "href": href, "active": active, "count": written_count(count)})
    return tabs


def written_count(count: Count) -> str:
    """A count, with "+" where there are more."""
    return f"{count.total:,}{'+' if count.capped else ''}"


def shown_facets(answer: Answer, words: Vocabularies) -> list[ShownFacet]:
    """The facets that tell hits apart, or that are chosen."""
    found = []
    for name, facet in FACETS.items():
        counts = answer.result.facets.get(facet, {})
        if name in answer.wish.chosen or counts.keys() - {None, 0}:
            found.append(_facet(answer.wish, name, _named(counts, years=facet == YEARS), words))
    return found


def _named(counts: Counts, *, years: bool) -> dict[str, int]:
    """Counts by the value that an address has, in the order shown."""
    plain = {_value(value): count for value, count in counts.items()}
    if years:
        return dict(sorted(plain.items(), reverse=True))
    return dict(sorted(plain.items(), key=lambda one: (one[0] == UNKNOWN, -one[1], one[0])))


def _value(value: FacetValue) -> str:
    return UNKNOWN if value in {None, 0} else str(value)


def _facet(wish: Wish, name: str, counts: Mapping[str, int], words: Vocabularies) -> ShownFacet:
    most = max(counts.values(), default=1)
    chosen = wish.chosen.get(name)
    shown = [value for value in counts if value == chosen] or list(counts)[:MOST_VALUES]
    if chosen is not None and not shown:
        shown = [chosen]
    values = [
        ShownValue(
            label=label_of(name, value, words),
            count=counts.get(value, 0),
            href=address(wish, **{name: None if value == chosen else value}),
            chosen=value == chosen,
            share=round(100 * counts.get(value, 0) / most),
        )
        for value in shown
    ]
    return ShownFacet(name, str(FACET_LABELS[name]), values, 0 if chosen else len(counts) - len(shown))


def label_of(name: str, value: str, words: Vocabularies) -> str:
    """What a value of a facet is called."""
    if value == UNKNOWN:
        return gettext("not given")
    label = words[name].label(value) if name in words else value
    return f"{value} {label}" if name == "class" else label


def address(wish: Wish, **changes: Any) -> str:
    """The address of a wish with something of it changed, from the list's beginning."""
    values = {**parameters(wish), **changes}
    return url_for("search.find", **{name: value for name, value in values.items() if value})


def parameters(wish: Wish) -> dict[str, Any]:
    """A wish as an address has it, without its place in the list."""
    window = ",".join(f"{one:.6f}" for one in wish.window) if wish.window else None
    order = wish.order if wish.order != "relevance" else None
    size = wish.size if wish.size != SIZES[0] else None
    columns = ",".join(wish.columns) or None
    place = {"window": window, "order": order, "size": size, "columns": columns}
    return {"q": wish.typed, "kind": wish.kind, **wish.chosen, **place}


def ways_to_loosen(wish: Wish, words: Vocabularies) -> list[tuple[str, str]]:
    """What an empty answer may be asked without: a label, and the address."""
    ways = [
        (str(msg("without “%(value)s”", value=label_of(name, value, words))), address(wish, **{name: None}))
        for name, value in wish.chosen.items()
    ]
    if wish.kind:
        ways.append((gettext("in every kind of record"), address(wish, kind=None)))
    if wish.window:
        ways.append((gettext("outside the map's window too"), address(wish, window=None)))
    return ways


def shown_places(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits as points of the map."""
    return [
        {
            "longitude": hit.columns["longitude"],
            "latitude": hit.columns["latitude"],
            "label": hit.title,
            "href": address_of(hit, hit.code),
        }
        for hit in hits
    ]


def shown_rows(session: Session, answer: Answer, words: Vocabularies) -> list[dict[str, Any]]:
    """The hits as rows of a table, each with the address of its record."""
    hits = answer.result.hits
    rows = rows_of(session, hits, words)
    return [{**row, "href": address_of(hit, row["project"] or "")} for hit, row in zip(hits, rows, strict=True)]


def shown_columns(wish: Wish) -> dict[str, Any]:
    """The columns that a table can have, and the heads of those that it has."""
    offered = [one for one in COLUMNS if one.key != "kind"]
    return {
        "link": "title" if "title" in wish.columns else next(iter(wish.columns), ""),
        "columns": [(one.key, str(one.label), one.key in wish.columns) for one in offered],
        "heads": [
            {"key": one.key, "label": str(one.label), "kind": _KINDS_OF_CELLS.get(one.key, "text")}
            for one in offered
            if one.key in wish.columns
        ],
    }


_KINDS_OF_CELLS = {"code": "code", "project": "code", "formed": "date", "completed": "date", "accessioned": "date"}


def shown_points(points: Sequence[FoundPoint]) -> list[dict[str, Any]]:
    """Points of pipelines with where to look at them."""
    codes = standard()
    return [
        {
            "number": one.number,
            "kind": kind_name(codes, one.major, one.minor),
            "road": one.road,
            "href": url_for("pipeline_map.show", segment=one.segment) if one.segment is not None else "",
        }
        for one in points
    ]


def named_fields() -> list[tuple[str, str]]:
    """What may stand before a colon, and an example of it, for the page that explains the language."""
    return [(" · ".join((*one.names, one.name)), str(label)) for one, label in _named_ones()]


def _named_ones() -> list[tuple[TextField | Attribute, Message]]:
    texts = [(one, FIELD_LABELS[one.name]) for one in FIELDS if one.names]
    always: list[tuple[TextField | Attribute, Message]]
    always = [(KIND, msg("Kind of record")), (CODE, msg("Record code")), (TITLE, msg("Title"))]
    return [*always, *texts, (LONG, msg("Text of files")), *_ATTRIBUTES]


_ATTRIBUTES = [(one, ATTRIBUTE_LABELS[one.name]) for one in NAMED]
