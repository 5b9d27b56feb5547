"""What a newcomer's first command relies on: locks that name no host, shell that any machine reads, a light tree."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.support import Translations

from archives import __version__
from scripts import assets, translations

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^ ]+( ; .+)? \\$", re.MULTILINE)
HASHED = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", re.MULTILINE)
COMMENT = re.compile(r"^ *#.*$", re.MULTILINE)
LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-node.lock"]
SHELL = ["run", "test", ".ci/run", *(str(path.relative_to(ROOT)) for path in ROOT.glob("scripts/*.sh"))]
MEGABYTE = 1_000_000


def pyproject() -> dict[str, dict[str, list[str]]]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {"requirements": {"": content["project"]["dependencies"]}, "groups": content["dependency-groups"]}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;! ]", requirement)[0].lower() for requirement in requirements}


def locked(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text(encoding="utf-8")
    return {line.group().split("==")[0].split("[")[0] for line in PINNED.finditer(lines)}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("there is no git, or no history, to ask for the tracked files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_python_lock_holds_only_versions_hashes_and_reasons(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    rest = COMMENT.sub("", HASHED.sub("", PINNED.sub("", text)))
    assert rest.strip() == ""
    assert "://" not in text
    assert all(block.count("--hash=") for block in re.split(PINNED, text)[3::3])


def test_the_locks_cover_what_pyproject_asks_for() -> None:
    content = pyproject()
    runtime = names(content["requirements"][""])
    assert runtime <= locked("requirements.lock")
    assert runtime | names(content["groups"]["test"]) <= locked("requirements-test.lock")
    assert names(content["groups"]["node"]) == locked("requirements-node.lock")


def test_the_tests_run_with_the_versions_that_users_get() -> None:
    def pins(lock: str) -> set[str]:
        return {line.group() for line in PINNED.finditer((ROOT / lock).read_text(encoding="utf-8"))}

    assert pins("requirements.lock") <= pins("requirements-test.lock")


def test_the_npm_lock_has_digests_and_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = [facts for place, facts in json.loads(text)["packages"].items() if place]
    assert packages
    assert all(facts["integrity"].startswith("sha512-") for facts in packages)
    assert "resolved" not in text
    assert "://" not in text


def test_no_tracked_file_is_larger_than_a_megabyte() -> None:
    large = [str(path) for path in tracked() if path.is_file() and path.stat().st_size > MEGABYTE]
    assert large == []


@pytest.mark.parametrize("script", SHELL)
def test_a_shell_script_is_plain_and_parses(script: str) -> None:
    parsed = subprocess.run(["sh", "-n", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")


@pytest.mark.parametrize("script", ["run", "test", ".ci/run", "scripts/check.sh"])
def test_a_command_is_executable_for_everybody(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111


def test_the_command_starts_from_any_folder(tmp_path: Path) -> None:
    command = Path(sys.prefix) / "bin" / "chengdang"
    answer = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout == f"chengdang, version {__version__}\n"


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__


def test_installed_assets_are_recognised_and_other_lists_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STAMP", tmp_path / "installed.txt")
    assert not assets.is_installed(test=False)
    assets.STAMP.write_text(assets.stamp(False), encoding="utf-8")
    assert assets.is_installed(test=False)
    assert not assets.is_installed(test=True)
    assets.STAMP.write_text(assets.stamp(True), encoding="utf-8")
    assert assets.is_installed(test=False)
    assets.STAMP.write_text("of another lock run\n", encoding="utf-8")
    assert not assets.is_installed(test=False)


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    named = re.compile(r"""\bicon(?:_name)?(?:\(|\s*=\s*)["']([a-z0-9-]+)["']""")
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("archives/**/*.py")]
    used = {name for path in sources for name in named.findall(path.read_text(encoding="utf-8"))}
    assert used
    assert used - set(assets.ICONS.split()) == set()


def test_a_good_catalogue_has_no_faults() -> None:
    uses = [use("Save"), use("%(n)s row", "%(n)s rows")]
    known = [entry("Save", "保存"), entry(("%(n)s row", "%(n)s rows"), "%(n)s 行")]
    assert translations.find_faults(uses, known) == []


@pytest.mark.parametrize(
    ("known", "fault"),
    [
        ([], "no translation"),
        ([("Save %(name)s", "")], "empty"),
        ([("Save %(name)s", "保存 %(nmae)s")], "other places than name"),
        ([("Save %(name)s", "保存 %(name)s"), ("Gone", "没了")], "not used"),
        ([("Save %(name)s", "保存 %(name)s"), ("Save %(name)s", "存 %(name)s")], "translated in two ways"),
    ],
)
def test_each_fault_of_a_catalogue_is_named(known: list[tuple[str, str]], fault: str) -> None:
    faults = translations.find_faults([use("Save %(name)s")], [entry(*pair) for pair in known])
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_counted_message_needs_a_counted_translation() -> None:
    faults = translations.find_faults([use("%(n)s row", "%(n)s rows")], [entry("%(n)s row", "%(n)s 行")])
    assert [fault.split(": ")[1] for fault in faults] == ["no translation"]


def test_parts_are_merged_into_the_file_that_is_read(tmp_path: Path) -> None:
    folder = tmp_path / translations.CATALOGUE / "parts"
    folder.mkdir(parents=True)
    (folder / "a.po").write_text('msgid "Save"\nmsgstr "保存"\n', encoding="utf-8")
    (folder / "b.po").write_text(
        'msgid "Save"\nmsgstr "保存"\n\nmsgid "Open"\nmsgid_plural "All open"\nmsgstr[0] "打开"\n', encoding="utf-8"
    )
    assert [found.msgid for found in translations.entries(tmp_path)] == [("Save",), ("Save",), ("Open", "All open")]
    translations.compile_parts(tmp_path)
    read = Translations.load(tmp_path / "archives" / "translations", ["zh_Hans_CN"])
    assert read.gettext("Save") == "保存"
    assert read.ngettext("Open", "All open", 7) == "打开"


def use(*msgid: str) -> translations.Use:
    return translations.Use("page.html:1", msgid)


def entry(msgid: str | tuple[str, ...], translation: str) -> translations.Entry:
    return translations.Entry("part.po:1", translations.forms(msgid), (translation,), fuzzy=False)
