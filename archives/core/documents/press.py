"""The press: checked data and a template become a PDF/A that says its own digest.

Data travel to typst as one JSON input and are printed as text, so nothing in them is ever read as markup.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from archives.core.documents.forms import FORMS, Form
from archives.core.documents.glyphs import FONTS, code_point, missing_glyphs, printable
from archives.core.language import DEFAULT_LANGUAGE

TEMPLATES = Path(__file__).parents[3] / "templates" / "documents"
DRAWN = frozenset({"qr", "svg"})
"""Fields that are drawn, not printed as text."""
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def render(form: str, data: Mapping[str, object], *, language: str = DEFAULT_LANGUAGE) -> bytes:
    """The paper as PDF; the same data give the same bytes.

    `form` is a code of FORMS and `data` its shape there: KeyError and pydantic's ValidationError say what does not fit.
    """
    kind = FORMS[form]
    fields = kind.checked(data)
    return _press(kind.code, _order(kind, fields, language))


def digest(form: str, data: Mapping[str, object]) -> str:
    """What a paper's foot shows to tell it from another: 16 hex digits of the SHA-256 of its form and data."""
    text = json.dumps([form, data], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    shown = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16].upper()
    return "-".join(shown[start : start + 4] for start in range(0, 16, 4))


def qr_svg(text: str) -> str:
    """A square code that says `text`, as an SVG of its own."""
    drawing = BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", xmldecl=False, border=1)
    return drawing.getvalue().decode()


def _order(kind: Form, fields: Mapping[str, Any], language: str) -> dict[str, Any]:
    said = "".join(_texts(fields))
    return {
        "form": kind.code,
        "title": kind.title(language),
        "language": "zh" if language == DEFAULT_LANGUAGE else "en",
        "digest": digest(kind.code, fields),
        "missing": [code_point(character) for character in missing_glyphs(said)],
        "data": _ready(fields),
    }


def _press(template: str, order: Mapping[str, Any]) -> bytes:
    paper = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"order": json.dumps(order, ensure_ascii=True)},
        pdf_standards=[*STANDARDS],
        timestamp=0,
    )
    return bytes(paper)


def _texts(value: object) -> Iterator[str]:
    """Every text in the data that gets printed; what is drawn does not."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part) if name not in DRAWN else ()
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _ready(value: Any) -> Any:
    """The data as the template wants them: texts printable, square codes drawn."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _drawn(name, part) if name in DRAWN else _ready(part) for name, part in value.items()}
    return [_ready(part) for part in value] if isinstance(value, list) else value


def _drawn(name: str, value: str) -> str:
    return qr_svg(value) if name == "qr" else printable(value)
