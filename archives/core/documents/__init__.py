"""Printed papers: `render` turns typed data into PDF, `FORMS` lists what there is, `papers` says what each needs."""

from archives.core.documents.forms import FORMS, Form
from archives.core.documents.glyphs import missing_glyphs
from archives.core.documents.press import digest, qr_svg, render

__all__ = ["FORMS", "Form", "digest", "missing_glyphs", "qr_svg", "render"]
