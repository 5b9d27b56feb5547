"""A scheme's groups, items and grades, and how they are changed: every function answers a new content. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Literal

Way = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Item:
    """What points are given for; `key` never changes, `number` is "" where it follows from the place."""

    key: str
    text: str
    points: Decimal
    number: str = ""
    evidence: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items that belong together."""

    key: str
    name: str
    items: tuple[Item, ...] = ()

    @property
    def points(self) -> Decimal:
        """The sum of its items."""
        return sum((item.points for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the points from which on it is given; `national` is the national grade that it means, or ""."""

    key: str
    name: str
    least: Decimal
    national: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All of a scheme but its head; `last` is the last key that was given."""

    groups: tuple[Group, ...] = ()
    grades: tuple[Grade, ...] = ()
    last: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in order."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def points(self) -> Decimal:
        """The sum of all items."""
        return sum((group.points for group in self.groups), Decimal(0))

    def group(self, key: str) -> Group | None:
        """A group by its key."""
        return next((group for group in self.groups if group.key == key), None)

    def item(self, key: str) -> Item | None:
        """An item by its key."""
        return next((item for item in self.items if item.key == key), None)

    def grade(self, key: str) -> Grade | None:
        """A grade by its key."""
        return next((grade for grade in self.grades if grade.key == key), None)

    def numbers(self) -> dict[str, str]:
        """What stands before each item: its own number, or its place as group.item."""
        return dict(_numbered(self.groups))


def _numbered(groups: tuple[Group, ...]) -> Iterator[tuple[str, str]]:
    for at, group in enumerate(groups, 1):
        for place, item in enumerate(group.items, 1):
            yield item.key, item.number or f"{at}.{place}"


def with_group(content: Content, name: str) -> Content:
    """One group more, at the end."""
    last = content.last + 1
    return replace(content, groups=(*content.groups, Group(f"g{last}", name)), last=last)


def with_item(content: Content, group: str, item: Item) -> Content:
    """One item more at the end of a group; it is given a key."""
    last = content.last + 1
    made = replace(item, key=f"i{last}")
    groups = tuple(replace(one, items=(*one.items, made)) if one.key == group else one for one in content.groups)
    return replace(content, groups=groups, last=last)


def with_grade(content: Content, grade: Grade) -> Content:
    """One grade more; the highest stands first."""
    last = content.last + 1
    return replace(content, grades=_ranked((*content.grades, replace(grade, key=f"c{last}"))), last=last)


def changed(content: Content, part: Group | Item | Grade) -> Content:
    """A part in the place of the one with its key."""
    match part:
        case Grade():
            return replace(
                content, grades=_ranked(tuple(part if one.key == part.key else one for one in content.grades))
            )
        case Group():
            return replace(content, groups=tuple(part if one.key == part.key else one for one in content.groups))
    groups = tuple(
        replace(group, items=tuple(part if one.key == part.key else one for one in group.items))
        for group in content.groups
    )
    return replace(content, groups=groups)


def without(content: Content, key: str) -> Content:
    """All but one part; a group goes with its items."""
    groups = tuple(
        replace(group, items=tuple(one for one in group.items if one.key != key))
        for group in content.groups
        if group.key != key
    )
    return replace(content, groups=groups, grades=tuple(one for one in content.grades if one.key != key))


def moved(content: Content, key: str, way: Way) -> Content:
    """A group one place on, or an item, which goes over into the neighbouring group at its own group's end."""
    keys = [group.key for group in content.groups]
    step = -1 if way == "up" else 1
    if key in keys:
        return replace(content, groups=_swapped(content.groups, keys.index(key), step))
    for at, group in enumerate(content.groups):
        places = [item.key for item in group.items]
        if key not in places:
            continue
        place = places.index(key)
        if 0 <= place + step < len(places):
            return changed(content, replace(group, items=_swapped(group.items, place, step)))
        return _across(content, at, place, step)
    return content


def _across(content: Content, at: int, place: int, step: int) -> Content:
    """An item into the next group, at the end that is nearer."""
    if not 0 <= at + step < len(content.groups):
        return content
    left, entered = content.groups[at], content.groups[at + step]
    item = left.items[place]
    items = (*entered.items, item) if step < 0 else (item, *entered.items)
    left = replace(left, items=tuple(one for one in left.items if one is not item))
    return changed(changed(content, left), replace(entered, items=items))


def _swapped(parts: tuple[Any, ...], place: int, step: int) -> tuple[Any, ...]:
    if not 0 <= place + step < len(parts):
        return parts
    found = list(parts)
    found[place], found[place + step] = found[place + step], found[place]
    return tuple(found)


def _ranked(grades: tuple[Grade, ...]) -> tuple[Grade, ...]:
    return tuple(sorted(grades, key=lambda one: -one.least))


def kept(content: Content) -> dict[str, Any]:
    """As the database keeps it."""

    def plain(parts: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: as_number(value) if isinstance(value, Decimal) else value for name, value in parts}

    return asdict(content, dict_factory=plain)


def taken_from(stored: Mapping[str, Any]) -> Content:
    """As it was kept."""
    return Content(
        tuple(
            Group(
                one["key"],
                one["name"],
                tuple(Item(**{**item, "points": exact(item["points"])}) for item in one["items"]),
            )
            for one in stored.get("groups", ())
        ),
        tuple(Grade(**{**one, "least": exact(one["least"])}) for one in stored.get("grades", ())),
        int(stored.get("last", 0)),
    )


def as_number(points: Decimal) -> int | float:
    """Points as JSON keeps them."""
    return int(points) if points == points.to_integral_value() else float(points)


def exact(points: Decimal | float | str) -> Decimal:
    """Points as they were written, 0.1 being a tenth."""
    return Decimal(str(points))
