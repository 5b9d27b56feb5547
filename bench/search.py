"""Full-text search beside the bare statement that it stands on: 200 fixed queries of ten kinds, and building.

Each query asks for a total (counted to 10 000) and a page of 20, as somebody who may not see all.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from sqlalchemy import Connection, Engine, MetaData, create_engine, text

from archives.config import Settings
from archives.core.backend import WRITES, open_backend
from bench.harness import Result
from search.contract import Document, Facet, Index, Order, Query
from search.entries import document_row, entry, name_rows
from search.extras import create_extras
from search.language import Language
from search.open import open_index
from search.predicates import Among, AnyOf
from search.tables import Attribute, SearchTables, TextField, define
from search.whoosh_index import WhooshIndex
from search.words import FIELD, is_sign, needle, needle_tokens, tokens
from tests.databases import POSTGRESQL, cluster

DOCUMENTS = {"S": 100_000, "M": 1_000_000}
SECTION = "search"
RATIO_BAR, FACETS_BAR, BUILD_BAR = 1.3, 2.0, 1.5
POSTGRESQL_MS, WHOOSH_COLD_MS, WHOOSH_WARM_MS, WHOOSH_BUILD_S = 150.0, 25.0, 2.0, 60.0
CHUNK = 5_000
FIELDS = (
    *(TextField(name, 2) for name in ("client", "designer", "contractor", "supervisor")),
    TextField("address", 1, ("地址",)),
    *(TextField(name, 1) for name in ("road", "former_name", "abstract", "permit", "keywords")),
)
COLUMNS = (
    *(Attribute(name) for name in ("class", "secrecy", "retention", "district", "medium")),
    Attribute("formed", "day", ("形成",)),
    Attribute("owner", "number"),
)
FACETS = (*(Facet(name) for name in ("kind", "class", "secrecy", "district")), Facet("formed", "year"))
VISIBLE = AnyOf((Among("secrecy", ("公开", "内部")), Among("owner", (1, 2))))
ALLOWED = "(d.secrecy IN ('公开', '内部') OR d.owner IN (1, 2))"
PLACES = (
    "人民",
    "中山",
    "解放",
    "建设",
    "和平",
    "新华",
    "长江",
    "黄河",
    "滨河",
    "环城",
    "文化",
    "工业",
    "朝阳",
    "迎宾",
    "学府",
    "光明",
)
ROADS = ("路", "大街", "东路", "西路", "南路", "北路", "巷", "快速路")
WORKS = (
    "道路",
    "桥梁",
    "给水管道",
    "排水管道",
    "燃气管道",
    "供热管网",
    "电力排管",
    "综合管廊",
    "住宅楼",
    "办公楼",
    "教学楼",
    "绿化",
)
PARTS = (
    "工程竣工图",
    "工程施工图",
    "改造工程",
    "验收文件",
    "开工报告",
    "监理记录",
    "隐蔽工程记录",
    "材料合格证",
    "地质勘察报告",
    "会议纪要",
)
SIZES = (100, 200, 300, 500, 800)
FIRMS = ("市政", "建工", "宏远", "中铁", "华夏", "金桥", "城投", "天成", "恒泰", "路桥")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as somebody types it, and as FTS5 reads it."""

    typed: str
    bare: str


def catalogue(count: int) -> Iterator[Document]:
    """Invented documents of twelve fields, the same every time."""
    random = Random(7)
    for id_ in range(1, count + 1):
        yield _document(id_, random)


