"""Every macro and layout with sample data, for the tests that look at them; there is no database and no Flask here."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from archives.core.language import gettext, msg, ngettext, speaking
from archives.core.problems import Place, Problem

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "gallery"


def environment() -> Environment:
    """The application's Jinja settings, with stand-ins for what Flask brings."""
    env = Environment(
        loader=FileSystemLoader([ROOT / "templates", PAGES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(asset=lambda path: f"/static/{path}", csrf_token=lambda: "a-token")
    env.globals.update(get_flashed_messages=flashed)
    return env


def flashed(*, with_categories: bool) -> list[tuple[str, str]]:
    """What the last request left to say."""
    assert with_categories
    return [("good", "项目已登记"), ("bad", "No")]


@dataclass
class Field:
    """A field description as the forms of the application give it."""

    name: str
    kind: str
    label: str
    value: Any = ""
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    readonly: bool = False


def frame(language: str, theme: str) -> dict[str, Any]:
    """What every page's template can rely on."""
    entry = SimpleNamespace
    work = [
        entry(label="工作台", icon="home", href="/", active=False, badge=7),
        entry(label="工程项目", icon="building", href="/projects", active=True, badge=None),
        entry(label="移交接收", icon="file-import", href="/accession", active=False, badge=3),
        entry(label="档案目录", icon="folders", href="/catalogue", active=False, badge=None),
        entry(label="库房", icon="archive", href="/custody", active=False, badge=None),
    ]
    office = [
        entry(label="单位名录", icon="building-bank", href="/organisations", active=False, badge=None),
        entry(label="用户", icon="users", href="/users", active=False, badge=None),
        entry(label="审计日志", icon="shield-lock", href="/audit", active=False, badge=None),
    ]
    return {
        "language": language,
        "theme": theme,
        "actor": SimpleNamespace(name="王晓芳", roles=()),
        "menu": [{"label": "业务", "entries": work}, {"label": "管理", "entries": office}],
        "breadcrumbs": [("工程项目", "/projects"), ("滨河路排水管道改造工程", None)],
        "request_path": "/projects?q=滨河",
    }


def problems() -> list[Problem]:
    """An error of a field, a warning, and a fault in a list."""
    return [
        Problem("day.order", msg("Login name"), "day", "GB/T 50328-2019 4.3.2"),
        Problem("size.missing", msg("Password"), "size", severity="warning"),
        Problem("row.title", msg("Catalogue"), "title", "CJJ/T 117 5.1", place=Place("案卷目录", 17, "案卷题名")),
    ]


def fields() -> list[Field]:
    """One field of each kind, some of them wrong."""
    wrong, doubtful, _ = problems()
    kinds = [("building", "房屋建筑工程"), ("road", "道路工程"), ("pipeline", "管线工程")]
    return [
        Field("code", "text", "项目编号", "2026-0113", required=True, help="报建时由窗口编定"),
        Field("works_type", "select", "工程类别", "road", choices=kinds, required=True),
        Field("client", "organisation", "建设单位", "江州市城市建设投资集团有限公司", required=True),
        Field("day", "date", "竣工日期", "2026-13-40", problems=[wrong]),
        Field("size", "number", "建筑面积", "12500.5", unit="m²", problems=[doubtful]),
        Field("count", "integer", "层数", 18, unit="层"),
        Field("mail", "email", "电子邮箱", "wang@example.org"),
        Field("secret", "password", "口令"),
        Field("locked", "text", "总登记号", "00012345", readonly=True),
        Field("key_level", "choices", "重点级别", "city", choices=[("nation", "国家"), ("city", "市")]),
        Field("kept", "choices", "移交内容", ["paper"], choices=[("paper", "纸质"), ("digital", "电子")]),
        Field("stopped", "checkbox", "已停工", True, help="停工期间不计时限"),
        Field("note", "textarea", "备注", "沿滨河路新建 DN800 污水管 1.2 km。"),
        Field("place", "coordinates", "工程位置", (120.1551, 30.2741)),
        Field("list", "file", "移交目录", help="XLSX、XLS、ODS 或 CSV，不超过 50 MB"),
        Field("version", "hidden", "", 3),
    ]


def nodes() -> list[dict[str, Any]]:
    """A branch that is open, one that waits to be fetched, and a leaf."""
    leaf = {"id": 3, "label": "施工图", "code": "G1·2-0031-002", "href": "/3", "icon": "file-text"}
    branch = {"id": 2, "label": "施工文件", "href": "/2", "icon": "folder", "children_url": "/2/nodes", "count": 1280}
    top = {"id": 1, "label": "滨河路排水管道改造工程", "href": "/1", "children_url": "/1/nodes", "open": True}
    return [{**top, "icon": "building", "nodes": [branch, leaf], "more_url": "/1/nodes?after=3"}, {**branch, "id": 4}]


def history() -> list[dict[str, Any]]:
    """Two entries, one with differences."""
    change = {"label": "竣工日期", "old": "", "new": "2026-03-05"}
    return [
        {"when": "2026-03-06 09:12", "who": "王晓芳", "what": "修改项目", "icon": "pencil", "changes": [change]},
        {"when": "2026-03-01 16:40", "who": "李强", "what": "报建登记", "note": "窗口受理", "href": "/1"},
    ]


def job(state: str, done: int, total: int) -> SimpleNamespace:
    """A job row."""
    is_open = state in {"queued", "running"}
    return SimpleNamespace(
        id=f"{state}-{done}", label="导入移交目录", state=state, done=done, total=total, rate=412.6,
        seconds_left=37, is_open=is_open,
    )  # fmt: skip


def sample() -> dict[str, Any]:
    """Everything the gallery page shows."""
    return {
        "fields": fields(),
        "problems": problems(),
        "nodes": nodes(),
        "history": history(),
        "jobs": [job("running", 8240, 20000), job("queued", 0, 0), job("done", 900, 900), job("failed", 12, 900)],
        "projects": [
            SimpleNamespace(id=n, code=f"2026-{n:04}", name=name, client="江州市城市建设投资集团有限公司",
                            day=f"2026-0{n % 9 + 1}-12", volumes=n * 137, state=state, word=word)
            for n, (name, state, word) in enumerate(PROJECTS, 1)
        ],
    }  # fmt: skip


PROJECTS = [
    ("滨河路（解放桥—新安街）排水管道改造工程", "info", "移交审核"),
    ("江州市第一人民医院门诊综合楼", "good", "已进馆"),
    ("城东 110 kV 电力电缆通道", "warning", "限期改正"),
    ("青年大道道路及桥梁工程", "neutral", "已报建"),
    ("翠湖花园三期 5#—9# 楼及地下车库", "bad", "已逾期"),
    ("老城区燃气管网更新（一标段）", "muted", "停工"),
]


PAGES_SHOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "gallery": ("gallery.html", {}),
    "login": ("accounts/login.html", {"problems": problems()}),
    "set_password": ("accounts/set_password.html", {"login": "wang"}),
    "change_password": ("accounts/set_password.html", {"needs_current": True, "cancel_href": "/account"}),
    "error": ("errors/error.html", {"status": 404, "title": "没有找到", "message": "没有这个页面。"}),
    "refusal": ("errors/error.html", {"title": "请更正", "message": "清单有误。", "problems": problems()}),
    "confirm": ("layouts/confirm.html", {"title": "撤回移交", "message": "撤回后须重新提交。", "cancel_href": "/"}),
}
"""Each page by name: its template, and what it needs beside the frame."""


def render(name: str, language: str, theme: str = "auto") -> str:
    """One page in one language."""
    template, context = PAGES_SHOWN[name]
    with speaking(language):
        return environment().get_template(template).render({**frame(language, theme), **sample(), **context})


def render_part(source: str, **context: Any) -> str:
    """A piece of template, in English."""
    with speaking("en"):
        return environment().from_string(source).render(context)
