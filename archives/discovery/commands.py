"""The command line's door of search: `chengdang search …` and `chengdang index …`."""

from typing import Any

import click

from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.language import msg
from archives.discovery import keeping
from archives.discovery.asking import FACETS, Search, Wish
from archives.discovery.engines import index_of
from archives.discovery.giving import plain_answer, plain_hit
from archives.discovery.sources.every import BY_KIND
from archives.discovery.words import words_of
from search.contract import PAGE


@click.command("search")
@click.argument("query")
@click.option("--kind", type=click.Choice(list(BY_KIND)), help="Only records of one kind.")
@click.option("--limit", type=click.IntRange(0, 10_000), default=PAGE, show_default=True, help="Hits that are printed.")
@click.option("--facets", is_flag=True, help="Count the hits by class, year, works type and so on.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_obj
def search_command(desk: Desk, query: str, kind: str | None, limit: int, facets: bool, as_json: bool) -> None:
    """Find records and pipelines."""
    with desk.backend.reading() as session:
        search = Search(session, desk.actor, index_of(session, desk.settings), words_of(session))
        wanted = FACETS if facets else {}
        found = search.answer(Wish(query, kind=kind or "", size=limit), tuple(wanted.values()))
    if as_json:
        answer(plain_answer(found, wanted))
        return
    for hit in found.result.hits:
        plain = plain_hit(hit, found.parsed.tree)
        click.echo(f"{plain['kind']}\t{plain['code']}\t{plain['highlight']}")
    total, capped = f"{found.result.total:,}", "+" if found.result.capped else ""
    say(msg("%(total)s hits", total=total + capped))


@click.group("index")
def index_group() -> None:
    """The search index: make it anew, look whether it is whole."""


@index_group.command("rebuild")
@click.option("--engine", type=click.Choice(["own", "whoosh"]), default="own", show_default=True, help="Which index.")
@click.pass_obj
def rebuild_command(desk: Desk, engine: str) -> None:
    """Make the index anew; searching goes on meanwhile."""
    if engine == "whoosh":
        answer({"engine": engine, "documents": keeping.rebuild_whoosh(desk.backend, desk.settings.whoosh)})
        return
    answer({"engine": engine, "documents": keeping.rebuild(desk.backend, _tell)})


@index_group.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check_command(context: click.Context, as_json: bool) -> None:
    """Compare the index with the records; exit 1 if it is not as they are."""
    desk: Desk = context.obj
    with desk.backend.writing() as session:
        found = keeping.check(session)
    result: dict[str, Any] = {"engine": found.engine, "documents": found.documents, "faults": list(found.faults)}
    if as_json:
        answer(result)
    else:
        for fault in found.faults:
            say(f"✗ {fault}")
        say(msg("%(total)s documents", total=f"{found.documents:,}"))
    if found.faults:
        context.exit(PROBLEMS)


def _tell(done: int, everything: int) -> None:
    say(f"{done:,} / {everything:,}")
