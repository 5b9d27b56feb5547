"""Access databases through the program `mdb-export`, where it is installed.

The readers written in Python put text into wrong columns without a word, so there is no other way here.
"""

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gis.codes import Codes
from gis.survey.raw import Cell, RawTable, Row
from gis.survey.source import GeoFile, SurveyFileError

SECONDS = 600
"""How long one table may take."""
MOST_TABLES = 300

_SIGNS = (b"Standard Jet DB", b"Standard ACE DB", b"Jet System DB")
_SINGLE = re.compile(r"-?\d+\.\d{5,}(?:e[+-]?\d+)?", re.IGNORECASE)
_LOCKED = re.compile(r"password|encrypt", re.IGNORECASE)


def is_access(head: bytes) -> bool:
    """Whether it is an MDB or ACCDB file."""
    return head[4:19] in _SIGNS or head[4:17] == _SIGNS[2]


def read_access(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """Every table of a database. Raises SurveyFileError: `mdb_tool_missing`, `encrypted`, `mdb_failed`."""
    return GeoFile(tuple(_table(path, name, table) for table in table_names(path, name)[:MOST_TABLES]))


def table_names(path: Path, name: str) -> list[str]:
    """The tables of a database but for its own. Raises SurveyFileError as `read_access` does."""
    listed = _run(name, "mdb-tables", "-1", str(path.resolve()))
    return [table for table in listed.splitlines() if table and not table.startswith(("MSys", "~"))]


def _table(path: Path, name: str, table: str) -> RawTable:
    days = ("-D", "%Y-%m-%d", "-T", "%Y-%m-%d")
    text = _run(name, "mdb-export", *days, "--", str(path.resolve()), table)
    lines = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = [(number, [_cell(cell) for cell in cells]) for number, cells in enumerate(lines, start=1)]
    return RawTable(table, rows)


def _run(name: str, program: str, *arguments: str) -> str:
    """What the program writes; no shell, no more of our environment than it needs."""
    found = shutil.which(program)
    if found is None:
        raise SurveyFileError("mdb_tool_missing", (name, program))
    environment = {"PATH": os.environ.get("PATH", ""), "MDB_JET3_CHARSET": "cp936", "MDBICONV": "UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  # a program found by its own name, its arguments never seen by a shell
            [found, *arguments], capture_output=True, check=False, timeout=SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SurveyFileError("mdb_failed", (name,)) from error
    said = done.stderr.decode("utf-8", "replace")
    if _LOCKED.search(said):
        raise SurveyFileError("encrypted", (name,))
    if done.returncode:
        raise SurveyFileError("mdb_failed", (name, said.strip()[:200]))
    return done.stdout.decode("utf-8", "replace")


def _cell(text: str) -> Cell:
    """The text of a cell; a single-precision 0.699999988 is the 0.7 that was typed."""
    if not _SINGLE.fullmatch(text):
        return text
    value = float(text)
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return str(single) if format(float(single), ".9g") == format(value, ".9g") and len(text) <= 13 else text
