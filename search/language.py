"""The query language: Whoosh's parser with field names in Chinese and English, ranges, and brackets that may be text.

`题名:道路 AND NOT 密级:秘密`, `"给水 管道"`, `(东路 OR 西路) 竣工:2008..2012`, `DN3*`.
与, 或 and 非 say AND, OR and NOT where they stand between blanks with something on both sides. Brackets group only
where they enclose whole words: 道路(二期) is a word. What cannot be read is taken as plain words, with a hint.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from search.tables import Attribute, TextField
from search.tree import EVERYTHING, NOTHING, And, Not, Or, Range, Text, Tree, Value, plain
from search.whoosh_library import plugins, qparser, syntax
from search.words import FIELD, fold, needle, simplified

LONGEST = 10_000
"""Characters of a query that are read."""

LANGUAGE_WITHIN = 1_000
"""A longer text was pasted, not composed: it is read as plain words."""

Hint = Literal["brackets", "quotes", "operator", "empty", "long", "range"]
"""Why a query was read as plain words: a bracket or a quotation mark without its other half, an operator without
something to join, a field or group with nothing in it, a text too long to be composed, a range that is none."""

_OPEN, _CLOSE = "\ufdd2", "\ufdd3"
_SPELLINGS = str.maketrans({"（": "(", "）": ")", "“": '"', "”": '"', "＂": '"', "：": ":", "＊": "*", "\u3000": " "})
_UNUSED = str.maketrans(dict.fromkeys((FIELD, "\ufdd1", _OPEN, _CLOSE)))
_BEFORE, _AFTER = rf"(?<=[^\s{_OPEN}]\s)", rf"(?=\s[^\s{_CLOSE}])"
_AND, _OR = rf"{_BEFORE}(AND|与){_AFTER}", rf"{_BEFORE}(OR|或){_AFTER}"
_NOT = rf"(((^|(?<=[\s{_OPEN}]))NOT)|{_BEFORE}非){_AFTER}"
_TWICE = re.compile(r"\s(AND|OR)\s(AND|OR)\s")
_FIELD = re.compile(r"(?<![^\s(])(?P<name>[^\s():\"]+):\s*")
_LONE = re.compile(r"AND|OR|NOT")
_RANGE = re.compile(r"(?P<least>[0-9.-]*?)\.\.(?P<most>[0-9.-]*)")
_DAY = re.compile(r"(\d{4})(?:-?(\d{1,2})(?:-?(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as a tree; `hint` says why it was read as plain words."""

    tree: Tree
    hint: Hint | None = None


class _UnreadableError(Exception):
    """The text is not of the language."""

    def __init__(self, hint: Hint) -> None:
        super().__init__(hint)
        self.hint: Hint = hint


class Language:
    """The language over these fields and columns; each is known by its own name and by its further names."""

    def __init__(self, fields: Sequence[TextField], attributes: Sequence[Attribute]) -> None:
        known: list[TextField | Attribute] = [*fields, *attributes]
        self._named = {simplified(fold(name)): one for one in known for name in (one.name, *one.names)}
        self._parser = _parser(list(self._named))

    def parse(self, typed: str) -> Parsed:
        """The tree of what was typed. Never raises."""
        text = " ".join(typed[:LONGEST].translate(_UNUSED).split())
        if len(text) > LANGUAGE_WITHIN:
            return Parsed(plain(text), "long")
        hint: Hint | None = None
        try:
            tree = self._read(text)
        except _UnreadableError as error:
            tree, hint = plain(text.translate(_SPELLINGS).replace('"', " ")), error.hint
        return Parsed(NOTHING, "empty") if text and tree == EVERYTHING else Parsed(tree, hint)

    def _read(self, text: str) -> Tree:
        if _TWICE.search(text):
            raise _UnreadableError("operator")
        marked = _grouped(self._with_names(text.translate(_SPELLINGS)))
        return _joined(And, list(self._parts(self._parser.process(marked))))

    def _with_names(self, text: str) -> str:
        """The text with fields by the names that are known here, and what follows right after the colon.

        A name may be typed in traditional characters, and a blank may follow its colon.
        """
        quoted = text.split('"')
        quoted[::2] = [_FIELD.sub(self._named_plainly, part) for part in quoted[::2]]
        return '"'.join(quoted)

    def _named_plainly(self, found: re.Match[str]) -> str:
        name = simplified(fold(found["name"]))
        return f"{name}:" if name in self._named else found[0]

    def _parts(self, group: Sequence[syntax.SyntaxNode]) -> Iterator[Tree]:
        for node in group:
            tree = self._tree(node)
            if tree is not None:
                yield tree

    def _tree(self, node: syntax.SyntaxNode) -> Tree | None:
        if isinstance(node, syntax.NotGroup):
            parts = list(self._parts(node))
            return Not(parts[0]) if parts else None
        if isinstance(node, syntax.GroupNode):
            parts = list(self._parts(node))
            if not parts:
                raise _UnreadableError("empty")
            return _joined(Or if isinstance(node, syntax.OrGroup) else And, parts)
        if isinstance(node, syntax.TextNode):
            return self._leaf(node)
        raise _UnreadableError("empty")  # a field's name with nothing after it

    def _leaf(self, node: syntax.TextNode) -> Tree | None:
        if isinstance(node, syntax.WordNode) and _LONE.fullmatch(node.text):
            raise _UnreadableError("operator")
        if isinstance(node, syntax.WordNode) and node.text.endswith(":") and node.text[:-1] in self._named:
            raise _UnreadableError("empty")
        named = self._named[simplified(fold(node.fieldname))] if node.fieldname else None
        if isinstance(named, Attribute):
            return _of_attribute(named, node.text)
        open_ended = isinstance(node, plugins.PrefixPlugin.PrefixNode) or (named is not None and named.open_ended)
        found = needle(node.text, open_ended=open_ended)
        return Text(found, named.name if named else None, node.text) if found else None


