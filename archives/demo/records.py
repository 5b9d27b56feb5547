"""Volumes and items of invented works, as raw values of a list: for the demonstration city and for measuring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a works' records: who makes them, what the volumes are about, and the documents in them."""

    phase: str
    maker: str
    titles: Sequence[str]
    documents: Sequence[str]
    drawings: bool = False


PREPARATION = Part(
    "工程准备阶段文件",
    "client",
    ("立项、用地文件", "勘察、设计文件", "招投标及合同文件", "开工审批文件"),
    (
        "可行性研究报告批复文件及可行性研究报告",
        "项目建议书批复文件及项目建议书",
        "建设用地规划许可证及其附件",
        "建设用地批准书",
        "土地使用证明文件及其附件",
        "工程地质勘察报告",
        "施工图设计文件审查意见",
        "施工合同",
        "监理合同",
        "建设工程规划许可证及其附件",
        "建设工程施工许可证",
        "工程概况信息表",
    ),
)
SUPERVISION = Part(
    "监理文件",
    "supervisor",
    ("监理管理文件", "质量控制文件", "监理验收文件"),
    (
        "监理规划",
        "监理实施细则",
        "监理工作总结",
        "工程开工报审表",
        "质量事故报告及处理资料",
        "工程延期审批表",
        "竣工移交证书",
    ),
)
CONSTRUCTION = Part(
    "施工文件",
    "contractor",
    (
        "施工管理文件",
        "施工技术文件",
        "隐蔽工程验收记录",
        "施工试验记录",
        "分部工程质量验收记录",
        "施工物资进场复试报告",
    ),
    (
        "图纸会审记录",
        "设计变更通知单",
        "工程洽商记录",
        "隐蔽工程验收记录",
        "工程定位测量记录",
        "地基验槽记录",
        "沉降观测记录",
        "钢材进场复试报告",
        "水泥进场复试报告",
        "混凝土抗压强度试验报告",
        "桩基检测报告",
        "分部工程质量验收记录",
    ),
)
DRAWINGS = Part(
    "竣工图",
    "contractor",
    ("建筑竣工图", "结构竣工图", "给水排水竣工图", "电气竣工图", "室外工程竣工图"),
    ("总平面图", "首层平面图", "标准层平面图", "立面图", "剖面图", "基础平面图", "系统图", "节点详图"),
    drawings=True,
)
COMPLETION = Part(
    "工程竣工验收文件",
    "client",
    ("竣工验收与备案文件", "工程声像资料"),
    (
        "勘察单位工程质量检查报告",
        "设计单位工程质量检查报告",
        "施工单位工程竣工报告",
        "监理单位工程质量评估报告",
        "工程竣工验收报告",
        "房屋建筑工程质量保修书",
        "竣工验收备案表",
    ),
)
PARTS = (PREPARATION, SUPERVISION, CONSTRUCTION, DRAWINGS, COMPLETION)
SHARES = (3, 2, 5, 4, 2)


@dataclass(frozen=True, slots=True)
class Works:
    """What the records are of: the works' name, its makers by part, and when it was built."""

    name: str
    makers: dict[str, str]
    started: date
    ended: date
    unit: str = ""


def volumes_of(works: Works, count: int, random: Random) -> Iterator[tuple[Raw, list[Raw]]]:
    """`count` volumes with their items, numbered from 001 in the customary order of the parts."""
    parts = [part for part, share in zip(PARTS, SHARES, strict=True) for _ in range(share)]
    chosen = sorted((parts[index * len(parts) // count] for index in range(count)), key=PARTS.index)
    for number, part in enumerate(chosen, 1):
        volume = _volume(works, part, number, random)
        items = list(_items(works, part, volume, random))
        pages = sum(int(str(item["page_to"])) - int(str(item["page_from"])) + 1 for item in items)
        volume["drawing_sheets" if part.drawings else "text_pages"] = pages
        yield volume, items


def _volume(works: Works, part: Part, number: int, random: Random) -> Raw:
    title = part.titles[number % len(part.titles)]
    first = _day(works, random)
    return {
        "unit": works.unit,
        "volume_no": f"{number:03d}",
        "title": f"{works.name}{title}（{part.phase}）",
        "compiled_by": works.makers[part.maker],
        "compiled_on": works.ended + timedelta(days=random.randrange(5, 30)),
        "start_date": first,
        "end_date": works.ended,
        "retention": "永久" if part.drawings or number % 3 == 0 else "长期",
        "secrecy": "内部" if number % 7 == 0 else "公开",
    }


def _items(works: Works, part: Part, volume: Raw, random: Random) -> Iterator[Raw]:
    page = 1
    count = random.randrange(5, 11)
    start = random.randrange(len(part.documents))
    for sequence in range(1, count + 1):
        length = random.randrange(1, 9)
        document = part.documents[(start + sequence) % len(part.documents)]
        yield {
            "unit": works.unit,
            "volume_no": volume["volume_no"],
            "sequence": sequence,
            "title": f"{works.name}{document}" if sequence % 2 else document,
            "document_no": _document_no(part, random),
            "responsible": works.makers[part.maker],
            "formed_on": _day(works, random),
            "page_from": page,
            "page_to": page + length - 1,
        }
        page += length


def _document_no(part: Part, random: Random) -> str:
    prefix = "竣" if part.drawings else part.phase[0]
    return f"{prefix}〔{random.randrange(2004, 2016)}〕{random.randrange(1, 900)}号"


def _day(works: Works, random: Random) -> date:
    return works.started + timedelta(days=random.randrange((works.ended - works.started).days))
