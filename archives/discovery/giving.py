"""Hits to give away: a workbook for people, plain values for programs."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from archives.core.drafts import Vocabularies
from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.discovery.asking import Answer
from archives.discovery.queries import project_codes
from search.contract import Facet, Hit
from search.highlight import marked
from search.tree import Tree

COLUMNS = (
    Column("kind", msg("Kind of record"), width=14),
    Column("code", msg("Record code"), width=22),
    Column("title", msg("Title"), width=60),
    Column("project", msg("Project code"), width=18),
    Column("client", msg("Client"), width=30),
    Column("formed", msg("Formed"), width=12),
    Column("completed", msg("Completed"), width=12),
    Column("accessioned", msg("Accessioned"), width=12),
    Column("works_type", msg("Works type"), width=14),
    Column("retention", msg("Retention period"), width=10),
    Column("secrecy", msg("Secrecy"), width=10),
    Column("medium", msg("Medium"), width=10),
    Column("district", msg("District"), width=14),
)


def workbook(session: Session, hits: Sequence[Hit], words: Vocabularies) -> bytes:
    """Hits as a workbook, in their order."""
    target = BytesIO()
    write_table(target, Table(gettext("Hits"), COLUMNS, rows_of(session, hits, words)))
    return target.getvalue()


def rows_of(session: Session, hits: Sequence[Hit], words: Vocabularies) -> Iterator[dict[str, Any]]:
    """Hits by the keys of COLUMNS; a statement for each 5000 projects."""
    codes = project_codes(session, hits)
    for hit in hits:
        columns = hit.columns
        yield {
            "kind": words["kind"].label(hit.kind),
            "code": hit.code,
            "title": hit.title,
            "project": codes.get(hit.number("project_id")),
            "client": columns["client_name"],
            "district": columns["district"],
            **{name: hit.day(name) for name in ("formed", "completed", "accessioned")},
            **{name: words[name].label(str(columns[name])) for name in _CODED if columns[name] is not None},
        }


_CODED = ("works_type", "retention", "secrecy", "medium")


def plain_answer(answer: Answer, facets: Mapping[str, Facet]) -> dict[str, Any]:
    """An answer for a program: `{"total", "capped", "hits", "next", "kinds", "facets"}`."""
    return {
        "total": answer.result.total,
        "capped": answer.result.capped,
        "hits": [plain_hit(hit, answer.parsed.tree) for hit in answer.result.hits],
        "next": answer.result.next,
        "kinds": {kind: count.total for kind, count in answer.kinds.items()},
        "facets": {name: _plain_counts(answer, facet) for name, facet in facets.items()},
        "hint": answer.parsed.hint,
    }


def plain_hit(hit: Hit, tree: Tree) -> dict[str, Any]:
    """A hit for a program; in `highlight` what matched of the title stands between « and »."""
    title = "".join(f"«{piece.text}»" if piece.matched else piece.text for piece in marked(tree, hit.title, "title"))
    return {"kind": hit.kind, "code": hit.code, "title": hit.title, "highlight": title}


def _plain_counts(answer: Answer, facet: Facet) -> dict[str, int]:
    counts = answer.result.facets.get(facet, {})
    return {"" if value in {None, 0} else str(value): count for value, count in counts.items()}
