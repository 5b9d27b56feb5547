"""Documents to find, the tables they go into, and the plain rule of what must be found."""

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

from sqlalchemy import MetaData

from search.contract import Document
from search.language import Language
from search.predicates import Among, AnyOf
from search.tables import Attribute, SearchTables, TextField, define
from search.words import fold, line, needle, simplified

FIELDS = (
    TextField("client", 2, ("建设单位",)),
    TextField("address", 1, ("地址",)),
    TextField("abstract", 1, ("摘要",)),
)
COLUMNS = (
    Attribute("formed", "day", ("形成",)),
    Attribute("pages", "number", ("页数",)),
    Attribute("secrecy", "word", ("密级",)),
    Attribute("owner", "number"),
)


def tables() -> SearchTables:
    """The tables on a metadata of their own."""
    return define(MetaData(), FIELDS, COLUMNS)


LANGUAGE = Language(tables().fields, tables().attributes)

TITLES = (
    "燃气管道工程竣工图",
    "热",
    "集中供热管网改造工程第12卷",
    "人民东路给水管道DN300竣工图",
    "人民东路(二期)道路工程",
    "桥梁工程施工图 K3+150",
    "ＤＮ３００铸铁管安装记录",
    "繁體字標題的竣工圖",
    "3月验收文件",
    "1月3日会议纪要",
    "𠮷野家装修工程𡈽建",
    "非机动车道与人行道",
    "水与电",
    "西路桥梁 秘密",
    "东路排水",
    "A级防火门 B",
    "某市中心城区综合交通枢纽及配套市政基础设施建设工程地下管线迁改施工图设计文件汇编第三册上",
    "Ring Road No. 2 drainage",
    "O'Neil's report (draft",
    "DN3000顶管",
)


def sample() -> list[Document]:
    """One document for each title, with the words of others in their further fields."""
    found = []
    for at, title in enumerate(TITLES, 1):
        found.append(
            Document(
                id=at,
                kind="volume" if at % 3 else "project",
                code=f"J-01-{at:03d}",
                title=title,
                fields={
                    "client": "市政建设局" if at % 2 else "热力公司",
                    "address": "中山路28号" if at % 4 else "中山路128号",
                },
                columns={
                    "formed": date(2000 + at % 15, at % 12 + 1, 1) if at % 5 else None,
                    "pages": at * 10 if at % 7 else None,
                    "secrecy": "秘密" if at % 6 == 0 else "公开",
                    "owner": at % 3,
                },
                day=date(2000 + at % 15, at % 12 + 1, 1) if at % 5 else None,
                names=("市政建设局", "中山路") if at % 2 else ("热力公司", "中山路"),
            )
        )
    return found


WORDS = (
    "人民",
    "东路",
    "西路",
    "热力",
    "燃气",
    "给水",
    "管道",
    "竣工图",
    "第12卷",
    "DN300",
    "K3+150",
    "(二期)",
    "、",
    " ",
    "工程",
    "道路",
)


def drawn(count: int, seed: int) -> list[Document]:
    """Documents of random words, some of them of one character only."""
    random = Random(seed)

    def text(most: int) -> str:
        return "".join(random.choice((*WORDS, random.choice(WORDS)[0])) for _ in range(random.randrange(most)))

    return [
        Document(
            id=at,
            kind=random.choice(("volume", "project", "item")),
            code=f"B{random.randrange(9)}-{at:05d}",
            title=text(8),
            fields={"client": text(4), "address": text(4), "abstract": text(12)},
            columns={
                "formed": random.choice((None, date(random.randrange(1990, 2024), random.randrange(1, 13), 9))),
                "pages": random.choice((None, random.randrange(50), 2.5)),
                "secrecy": random.choice((None, "公开", "内部", "秘密")),
                "owner": random.randrange(4),
            },
            day=random.choice((None, date(random.randrange(1990, 2024), random.randrange(1, 13), 9))),
        )
        for at in range(1, count + 1)
    ]


def texts_of(document: Document) -> list[str]:
    """Everything that is searched without naming a field, but the long text."""
    return [document.code, document.title, *document.fields.values()]


def holding(documents: Iterable[Document], typed: str) -> set[int]:
    """By brute force: the documents with a text in which what was typed stands, both folded."""
    sought = simplified(fold(typed))
    return {one.id for one in documents if any(sought in simplified(fold(text)) for text in texts_of(one))}


def matching(documents: Iterable[Document], typed: str) -> set[int]:
    """The same by lines, which also tell where a run of letters and digits ends."""
    sought = needle(typed)
    return {one.id for one in documents if any(sought in line(text) for text in texts_of(one))}


def seen_by(owners: Sequence[int]) -> AnyOf:
    """Who may see a document: its owner, and everybody what is public."""
    return AnyOf((Among("owner", tuple(owners)), Among("secrecy", ("公开",))))


def sees(document: Document, owners: Sequence[int]) -> bool:
    """The same for one document."""
    return document.columns["owner"] in owners or document.columns["secrecy"] == "公开"
