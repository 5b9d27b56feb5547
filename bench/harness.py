"""Timing, the results file and the report."""

import json
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: what was measured, and its ratio to the bare operation; `bar` is the most that is good enough."""

    section: str
    name: str
    value: float
    unit: str
    ratio: float | None = None
    bar: float | None = None

    @property
    def falls_short(self) -> bool:
        """Whether the ratio is above its bar."""
        return self.ratio is not None and self.bar is not None and self.ratio > self.bar


def median_seconds(act: Callable[[], object], repeats: int = 5) -> float:
    """The median time of `repeats` runs after one that does not count."""
    act()
    return statistics.median(_seconds(act) for _ in range(repeats))


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def write(results: Sequence[Result]) -> None:
    """Write `results.json` and `report.md` beside this module."""
    measured = {"machine": machine(), "results": [asdict(result) for result in results]}
    (FOLDER / "results.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")
    (FOLDER / "report.md").write_text(_report(results), encoding="utf-8")


def _report(results: Sequence[Result]) -> str:
    facts = "\n".join(f"- {name}: {value}" for name, value in machine().items())
    rows = "\n".join(_row(result) for result in results)
    head = "| section | what | value | unit | ratio | bar | |\n|---|---|---:|---|---:|---:|---|"
    return f"# Measured\n\n{facts}\n\n{head}\n{rows}\n"


def _row(result: Result) -> str:
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    bar = "" if result.bar is None else f"{result.bar:g}"
    mark = "falls short" if result.falls_short else ""
    return f"| {result.section} | {result.name} | {result.value:.4g} | {result.unit} | {ratio} | {bar} | {mark} |"
