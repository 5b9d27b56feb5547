"""Volumes and items of invented works, as raw values of a list: for the demonstration city and for measuring.

What a works hands in follows from the filing scope of its type, so nothing that the archives require is missing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from archives.reference.rows import ScopeRow
from archives.reference.tables import load_tables

Raw = dict[str, str | int | float | date]
PHASES = "ABCDE"
"""Preparation, supervision, construction, as-built drawings, completion: the parts of a filing scope by their code."""
DRAWINGS = "D"
SHARES = {"A": 3, "B": 2, "C": 5, "D": 4, "E": 2}
"""How the volumes of a works are divided among its phases."""
LEAST_ITEMS, MOST_ITEMS = 5, 11
MAKERS = {"A": "client", "B": "supervisor", "C": "contractor", "D": "contractor", "E": "client"}
SPECIAL_MAKERS = {"A3-01": "surveyor", "A3-02": "surveyor", "E1-01": "surveyor", "E1-02": "designer"}

_SAYS_WHAT_IT_IS = re.compile(
    "(?:记录|报告|文件|表|书|证|图|单|资料|方案|纪要|意见|合同|总结|照片|名册|批示|数据和图）)$"
)
_REMARK = re.compile("（[^（）]*）$")
_SUFFIXES = {"C4-03": "进场复试报告", "C4": "质量证明文件", "C5": "记录", "C6": "试验报告"}
RARE = frozenset(
    {"B1-10", "B1-11", "B3-01", "B5-01", "B5-02"}  # stops, accidents, delays
    | {"C1-05", "C1-06", "C3-02", "C3-06", "C4-03-07", "C4-03-08", "C5-08", "C5-09", "C5-10", "D-04", "E1-11"}
)
"""What only some works have: accidents, delays, prestressed parts, curtain walls, flats. Ours have none of it."""
# The general scope names phases only; these are what every contractor keeps.
_GENERAL = {
    "C": ("施工组织设计", "图纸会审记录", "隐蔽工程验收记录", "衬砌混凝土试验报告", "监控量测记录", "质量验收记录"),
    "D": ("总平面竣工图", "纵断面竣工图", "横断面竣工图", "结构竣工图", "机电竣工图"),
}


@dataclass(frozen=True, slots=True)
class Works:
    """What the records are of: the works' name, its makers by part, and when it was built."""

    name: str
    makers: Mapping[str, str]
    started: date
    ended: date
    unit: str = ""
    works_type: str = "building"

    def maker(self, document: "Document") -> str:
        """Who made a document; the client where nobody else is known."""
        return self.makers.get(document.maker) or self.makers["client"]

    def titled(self, document: "Document") -> str:
        """A document's title with the works' name before it."""
        return self.name + document.title.removeprefix("工程" if self.name.endswith("工程") else "")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the filing scope asks for: its code there, its title, and the group it is filed under."""

    code: str
    title: str
    group: str
    maker: str
    required: bool


def volumes_of(works: Works, count: int, random: Random, phases: str = PHASES) -> Iterator[tuple[Raw, list[Raw]]]:
    """`count` volumes with their items, numbered from 001 in the order of the phases."""
    number = 0
    for phase, share in _allotted(phases, count).items():
        for documents in _bundles(works.works_type, phase, share, random):
            number += 1
            yield _volume(works, phase, number, documents, random)


@cache
def documents_of(works_type: str, phase: str) -> tuple[Document, ...]:
    """The documents of one phase of a works type, in the order of the filing scope."""
    tables = load_tables()
    template = next(row.scope_template for row in tables.works_types if row.code == works_type)
    rows = {row.code: row for row in tables.scopes if row.template == template}
    headings = {row.parent for row in rows.values()}
    leaves = sorted(code for code in rows if code[0] == phase and code not in headings | RARE)
    if leaves == [phase]:
        return tuple(_document(rows[phase], rows, title) for title in _GENERAL[phase])
    return tuple(_document(rows[code], rows, _title(rows[code])) for code in leaves)


def _document(row: ScopeRow, rows: Mapping[str, ScopeRow], title: str) -> Document:
    head = rows[row.code.split("-")[0]]
    group = title if len(head.code) == 1 else head.name
    maker = SPECIAL_MAKERS.get(row.code, MAKERS[row.code[0]])
    return Document(row.code, title, group, maker, row.required_by_archives)


def _title(row: ScopeRow) -> str:
    """The scope's words; where they name a material or a test only, with what the paper about it is called."""
    if _SAYS_WHAT_IT_IS.search(row.name):
        return row.name
    plain = _REMARK.sub("", row.name)
    suffix = next((words for code, words in _SUFFIXES.items() if row.code.startswith(code)), "")
    return plain + (suffix.removeprefix("试验") if plain.endswith("试验") else suffix)