def _document(id_: int, random: Random) -> Document:
    pick = random.choice
    road = f"{pick(PLACES)}{pick(ROADS)}"
    works = f"{road}{pick(WORKS)}"
    firms = [f"{pick(PLACES)}{pick(FIRMS)}有限公司" for _ in range(4)]
    formed = date(random.randrange(1980, 2026), random.randrange(1, 13), random.randrange(1, 28))
    number = random.randrange(1, 400)
    return Document(
        id=id_,
        kind=pick(("volume", "item", "item", "item", "project")),
        code=f"{pick('ABCDEFGH')}{random.randrange(10)}-{id_ % 9973:04d}-{random.randrange(1000):03d}",
        title=f"{works}{pick(PARTS)}第{random.randrange(1, 40)}卷",
        fields={
            **dict(zip(("client", "designer", "contractor", "supervisor"), firms, strict=True)),
            "address": f"{road}{number}号",
            "road": road,
            "former_name": f"{pick(PLACES)}{pick(ROADS)}" if random.random() < 0.1 else "",
            "abstract": f"{works}，DN{pick(SIZES)}，桩号K{random.randrange(20)}+{random.randrange(1000):03d}",
            "permit": f"建字第{formed.year}{random.randrange(10_000):04d}号",
            "keywords": f"{pick(WORKS)} {pick(WORKS)}",
        },
        columns={
            "class": pick("ABCDEFGHJKLMNPQR"),
            "secrecy": random.choices(("公开", "内部", "秘密"), (80, 15, 5))[0],
            "retention": pick(("永久", "长期", "短期")),
            "district": pick(PLACES),
            "medium": pick(("纸质", "电子", "底图")),
            "formed": formed,
            "owner": random.randrange(50),
        },
        day=formed,
        names=(firms[0], road) if id_ % 50 == 0 else (),
    )


def queries() -> list[Asked]:
    """Twenty queries of each of ten kinds."""
    random = Random(11)
    pick = random.choice
    made: list[Asked] = []
    for _ in range(20):
        road, works, part, firm = (
            f"{pick(PLACES)}{pick(ROADS)}",
            pick(WORKS),
            pick(PARTS),
            f"{pick(PLACES)}{pick(FIRMS)}",
        )
        number, pipe, block = random.randrange(1, 40), pick(SIZES), pick("ABCDEFGH")
        made += [
            _words(pick(works)),
            _words(pick(PLACES)),
            _words(road),
            _words(f"{road}{works}{part}"),
            _words(road, works),
            Asked(f"{road} OR {firm}", f"({phrase(road)} OR {phrase(firm)})"),
            Asked(f"{road} NOT {works}", f"({phrase(road)} NOT {phrase(works)})"),
            Asked(f"档号:{block}{number % 10}-0", f"f_code : {phrase(f'{block}{number % 10}-0', more=True)}"),
            Asked(f"地址:{road}{number}号", f"f_address : {phrase(f'{road}{number}号')}"),
            _words(f"第{number}卷", f"DN{pipe}"),
        ]
    return made


def _words(*typed: str) -> Asked:
    return Asked(" ".join(typed), f"({' AND '.join(map(phrase, typed))})")


def phrase(typed: str, *, more: bool = False) -> str:
    """Tokens in a row, as FTS5 reads them."""
    found = needle_tokens(needle(typed, open_ended=more))
    return f'"{" ".join(_plain(token.text) for token in found)}"{" *" if found[-1].more else ""}'


def _plain(token: str) -> str:
    return chr(ord(token) + 0xFEE0) if token.isascii() and is_sign(token) else token


def measure(size: str) -> Iterator[Result]:
    """The section `search`."""
    count = DOCUMENTS[size]
    with tempfile.TemporaryDirectory(prefix="chengdang-bench-") as folder:
        yield from _embedded(count, Path(folder))
    if POSTGRESQL.exists():
        with cluster() as socket:
            yield from _server(count, f"postgresql+psycopg://postgres@/postgres?host={socket}")


def described() -> SearchTables:
    """The index that is measured, on a metadata of its own."""
    return define(MetaData(), FIELDS, COLUMNS)


def _embedded(count: int, folder: Path) -> Iterator[Result]:
    tables = described()
    with _made(folder / "bare", tables) as engine, engine.begin() as connection:
        bare = seconds(lambda: _bare_build(_driver(connection), tables, catalogue(count)))
    yield Result(SECTION, f"bare rows and FTS5, {count} documents", bare, "s")
    with _made(folder / "index", tables) as engine:
        index = open_index("sqlite", tables)
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            built = seconds(lambda: _build(index, connection, count))
        yield Result(SECTION, "the same into the index", built, "s", built / bare, BUILD_BAR)
        with engine.connect() as connection:
            yield from _fts5(index, connection, tables)
            if count == DOCUMENTS["S"]:
                yield from _whoosh(connection, tables, folder / "whoosh")


