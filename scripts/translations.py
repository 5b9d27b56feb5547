"""Translations: one small catalogue a feature, merged into the one file that is read at run time.

`compile` merges; `check` compares the catalogues with every message that code and templates hold.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser

from archives.app import BLUEPRINTS as _BLUEPRINTS  # noqa: F401  # imports every feature, and with it every draft
from archives.cli import COMMANDS as _COMMANDS  # noqa: F401  # and those that only the command line has
from archives.core.drafts import Draft, describe
from archives.core.office import DECISIONS
from archives.features import MENU

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans_CN"
CATALOGUE = Path("archives", "translations", LOCALE, "LC_MESSAGES")
SPOKEN: dict[str, Any] = {"msg": None, "_": None, "gettext": None, "ngettext": (1, 2)}
DECLARED: dict[str, Any] = {"action": (2,), "JobKind": (2,), "Entry": (1,), "Section": (1,), "Decision": (2,)}
"""Labels of declarations, by the place of the label among the arguments."""
DRAFTED: dict[str, Any] = dict.fromkeys(("text", "day", "whole", "number", "choice", "switch"), (1,))
"""Labels of a draft's fields; elsewhere `text` is a statement for the database."""
SOURCES: list[tuple[str, str, dict[str, str]]] = [
    ("archives/**/*.py", "python", {}),
    ("templates/**/*.html", "jinja2.ext:babel_extract", {"trimmed": "true", "silent": "false"}),
]
PLACE = re.compile(r"%\((\w+)\)")


class Use(NamedTuple):
    """A message in code or a template; a counted one has two forms."""

    where: str
    msgid: tuple[str, ...]


class Entry(NamedTuple):
    """A message in a catalogue, and its translation."""

    where: str
    msgid: tuple[str, ...]
    translation: tuple[str, ...]
    fuzzy: bool


class Part(Catalog):
    """One feature's catalogue; keeps every entry, where Babel drops one that is repeated."""

    def __init__(self, path: Path) -> None:
        super().__init__(locale=LOCALE)
        self.messages: list[Message] = []
        with path.open("rb") as lines:
            PoFileParser(self, abort_invalid=True).parse(lines)

    def __setitem__(self, msgid: Any, message: Message) -> None:
        if msgid:
            self.messages.append(message)
        super().__setitem__(msgid, message)


def main() -> None:
    """Compile or check; a failed check names every fault and exits with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("compile", "check"))
    if parser.parse_args().action == "compile":
        compile_parts(ROOT)
        return
    faults = find_faults([*used(ROOT), *declared()], entries(ROOT))
    sys.exit("\n".join([*faults, f"{len(faults)} faults in the translations."]) if faults else 0)


def compile_parts(root: Path) -> None:
    """Write messages.mo beside the parts, in one step: a running server may be reading it."""
    merged = Catalog(locale=LOCALE, fuzzy=False)
    for path in parts(root):
        for message in Part(path).messages:
            merged[message.id] = message
    content = BytesIO()
    write_mo(content, merged)
    target = root / CATALOGUE / "messages.mo"
    draft = target.with_suffix(".new")
    draft.write_bytes(content.getvalue())
    draft.replace(target)


def parts(root: Path) -> list[Path]:
    """The catalogues of all features."""
    return sorted((root / CATALOGUE / "parts").glob("*.po"))


def entries(root: Path) -> list[Entry]:
    """Everything the catalogues say."""
    return [
        Entry(f"{path.name}:{message.lineno}", forms(message.id), forms(message.string), message.fuzzy)
        for path in parts(root)
        for message in Part(path).messages
    ]


def forms(text: Any) -> tuple[str, ...]:
    """One string or several, as several."""
    return (text,) if isinstance(text, str) else tuple(text)


def used(root: Path) -> list[Use]:
    """Every message that code and templates hold."""
    return [
        Use(f"{path.relative_to(root)}:{line}", forms(msgid))
        for pattern, method, options in SOURCES
        for path in sorted(root.glob(pattern))
        for line, msgid, _comments, _context in extract_from_file(method, path, _keywords(path), options=options)
        if msgid
    ]


def declared() -> list[Use]:
    """Messages that are data rather than calls: the fields of drafts, the menu, the office's decisions."""
    words = [*_draft_words(Draft), *_menu_words(), *(("office decisions", one.label) for one in DECISIONS.values())]
    return [Use(where, (word,)) for where, word in words if word]


def _draft_words(above: type[Draft]) -> Iterator[tuple[str, str]]:
    for draft in above.__subclasses__():
        if draft.__module__.startswith("archives."):
            for field in describe(draft).values():
                yield from ((f"{draft.__module__}.{draft.__name__}", word) for word in (field.label, field.help))
        yield from _draft_words(draft)


def _menu_words() -> Iterator[tuple[str, str]]:
    for section in MENU:
        yield "menu", section.label
        yield from (("menu", entry.label) for entry in section.entries)


def _keywords(path: Path) -> dict[str, Any]:
    return SPOKEN | DECLARED | (DRAFTED if path.name == "drafts.py" else {})


def find_faults(uses: Iterable[Use], known: Iterable[Entry]) -> list[str]:
    """What a reader would see as a missing, stale or broken translation; each once, in the order of places."""
    uses, known = list(uses), list(known)
    return [*missing(uses, known), *unused(uses, known), *contradicting(known), *unfinished(known), *misplaced(known)]


def missing(uses: list[Use], known: list[Entry]) -> Iterator[str]:
    """Messages without an entry; a counted message needs a counted entry."""
    served = {entry.msgid for entry in known} | {entry.msgid[:1] for entry in known}
    first = {use.msgid: use for use in reversed(uses)}
    for msgid, use in sorted(first.items(), key=lambda item: item[1].where):
        if msgid not in served:
            yield f"{use.where}: no translation: {msgid[0]!r}"


def unused(uses: list[Use], known: list[Entry]) -> Iterator[str]:
    """Entries that nothing shows any more."""
    shown = {use.msgid[0] for use in uses}
    return (f"{entry.where}: not used: {entry.msgid[0]!r}" for entry in known if entry.msgid[0] not in shown)


def contradicting(known: list[Entry]) -> Iterator[str]:
    """Messages translated in two ways; parts may repeat a word, but must agree."""
    same: dict[str, list[Entry]] = defaultdict(list)
    for entry in known:
        same[entry.msgid[0]].append(entry)
    for msgid, group in same.items():
        if len({entry.translation for entry in group}) > 1:
            says = "; ".join(f"{entry.where} {' / '.join(entry.translation)}" for entry in group)
            yield f"{group[0].where}: translated in two ways: {msgid!r}: {says}"


def unfinished(known: list[Entry]) -> Iterator[str]:
    """Entries that are empty, or marked as a guess."""
    for entry in known:
        if entry.fuzzy or not all(entry.translation):
            yield f"{entry.where}: {'fuzzy' if entry.fuzzy else 'empty'}: {entry.msgid[0]!r}"


def misplaced(known: list[Entry]) -> Iterator[str]:
    """Translations whose %(name)s places are not those of the message."""
    for entry in known:
        wanted = places(entry.msgid)
        if any(text and places([text]) != wanted for text in entry.translation):
            yield f"{entry.where}: other places than {', '.join(sorted(wanted)) or 'none'}: {entry.msgid[0]!r}"


def places(texts: Iterable[str]) -> set[str]:
    """The names that will be filled in."""
    return {name for text in texts for name in PLACE.findall(text)}


if __name__ == "__main__":
    main()
