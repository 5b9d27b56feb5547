"""Files to try, beside the city: lists for a project that waits for its first one, and projects to register."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.accession.formats.sichuan import ITEM, PROJECT, ROOT, UNIT, VOLUME, Attribute
from archives.catalogue.columns import TEMPLATE_VOLUME_COLUMNS
from archives.core.clock import today
from archives.demo import evidence, lists
from archives.demo.plots import EMPTY_HANDED
from archives.demo.records import Raw, volumes_of
from archives.demo.works import FILED_LATER, Chapter, works_of
from archives.projects.models import Project

VOLUMES = 16
SOUND, FAULTY = "移交目录（合格）.xlsx", "移交目录（有错误）.xlsx"
FAULTY_CSV, CLERK_CSV = "案卷目录（有错误，GB18030）.csv", "资料员清单（GB18030）.csv"
PACKAGE, FILES = "移交数据包.xml", "电子文件.zip"
PROJECTS = "projects.json"
README = "说明.txt"


def write_examples(session: Session, folder: Path, chapters: Sequence[Chapter]) -> None:
    """Write every file to try into `folder`."""
    waiting = next(one for one in chapters if one.plot.turns == {EMPTY_HANDED})
    name = str(waiting.project["name"])
    code = session.scalars(select(Project.code).where(Project.name == name)).one()
    random = waiting.random("examples")
    volumes = list(volumes_of(works_of(waiting, today() - FILED_LATER), VOLUMES, random))
    rows, items = lists.faulty(volumes)
    chosen = [listed[0] for _, listed in volumes][::2]
    files = {
        SOUND: lists.workbook(volumes),
        FAULTY: lists.written(rows, items),
        FAULTY_CSV: _volume_list(rows),
        CLERK_CSV: _clerk_list(waiting, volumes),
        PACKAGE: _package(waiting, volumes),
        FILES: evidence.package(evidence.files_of(chosen, name, random)),
        PROJECTS: orjson.dumps(_projects(chapters), option=orjson.OPT_INDENT_2),
        README: _readme(code, name).encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)


def _volume_list(rows: Sequence[Raw]) -> bytes:
    """A list of volumes alone, as a spreadsheet in China saves it as text."""
    columns = [column for column in TEMPLATE_VOLUME_COLUMNS if any(row.get(column.key) for row in rows)]
    lines: list[list[object]] = [[str(column.label) for column in columns]]
    lines += [[row.get(column.key, "") for column in columns] for row in rows]
    return _delimited(lines)


def _clerk_list(chapter: Chapter, volumes: lists.Volumes) -> bytes:
    """The list that a contractor's records clerk keeps: facts, then volumes with their items."""
    facts = {"项目名称": "name", "建设单位": "client", "监理单位": "supervisor", "设计单位": "designer"}
    lines: list[list[object]] = [[heading, ":", chapter.project[key]] for heading, key in facts.items()]
    lines.append(["单体序号", ":", chapter.units[0]["name"]])
    for volume, items in volumes:
        lines.append([volume["title"], 0])
        lines += [_clerk_line(item) for item in items]
    return _delimited(lines)


def _clerk_line(item: Raw) -> list[object]:
    formed = item["formed_on"]
    day = formed.strftime("%Y%m%d") if isinstance(formed, date) else ""
    return [item["title"], item["page_from"], item["page_to"], day, item["document_no"], item["responsible"]]


def _delimited(lines: Sequence[Sequence[object]]) -> bytes:
    target = StringIO()
    csv.writer(target).writerows(lines)
    return target.getvalue().encode("gb18030")


def _package(chapter: Chapter, volumes: lists.Volumes) -> bytes:
    """The hand-over package in XML as city archives of Sichuan use it."""
    root = Element(ROOT)
    project = SubElement(root, "项目", _attributes(chapter.project, PROJECT))
    unit_facts = {**chapter.project, **chapter.units[0]}
    unit = SubElement(project, "单位工程", _attributes(unit_facts, UNIT))
    for volume, items in volumes:
        element = SubElement(unit, "案卷", _attributes(volume, VOLUME))
        for item in items:
            SubElement(element, "文件", _attributes(item, ITEM))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _attributes(values: Mapping[str, object], names: Mapping[str, Attribute]) -> dict[str, str]:
    return {attribute.name: str(values[key]) for key, attribute in names.items() if values.get(key) not in {None, ""}}


def _projects(chapters: Sequence[Chapter]) -> list[dict[str, object]]:
    """Three projects that nobody has registered yet, modelled on three that are."""
    return [_project(number, chapter) for number, chapter in enumerate(chapters[:3], 1)]


def _project(number: int, chapter: Chapter) -> dict[str, object]:
    name = f"{chapter.project['name']}（续建）"
    return {
        "code": f"SL-{number:03d}",
        **chapter.project,
        "name": name,
        "units": [dict(unit) for unit in chapter.units],
    }


def _readme(code: str, name: str) -> str:
    lines = (
        "演示用的试用文件，内容均属虚构。",
        "",
        f"下列清单属于项目 {code} {name}，该项目正在收集资料，尚未报送清单：",
        f"  {SOUND}：可以直接接收。",
        f"  {FAULTY}：各种错误，接收前逐行指出。",
        f"  {FAULTY_CSV}：只有案卷目录，编码为 GB18030。",
        f"  {CLERK_CSV}：资料员自编的清单，编码为 GB18030。",
        f"  {PACKAGE}：四川式 XML 数据包。",
        f"  {FILES}：电子文件，先接收合格的清单，再上传，按案卷号和顺序号匹配。",
        "",
        f"{PROJECTS}：三个待登记的项目，供批量登记。",
        "",
        f"chengdang transfer check '{SOUND}' --project {code}",
        f"chengdang projects import {PROJECTS}",
        "",
    )
    return "\n".join(lines)
