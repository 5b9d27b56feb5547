"""`make bench`: measure, write the report, and say what falls short."""

import argparse
import sys
from collections.abc import Callable, Iterator

from bench import facilities, imports, pages, pipelines, pipelines_store, search, search_page, search_peers
from bench.harness import Result, write

SECTIONS: dict[str, Callable[[str], Iterator[Result]]] = {
    "facilities": facilities.measure,
    "import": imports.measure,
    "pages": pages.measure,
    "pipelines": pipelines.measure,
    "pipelines store": pipelines_store.measure,
    "search": search.measure,
    "search page": search_page.measure,
    "search peers": search_peers.measure,
}


def main() -> int:
    """Run the sections asked for; exit 1 if a ratio is above its bar."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--size", choices=("S", "M"), default="S")
    parser.add_argument("--section", choices=sorted(SECTIONS), action="append")
    asked = parser.parse_args()
    results: list[Result] = []
    for name in asked.section or SECTIONS:
        for result in SECTIONS[name](asked.size):
            results.append(result)
            print(_line(result), flush=True)
    write(results)
    short = [result for result in results if result.falls_short]
    for result in short:
        print(f"falls short: {result.section}, {result.name}", file=sys.stderr)
    return 1 if short else 0


def _line(result: Result) -> str:
    ratio = "" if result.ratio is None else f"  ratio {result.ratio:.2f}"
    ratio += "" if result.bar is None else f" (bar {result.bar:g})"
    return f"{result.section}: {result.name}: {result.value:.4g} {result.unit}{ratio}"


if __name__ == "__main__":
    sys.exit(main())
