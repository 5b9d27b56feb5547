"""The papers keep up with the program: settings, commands, and every place that a page points to."""

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from archives.cli import main
from archives.config import Settings, variable

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path.relative_to(ROOT) for pattern in ("*.md", "docs/**/*.md", "templates/*.md") for path in ROOT.glob(pattern)
)
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
SETTING = re.compile(r"^\| `(CHENGDANG_\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
MOST_OF_A_PICTURE, MOST_OF_ALL = 150_000, 2_000_000


def _read(path: str | Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _default(setting: "Field[object]") -> str:
    """A default as the page writes it."""
    value = setting.default_factory() if setting.default_factory is not MISSING else setting.default
    return "(empty)" if value == "" else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_settings_page_is_the_settings() -> None:
    written = {name: default for name, _, default, _ in SETTING.findall(_read("docs/settings.md"))}
    assert written == {variable(setting.name): _default(setting) for setting in fields(Settings)}


def _commands(group: click.Group, before: str) -> list[str]:
    """Every command with its way, as one types it."""
    found: list[str] = []
    for name, command in group.commands.items():
        way = f"{before} {name}"
        found += _commands(command, way) if isinstance(command, click.Group) else [way]
    return found


@pytest.mark.parametrize("command", _commands(main, "chengdang"))
def test_every_command_is_described(command: str) -> None:
    assert re.search(rf"^#+ `{re.escape(command)}\b", _read("docs/commands.md"), re.MULTILINE)


def test_no_command_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^#+ `(chengdang [a-z ]+?)(?: [A-Z\[-].*)?`$", _read("docs/commands.md"), re.MULTILINE)
    assert set(described) <= set(_commands(main, "chengdang"))


def _anchors(text: str) -> set[str]:
    """The places inside a page, as the usual readers of Markdown name them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def _targets(path: Path) -> list[str]:
    links = LINK.findall(FENCE.sub("", _read(path)))
    every = (unquote(link or source) for link, source in links)
    return [target for target in every if not target.startswith(("http://", "https://", "mailto:"))]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in _targets(path):
        file, _, anchor = target.partition("#")
        meant = (ROOT / path.parent / file) if file else ROOT / path
        assert meant.exists(), f"{path} points to {target}"
        assert not anchor or anchor in _anchors(meant.read_text(encoding="utf-8")), f"{path} points to {target}"


def test_pictures_are_small_and_shown() -> None:
    shown = {(ROOT / path.parent / target).resolve() for path in PAGES for target in _targets(path)}
    assert not [picture.name for picture in PICTURES if picture not in shown]
    assert not [picture.name for picture in PICTURES if picture.stat().st_size > MOST_OF_A_PICTURE]
    assert sum(picture.stat().st_size for picture in PICTURES) < MOST_OF_ALL
