"""What an item earns by the figures of a return: a small language of its own. Pure.

A formula answers which share of the item's points the figures deserve: yes is all of them, no is none, a number
between 0 and 1 that part, and what lies outside is taken as the nearer end. A figure that is not known makes the answer
unknown, never zero, unless the answer does not depend on it (`lan and staff > 5` is no where there is no network);
so does a division by zero.

Why not a library: those that evaluate expressions (simpleeval, asteval) compute with Python's own operators on floats,
so the unknown, the percent sign and exact comparison at a bound (7 of 10 is 70 %) would all have to be put in by hand.
Python's parser reads the text; only the nodes named here are ever looked at, nothing is executed.
"""

import ast
import math
import operator
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from archives.core.errors import ArchivesError
from archives.core.language import Message, msg

LONGEST = 300
Value = bool | Fraction | None
"""Yes or no, a number, or None for what is not known."""
Figures = Mapping[str, bool | int | float | None]
_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "、": ","})
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*%(?!\s*(?!(?:and|or|if|else)\b)[\w(])")
"""A number and its sign; what goes on with a name or a bracket is no percentage."""
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Fraction]] = {"min": min, "max": max}
FUNCTIONS = tuple(_FUNCTIONS)


class FormulaFault(ArchivesError):  # noqa: N818  # a fault of the text, told to its author; no failure of ours
    """A formula that cannot be read: a stable code, and the sentence that says what is wrong with it."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read; `names` are the figures it looks at."""

    text: str
    root: ast.expr
    names: frozenset[str]

    def share(self, figures: Figures) -> Fraction | None:
        """The share of the points, from 0 to 1; None where it cannot be known."""
        found = _value(self.root, figures)
        return None if found is None else min(max(Fraction(found), Fraction(0)), Fraction(1))


def parse(text: str, known: Collection[str]) -> Formula:
    """Read a formula; `known` are the names of figures. Raises FormulaFault."""
    if len(text) > LONGEST:
        raise FormulaFault("too_long", msg("The formula is longer than %(longest)d characters.", longest=LONGEST))
    line = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split())
    plain = _PERCENT.sub(r"(\1/100)", line)
    try:
        root = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaFault("unreadable", _unreadable(error, plain)) from None
    names: set[str] = set()
    _check(root, known, names)
    return Formula(text, root, frozenset(names))


def _unreadable(error: Exception, text: str) -> Message:
    """Where reading stopped, in the words that stand there."""
    at = (error.offset or 0) - 1 if isinstance(error, SyntaxError) else -1
    rest = text[at : at + 12].strip() if 0 <= at < len(text) else ""
    if not rest:
        return msg("The formula cannot be read: something is missing, or a bracket is not closed.")
    return msg("The formula cannot be read from “%(rest)s” on.", rest=rest)


def _check(node: ast.expr, known: Collection[str], names: set[str]) -> None:
    """Raise FormulaFault unless every part of the formula is one of ours; collects the names."""
    match node:
        case ast.Constant(value=bool() | int() | float() as told) if math.isfinite(told):
            return
        case ast.Name() | ast.Attribute():
            names.add(_known_name(node, known))
        case (
            ast.BoolOp(values=parts) | ast.Call(func=ast.Name(id="min" | "max"), args=[_, _, *_] as parts, keywords=[])
        ):
            _check_all(parts, known, names)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=part):
            _check(part, known, names)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _check_all((left, right), known, names)
        case ast.Compare(left=left, ops=signs, comparators=others) if all(type(sign) in _COMPARISONS for sign in signs):
            _check_all((left, *others), known, names)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            _check_all((test, body, orelse), known, names)
        case _:
            raise _foreign(node)


def _check_all(nodes: Collection[ast.expr], known: Collection[str], names: set[str]) -> None:
    for node in nodes:
        _check(node, known, names)


def _known_name(node: ast.expr, known: Collection[str]) -> str:
    name = ast.unparse(node)
    if name not in known:
        raise FormulaFault(
            "name", msg("There is no figure “%(name)s”. The list beside the form names them.", name=name)
        )
    return name


def _foreign(node: ast.expr) -> FormulaFault:
    if isinstance(node, ast.Call):
        sentence = msg("A formula knows the functions min and max alone, each with two numbers or more.")
        return FormulaFault("function", sentence)
    return FormulaFault(
        "foreign",
        msg(
            "A formula has figures, numbers, + - * /, comparisons, and, or, not, min, max; “%(part)s” is none.",
            part=ast.unparse(node)[:40],
        ),
    )


def _value(node: ast.expr, figures: Figures) -> Value:
    match node:
        case ast.Constant() | ast.Name() | ast.Attribute():
            return _told(node, figures)
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Compare():
            return _answer(node, figures)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            answer = _truth(_value(test, figures))
            return None if answer is None else _value(body if answer else orelse, figures)
    return _computed(node, figures)


def _told(node: ast.Constant | ast.Name | ast.Attribute, figures: Figures) -> Value:
    """A number as it is written, or a figure; a float by its shortest spelling, 0.1 being a tenth."""
    told = node.value if isinstance(node, ast.Constant) else figures.get(ast.unparse(node))
    return told if told is None or isinstance(told, bool) else Fraction(str(told))


def _answer(node: ast.BoolOp | ast.UnaryOp | ast.Compare, figures: Figures) -> bool | None:
    """Yes, no, or None."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return _all(_truth(_value(part, figures)) for part in parts)
        case ast.BoolOp(values=parts):
            return _not(_all(_not(_truth(_value(part, figures))) for part in parts))
        case ast.UnaryOp(operand=part):
            return _not(_truth(_value(part, figures)))
    return _compared(node, figures)


def _computed(node: ast.expr, figures: Figures) -> Fraction | None:
    """A sum, a product, a quotient, min or max; None where a part is not known, or divides by zero."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=parts):
            numbers = _numbers(parts, figures)
            return None if numbers is None else _FUNCTIONS[name](*numbers)
        case ast.BinOp(left=left, op=sign, right=right):
            numbers = _numbers((left, right), figures)
            if numbers is None or (isinstance(sign, ast.Div) and not numbers[1]):
                return None
            return _ARITHMETIC[type(sign)](*numbers)
        case ast.UnaryOp(op=sign, operand=part):
            number = _number(_value(part, figures))
            return -number if number is not None and isinstance(sign, ast.USub) else number
    return None


def _numbers(parts: Iterable[ast.expr], figures: Figures) -> list[Fraction] | None:
    """The parts' numbers; None where one is not known."""
    numbers = [_number(_value(part, figures)) for part in parts]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else None


def _compared(node: ast.Compare, figures: Figures) -> bool | None:
    """`a < b <= c` holds where each pair does."""
    numbers = [_number(_value(part, figures)) for part in (node.left, *node.comparators)]
    pairs = zip(numbers, numbers[1:], node.ops, strict=False)
    return _all(
        None if left is None or right is None else _COMPARISONS[type(sign)](left, right) for left, right, sign in pairs
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    told = list(answers)
    if False in told:
        return False
    return None if None in told else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _truth(value: Value) -> bool | None:
    return None if value is None else bool(value)


def _number(value: Value) -> Fraction | None:
    return None if value is None else Fraction(value)