def _fts5(index: Index, connection: Connection, tables: SearchTables) -> Iterator[Result]:
    driver, asked = _driver(connection), queries()
    language = Language(tables.fields, tables.attributes)
    orders: tuple[Order, ...] = ("newest", "relevance")
    for order in orders:
        bare, ours = _beside(
            [partial(_bare_search, driver, one, order) for one in asked],
            [_search(index, connection, language, one, order) for one in asked],
        )
        for at in (50, 95):
            below, above = np.percentile(bare, at), np.percentile(ours, at)
            yield Result(SECTION, f"bare FTS5, {order}, p{at}", float(below), "ms")
            yield Result(SECTION, f"the same through the index, p{at}", float(above), "ms", above / below, RATIO_BAR)
    without, faceted = _beside(
        [_search(index, connection, language, one, "relevance") for one in asked],
        [_search(index, connection, language, one, "relevance", FACETS) for one in asked],
    )
    for at, bar in ((50, None), (95, FACETS_BAR)):
        below, above = np.percentile(without, at), np.percentile(faceted, at)
        yield Result(SECTION, f"with five facets, p{at}", float(above), "ms", above / below, bar)


def _whoosh(connection: Connection, tables: SearchTables, folder: Path) -> Iterator[Result]:
    index = WhooshIndex(tables, folder)
    built = seconds(lambda: index.catch_up(connection))
    yield _within("Whoosh, built from the feed", built, "s", WHOOSH_BUILD_S)
    language = Language(tables.fields, tables.attributes)
    acts = [_search(index, connection, language, one, "relevance") for one in queries()]
    acts[0]()
    cold = [_after(index.forget, act) for act in acts]
    warm = [min(milliseconds(act) for _ in range(2)) for act in acts]
    yield _within(
        "Whoosh, nothing kept from earlier queries, p95", float(np.percentile(cold, 95)), "ms", WHOOSH_COLD_MS
    )
    yield Result(SECTION, "Whoosh, nothing kept from earlier queries, p50", float(np.percentile(cold, 50)), "ms")
    yield _within("Whoosh, warm, p95", float(np.percentile(warm, 95)), "ms", WHOOSH_WARM_MS)
    yield Result(SECTION, "Whoosh, warm, p50", float(np.percentile(warm, 50)), "ms")


def _server(count: int, url: str) -> Iterator[Result]:
    engine, tables = create_engine(url), described()
    index, language = open_index("postgresql", tables), Language(tables.fields, tables.attributes)
    with engine.begin() as connection:
        tables.document.metadata.create_all(connection)
        create_extras(connection, [one.name for one in tables.fields])
        yield Result(SECTION, "PostgreSQL, built", seconds(lambda: _build(index, connection, count)), "s")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with engine.connect() as connection:
        for facets, named in (((), ""), (FACETS, " with five facets")):
            acts = [_search(index, connection, language, one, "relevance", facets) for one in queries()]
            times = [min(milliseconds(act) for _ in range(2)) for act in acts]
            yield _within(f"PostgreSQL{named}, p95", float(np.percentile(times, 95)), "ms", POSTGRESQL_MS)
            yield Result(SECTION, f"PostgreSQL{named}, p50", float(np.percentile(times, 50)), "ms")
    engine.dispose()


def _search(
    index: Index, connection: Connection, language: Language, asked: Asked, order: Order, facets: Sequence[Facet] = ()
) -> Callable[[], object]:
    def act() -> object:
        query = Query(language.parse(asked.typed).tree, VISIBLE, order=order, facets=tuple(facets))
        return index.search(connection, query)

    return act


