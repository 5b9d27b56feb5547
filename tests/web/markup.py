"""A small reader of rendered pages: is every element closed, and what stands where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Element:
    """An element with its attributes, its ancestors' tags and its own text."""

    tag: str
    attributes: dict[str, str]
    ancestors: tuple[str, ...]
    text: list[str] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        """An attribute's value, or None."""
        return self.attributes.get(name)


class Markup(HTMLParser):
    """The elements of a page in order; a badly nested one is an AssertionError."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element; a doubled attribute is a fault."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"doubled attribute in <{tag}>: {names}"
        values = {name: value or "" for name, value in attrs}
        element = Element(tag, values, tuple(outer.tag for outer in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<use …/>` and its like close themselves."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Must close the innermost open element."""
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> where <{self._open[-1].tag}> is open, line {self.getpos()[0]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to the innermost element and all around it."""
        for element in self._open:
            element.text.append(data)

    def all(self, *tags: str) -> list[Element]:
        """Every element of these tags, or every element."""
        return [element for element in self.elements if not tags or element.tag in tags]

    def ids(self) -> list[str]:
        """All ids, in order."""
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]