def _allotted(phases: str, count: int) -> dict[str, int]:
    """How many of `count` volumes each phase gets: by its share, and one at least while there are enough."""
    total = sum(SHARES[phase] for phase in phases)
    given = {phase: max(1, count * SHARES[phase] // total) for phase in phases[:count]}
    while (rest := count - sum(given.values())) != 0:
        most = max(given, key=lambda phase: (SHARES[phase] / given[phase]) if rest > 0 else given[phase])
        given[most] += 1 if rest > 0 else -1
    return given


def _bundles(works_type: str, phase: str, volumes: int, random: Random) -> Iterator[list[Document]]:
    """The documents of a phase, a volume's worth at a time; every one that the archives require is among them."""
    documents = documents_of(works_type, phase)
    required = sum(document.required for document in documents)
    sizes = [random.randrange(LEAST_ITEMS, MOST_ITEMS) for _ in range(volumes)]
    more = max(0, required - sum(sizes))
    sizes = [size + more * (index + 1) // volumes - more * index // volumes for index, size in enumerate(sizes)]
    every = iter(_spread(documents, sum(sizes), random))
    for size in sizes:
        yield [next(every) for _ in range(size)]


def _spread(documents: Sequence[Document], count: int, random: Random) -> list[Document]:
    """`count` documents in the order of the scope, the same one several times where there are more places."""
    chosen = list(documents)
    if count < len(documents):
        optional = [document for document in documents if not document.required]
        left_out = set(random.sample(optional, len(documents) - count))
        chosen = [document for document in documents if document not in left_out]
    copies = Counter(index * len(chosen) // count for index in range(count))
    return [_copy(document, copy, copies[at]) for at, document in enumerate(chosen) for copy in range(copies[at])]


def _copy(document: Document, copy: int, copies: int) -> Document:
    if copies == 1:
        return document
    title = f"{document.title}（{copy + 1}）"
    return Document(document.code, title, document.group, document.maker, document.required)


def _volume(
    works: Works, phase: str, number: int, documents: Sequence[Document], random: Random
) -> tuple[Raw, list[Raw]]:
    days = sorted(_day(works, phase, random) for _ in documents)
    items: list[Raw] = []
    for sequence, (document, day) in enumerate(zip(documents, days, strict=True), 1):
        page = int(str(items[-1]["page_to"])) + 1 if items else 1
        items.append(_item(works, f"{number:03d}", sequence, document, day, page, random))
    groups = list(dict.fromkeys(document.group for document in documents))[:2]
    volume: Raw = {
        "unit": works.unit,
        "volume_no": f"{number:03d}",
        "title": f"{works.name}{'、'.join(groups)}",
        "compiled_by": works.maker(documents[0]),
        "compiled_on": works.ended + timedelta(days=random.randrange(5, 30)),
        "start_date": days[0],
        "end_date": days[-1],
        "retention": "长期" if phase in "BC" else "永久",
        "secrecy": "内部" if number % 7 == 0 else "公开",
        "drawing_sheets" if phase == DRAWINGS else "text_pages": items[-1]["page_to"],
    }
    return volume, items


def _item(works: Works, volume_no: str, sequence: int, document: Document, day: date, page: int, random: Random) -> Raw:
    is_drawing = document.code[0] == DRAWINGS
    length = random.randrange(1, 3 if is_drawing else 9)
    return {
        "unit": works.unit,
        "volume_no": volume_no,
        "sequence": sequence,
        "title": works.titled(document) if is_drawing or sequence == 1 else document.title,
        "document_no": _document_no(document, day, random),
        "responsible": works.maker(document),
        "formed_on": day,
        "page_from": page,
        "page_to": page + length - 1,
        "scope_code": document.code,
        "draft_state": "原件",
        "specification": random.choice(("A1", "A2", "A3")) if is_drawing else "A4",
    }


def _document_no(document: Document, day: date, random: Random) -> str:
    if document.code[0] == DRAWINGS:
        return f"竣施-{random.randrange(1, 90):02d}"
    return f"{document.group[0]}字〔{day.year}〕{random.randrange(1, 900)}号"


def _day(works: Works, phase: str, random: Random) -> date:
    """Papers of the preparation come before the works, those of the completion at their end."""
    built = max((works.ended - works.started).days, 1)
    first, days = {"A": (-360, 350), "E": (max(built - 25, 0), 25)}.get(phase, (0, built))
    return min(works.started + timedelta(days=first + random.randrange(days)), works.ended)
