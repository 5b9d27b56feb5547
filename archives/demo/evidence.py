"""Electronic files of the invented works: documents as PDF and drawings as DXF, the same bytes every time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import typst

from archives.core.documents.glyphs import FONTS
from archives.demo.records import Raw

TEMPLATE = Path(__file__).with_name("record.typ")
Named = tuple[str, bytes]
"""A file's path in a package, and its bytes."""
PARTS = ("承台", "基础垫层", "地下室外墙", "二层楼板", "屋面女儿墙", "楼梯间剪力墙")
FOUND = ("经旁站监理，符合设计要求", "表面有蜂窝，已返工处理", "试块送检合格", "隐蔽前已验收并留影像")
LONG_AGO = (2020, 1, 1, 0, 0, 0)


def files_of(items: Iterable[Raw], works: str, random: Random) -> Iterator[Named]:
    """A file for each item, named by volume and sequence number so that it finds its item."""
    for item in items:
        if str(item["scope_code"]).startswith("D"):
            yield path_of(item, "dxf"), drawing(str(item["title"]), random)
        else:
            yield path_of(item, "pdf"), document(item, works)


def path_of(item: Raw, suffix: str) -> str:
    """Folder of the unit works and the volume, then the number and the title."""
    folders = [str(part) for part in (item["unit"], item["volume_no"]) if part]
    return "/".join([*folders, f"{int(str(item['sequence'])):02d} {item['title']}.{suffix}"])


def document(item: Raw, works: str) -> bytes:
    """An item's document as PDF, with as many pages as the item counts."""
    pages = int(str(item["page_to"])) - int(str(item["page_from"])) + 1
    said = {
        "title": str(item["title"]).removeprefix(works),
        "works": works,
        "particulars": [
            ("文件编号", str(item["document_no"])),
            ("责任者", str(item["responsible"])),
            ("形成日期", str(item["formed_on"])),
        ],
        "paragraphs": ["本文件为演示数据，工程、单位和人员均属虚构。", *_remarks(str(item["title"]))],
        "pages": pages,
    }
    paper = typst.compile(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
        timestamp=0,
    )
    return bytes(paper)


def _remarks(title: str) -> Iterator[str]:
    """What a document of this title may say, the same every time."""
    random = Random(title)
    day, made, strength = random.randrange(1, 29), random.choice(("浇筑", "砌筑", "吊装")), random.randrange(20, 45, 5)
    part, width, found = random.choice(PARTS), random.choice((200, 300, 400, 600)), random.choice(FOUND)
    yield f"{random.randrange(3, 12)}月{day}日{made}{part}，混凝土强度等级C{strength}，{found}。"
    yield f"室外管线采用球墨铸铁管，管径DN{width}，埋深{random.randrange(10, 30) / 10}米，{random.choice(FOUND)}。"


def drawing(title: str, random: Random) -> bytes:
    """A floor plan as DXF R12 in GBK, as Chinese offices sent it for decades: rooms, a frame and a title."""
    width, depth = random.randrange(20, 60), random.randrange(12, 24)
    walls = [(x, 0, x, depth) for x in range(0, width + 1, 4)]
    walls += [(0, y, width, y) for y in (0, depth // 2 - 1, depth // 2 + 1, depth)]
    frame = [(-5, -12, width + 5, -12), (width + 5, -12, width + 5, depth + 5)]
    frame += [(width + 5, depth + 5, -5, depth + 5), (-5, depth + 5, -5, -12)]
    parts = [
        *(_line("WALL", *ends) for ends in walls),
        *(_line("FRAME", *ends) for ends in frame),
        _text("TITLE", 0, -8, 2, title),
        _text("TITLE", 0, -11, 1, "演示图纸"),
    ]
    return _dxf([pair for part in parts for pair in part])


def package(files: Iterable[Named]) -> bytes:
    """The files as a ZIP."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(ZipInfo(name, LONG_AGO), content, ZIP_DEFLATED)
    return target.getvalue()


Pair = tuple[int, object]
"""A group code of DXF and its value."""


def _line(layer: str, *ends: float) -> list[Pair]:
    return [(0, "LINE"), (8, layer), *zip((10, 20, 11, 21), ends, strict=True)]


def _text(layer: str, x: float, y: float, height: float, said: str) -> list[Pair]:
    return [(0, "TEXT"), (8, layer), (10, x), (20, y), (40, height), (1, said)]


def _dxf(entities: Sequence[Pair]) -> bytes:
    head: list[Pair] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009")]
    head += [(9, "$DWGCODEPAGE"), (3, "ANSI_936"), (0, "ENDSEC")]
    body: list[Pair] = [(0, "SECTION"), (2, "ENTITIES"), *entities, (0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code:>3}\n{value}\n" for code, value in [*head, *body]).encode("gbk")