WITHIN = (
    "c.id IN (SELECT rowid FROM search_words WHERE search_words MATCH '{%s} : (' || :q || ')' "
    "AND rowid >= (SELECT min(id) FROM c))"
)
HEAVIEST = "f_code f_title"
HEAVY = f"{HEAVIEST} f_client f_designer f_contractor f_supervisor"
LIGHT = f"{HEAVY} f_address f_road f_former_name f_abstract f_permit f_keywords"
TIERS = {
    "newest": "0",
    "relevance": f"CASE WHEN {WITHIN % HEAVIEST} THEN 1 WHEN {WITHIN % HEAVY} THEN 2 "
    f"WHEN {WITHIN % LIGHT} THEN 3 ELSE 4 END",
}


def _bare_search(driver: sqlite3.Connection, asked: Asked, order: Order) -> object:
    """One statement by hand: the same condition, order and page."""
    statement = (
        "WITH c AS MATERIALIZED (SELECT d.id, d.day FROM search_words w JOIN search_document d ON d.id = w.rowid "  # noqa: S608
        f"WHERE search_words MATCH :q AND {ALLOWED} ORDER BY w.rowid DESC LIMIT 10001) "
        f"SELECT (SELECT count(*) FROM c), p.tier, d.* FROM (SELECT id, day, {TIERS[order]} AS tier FROM c "
        "ORDER BY 3, day DESC, id DESC LIMIT 21) p JOIN search_document d ON d.id = p.id"
    )
    return driver.execute(statement, {"q": asked.bare}).fetchall()


def _build(index: Index, connection: Connection, count: int) -> None:
    for part in _parts(catalogue(count)):
        index.add(connection, part)


def _bare_build(driver: sqlite3.Connection, tables: SearchTables, documents: Iterable[Document]) -> None:
    """The same rows and tokens by the driver."""
    columns = [column.name for column in tables.document.c]
    row = f"INSERT INTO search_document({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    fields = ", ".join(["rowid", *(f"f_{one.name}" for one in tables.fields)])
    words = f"INSERT INTO search_words({fields}) VALUES ({', '.join('?' * (len(tables.fields) + 1))})"  # noqa: S608
    for part in _parts(documents):
        made = [entry(one, tables) for one in part]
        rows = [document_row(one, tables) for one in made]
        driver.executemany(row, [tuple(one[name] for name in columns) for one in rows])
        content = [(one.document.id, one.line, one.long_line, str(dict(one.document.fields))) for one in made]
        driver.executemany("INSERT INTO search_content(id, line, long_line, written) VALUES (?, ?, ?, ?)", content)
        names = [tuple(name.values()) for one in made for name in name_rows(one)]
        driver.executemany("INSERT INTO search_name VALUES (?, ?, ?, ?)", names)
        lines = [(one.document.id, [*one.line.split(FIELD)[1:], one.long_line]) for one in made]
        driver.executemany(words, [(id_, *(" ".join(map(_plain, tokens(one))) for one in each)) for id_, each in lines])


def _parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    part: list[Document] = []
    for document in documents:
        part.append(document)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


@contextmanager
def _made(folder: Path, tables: SearchTables) -> Iterator[Engine]:
    backend = open_backend(Settings(data=folder))
    with backend.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        tables.document.metadata.create_all(connection)
        create_extras(connection, [one.name for one in tables.fields])
    yield backend.engine
    backend.close()


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _beside(
    first: Sequence[Callable[[], object]], second: Sequence[Callable[[], object]]
) -> tuple[list[float], list[float]]:
    """Each query both ways one after the other, the better of three runs: what else the machine does strikes both."""
    one, other = [], []
    for left, right in zip(first, second, strict=True):
        runs = [(milliseconds(left), milliseconds(right)) for _ in range(3)]
        one.append(min(run[0] for run in runs))
        other.append(min(run[1] for run in runs))
    return one, other


def _within(name: str, value: float, unit: str, limit: float) -> Result:
    return Result(SECTION, name, value, unit, value / limit, 1.0)


def _after(prepare: Callable[[], object], act: Callable[[], object]) -> float:
    prepare()
    return milliseconds(act)


def milliseconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    return seconds(act) * 1000


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
