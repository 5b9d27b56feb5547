"""Rewrites the lock files from pyproject.toml and package.json, so that they name versions and hashes but no host.

Versions already locked stay unless pyproject.toml excludes them; `--upgrade` takes the newest of everything.
"""

import argparse
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
]
NPM = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--loglevel=error"]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-test.lock": ["pyproject.toml", "--group", "test", "--constraint", "requirements.lock"],
    "requirements-node.lock": ["--group", "node"],
}


def main() -> None:
    """Lock Python first, the runtime before the tests that build on it, then the page libraries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    for target, source in LOCKS.items():
        subprocess.run([*COMPILE, *upgrade, *source, "--output-file", target], cwd=ROOT, check=True)
    subprocess.run(NPM, cwd=ROOT, check=True)
    drop_addresses(ROOT / "package-lock.json")


def drop_addresses(lock: Path) -> None:
    """Remove what names a host: npm can tell from its own settings where to ask."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for facts in content["packages"].values():
        facts.pop("resolved", None)
        facts.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
