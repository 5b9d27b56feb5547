"""What a file is, by its content and not by its name."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import puremagic

from archives.core.language import Message, msg

DANGEROUS = frozenset({".exe", ".dll", ".bat", ".cmd", ".com", ".js", ".vbs", ".scr", ".msi", ".ps1", ".sh", ".lnk"})
TEXTS = frozenset({".txt", ".xml", ".csv", ".sql", ".svg", ".html", ".htm", ".json", ".ifc", ".dxf"})
SAME: Mapping[str, frozenset[str]] = {
    ".jpg": frozenset({".jpg", ".jpeg", ".jfif"}),
    ".jpeg": frozenset({".jpg", ".jpeg", ".jfif"}),
    ".tif": frozenset({".tif", ".tiff"}),
    ".tiff": frozenset({".tif", ".tiff"}),
    ".mpg": frozenset({".mpg", ".mpeg"}),
}
PACKED: Mapping[str, str] = {
    "OFD.xml": "OFD",
    "word/document.xml": "DOCX",
    "xl/workbook.xml": "XLSX",
    "ppt/presentation.xml": "PPTX",
}
_DWG = re.compile(rb"AC10\d\d")
_HEAD = 16


def format_of(path: Path, name: str) -> tuple[str, str]:
    """Format (an upper-case extension) and media type by content; ("", "application/octet-stream") if unknown."""
    head = path.read_bytes()[:_HEAD] if path.stat().st_size < 1 << 16 else _head(path)
    if _DWG.match(head):
        return "DWG", "image/vnd.dwg"
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        return _packed(path)
    suffix = PurePosixPath(name).suffix.lower()
    try:
        found = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError, OSError):
        found = []
    chosen = next((match for match in found if match.extension.lower() == suffix), found[0] if found else None)
    if chosen is not None and chosen.extension:
        return chosen.extension.lstrip(".").upper(), chosen.mime_type or "application/octet-stream"
    return (suffix.lstrip(".").upper(), "text/plain") if suffix in TEXTS else ("", "application/octet-stream")


def is_program(name: str, found: str) -> bool:
    """Whether a file is one that no archives keeps, by its name or its content."""
    return PurePosixPath(name).suffix.lower() in DANGEROUS or f".{found.lower()}" in DANGEROUS


def check_content(name: str, found: str) -> Message | None:
    """What is wrong with a file whose content is of format `found`, if anything."""
    suffix = PurePosixPath(name).suffix.lower()
    if not found:
        return msg("What %(name)s holds cannot be recognised.", name=name)
    allowed = SAME.get(suffix, frozenset({suffix}))
    if suffix and f".{found.lower()}" not in allowed and suffix not in TEXTS:
        return msg("%(name)s is really %(found)s.", name=name, found=found)
    return None


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _packed(path: Path) -> tuple[str, str]:
    """Office and OFD files are ZIPs; a member tells which."""
    with zipfile.ZipFile(path) as package:
        members = set(package.namelist())
    for member, found in PACKED.items():
        if member in members:
            return found, "application/octet-stream"
    return "ZIP", "application/zip"
