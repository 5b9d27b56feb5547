"""The words of the pipelines' forms: where surveys come from, kinds of line, plane systems, formats, paper."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archives.core.drafts import Choice, Vocabularies, Vocabulary
from archives.core.language import Message, current_language, gettext, msg
from archives.pipelines import queries
from archives.pipelines.drafts import FORMATS, KINDS, PAPERS, PLANE_SYSTEMS, PROFILES, SECRECY, SOURCES
from archives.reference.vocabularies import vocabulary
from gis.codes import Codes, standard
from gis.profiles import SYSTEMS, described

SOURCE_LABELS: Mapping[str, Message] = {
    "project": msg("As-built survey of a project"),
    "census": msg("Census of pipelines"),
    "supplement": msg("Supplementary survey"),
    "owner": msg("Owner's report"),
}
FORMAT_LABELS: Mapping[str, Message] = {
    "gpkg": msg("GeoPackage"),
    "dxf": msg("DXF drawing"),
    "shp": msg("Shapefile (ZIP)"),
    "xlsx": msg("Result table (XLSX)"),
    "geojson": msg("GeoJSON"),
    "kml": msg("KML"),
}
PAPER_SIZES: Mapping[str, tuple[int, int]] = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "A1": (594, 841),
    "A0": (841, 1189),
}
"""Millimetres, upright."""
SHORT_ZONES = tuple(range(4534, 4555))
"""The 3-degree zones of CGCS2000 with 6-digit eastings, which most surveys use."""


def vocabularies_of(session: Session) -> Vocabularies:
    """All of them, for forms and readers."""
    return {
        SOURCES: _labelled(SOURCE_LABELS),
        FORMATS: _labelled(FORMAT_LABELS),
        PAPERS: Vocabulary([Choice(name, name) for name in PAPER_SIZES]),
        KINDS: kinds_vocabulary(standard()),
        PLANE_SYSTEMS: _plane_systems(session),
        PROFILES: Vocabulary([Choice(one.name, one.name) for one in queries.profiles(session)]),
        SECRECY: vocabulary(session, "secrecy"),
    }


def kinds_vocabulary(codes: Codes) -> Vocabulary:
    """Every kind of line, as `JS/JP`; a class alone, as `JS`, means every kind of it."""
    return Vocabulary([Choice(written(*key), f"{written(*key)} {kind_name(codes, *key)}") for key in codes.kinds])


def written(major: str, minor: str) -> str:
    """A kind as forms and addresses write it."""
    return f"{major}/{minor}" if minor else major


def kind_from(text: str, codes: Codes) -> tuple[str, str] | None:
    """The kind that `JS/JP`, `JS`, `JP` or a name means; None for an unknown one."""
    major, _, minor = text.strip().upper().partition("/")
    if (major, minor) in codes.kinds:
        return major, minor
    return codes.by_alias(text)


def kind_name(codes: Codes, major: str, minor: str) -> str:
    """A kind's name in the reader's language."""
    kind = codes.kind(major, minor)
    if kind is None:
        return written(major, minor)
    return kind.name_en if current_language() == "en" else kind.name_zh


def _labelled(labels: Mapping[str, Message]) -> Vocabulary:
    return Vocabulary([Choice(code, gettext(label.msgid)) for code, label in labels.items()])


def _plane_systems(session: Session) -> Vocabulary:
    own = [Choice(one.name, one.name) for one in queries.plane_systems(session)]
    national = [*SHORT_ZONES, *(code for code in sorted(SYSTEMS) if code not in SHORT_ZONES)]
    return Vocabulary(
        [*own, *(Choice(f"EPSG:{code}", f"EPSG:{code} {described(code, current_language())}") for code in national)]
    )