def _joined(kind: type[And] | type[Or], parts: Sequence[Tree]) -> Tree:
    unique = tuple(dict.fromkeys(parts))
    if not unique:
        return EVERYTHING
    return unique[0] if len(unique) == 1 else kind(unique)


def _parser(names: Sequence[str]) -> qparser.QueryParser:
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    named = rf"(?:^|(?<=[\s{_OPEN}]))(?P<text>(?i:{'|'.join(longest_first)})):"
    parts = [
        plugins.FieldsPlugin(expr=named, remove_unknown=False),
        plugins.PhrasePlugin(expr=r'"(?P<text>[^"]*)"(?P<slop>(?!))?'),
        _WholePrefix(),
        plugins.GroupPlugin(openexpr=_OPEN, closeexpr=_CLOSE),
        plugins.OperatorsPlugin(And=_AND, Or=_OR, Not=_NOT, AndNot=None, AndMaybe=None, Require=None),
    ]
    return qparser.QueryParser(None, None, plugins=parts)


class _WholePrefix(plugins.PrefixPlugin):
    """Whoosh's prefix, but none of our brackets, quotes and field names are part of it."""

    expr = rf'(?:^|(?<=[\s{_OPEN}:]))(?P<text>[^\s*"{_OPEN}{_CLOSE}]+)[*](?=\s|$|{_CLOSE})'


def _grouped(text: str) -> str:
    """`text` with the brackets that group replaced by characters that nothing else uses."""
    if text.count('"') % 2:
        raise _UnreadableError("quotes")
    chars, opened, quoted = list(text), list[int](), False
    for at, char in enumerate(text):
        quoted ^= char == '"'
        if char == "(" and not quoted:
            opened.append(at)
        elif char == ")" and not quoted:
            if not opened:
                raise _UnreadableError("brackets")
            begun = opened.pop()
            if _encloses_words(text, begun, at):
                chars[begun], chars[at] = _OPEN, _CLOSE
    if opened:
        raise _UnreadableError("brackets")
    return "".join(chars)


def _encloses_words(text: str, begun: int, ended: int) -> bool:
    before, after = text[begun - 1 : begun], text[ended + 1 : ended + 2]
    return (not before or before in " (:") and (not after or after in " )")


def _of_attribute(attribute: Attribute, text: str) -> Tree:
    if attribute.kind == "word":
        return Value(attribute.name, text)
    match = _RANGE.fullmatch(text)
    least, most = (match["least"], match["most"]) if match else (text, text)
    bounds = _days if attribute.kind == "day" else _numbers
    try:
        found = bounds(least)[0], bounds(most)[1]
    except ValueError:
        raise _UnreadableError("range") from None
    if found == (None, None) or (found[0] is not None and found[1] is not None and found[0] > found[1]):
        raise _UnreadableError("range")
    return Range(attribute.name, *found)


Bounds = tuple[float | None, float | None]


def _numbers(text: str) -> Bounds:
    return (float(text), float(text)) if text else (None, None)


def _days(text: str) -> Bounds:
    """The first and last day that a year, a month or a day names, as whole numbers."""
    if not text:
        return None, None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if month > 12 or (day and day > monthrange(year, month)[1]):
        raise ValueError(text)
    first = year * 10_000 + (month or 1) * 100 + (day or 1)
    last = year * 10_000 + (month or 12) * 100 + (day or 31)
    return first, last
