"""Accessibility of a page as axe-core sees it: WCAG 2.1, levels A and AA."""

from typing import Any

from playwright.sync_api import Page

from tests.web.gallery import ROOT

AXE = ROOT / "static" / "vendor" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    """Each violation with the elements that have it."""
    page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found: dict[str, Any] = page.evaluate("levels => axe.run(document, {runOnly: levels})", LEVELS)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]
