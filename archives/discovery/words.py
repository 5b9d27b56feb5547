"""What codes in the index are called, for the query language, the facets and the hits."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archives.core.drafts import Choice, Vocabulary
from archives.core.language import Message, msg
from archives.discovery.sources.every import SOURCES
from archives.reference.models import ClassNode
from archives.reference.queries import in_use, terms
from archives.reference.vocabularies import vocabularies

FIELD_LABELS: Mapping[str, Message] = {
    "number": msg("Document and permit numbers"),
    "client": msg("Client"),
    "address": msg("Address"),
    "former": msg("Former names"),
    "responsible": msg("Responsible"),
    "abstract": msg("Keywords and abstract"),
    "road": msg("Road"),
    "owner": msg("Owner"),
    "material": msg("Material"),
    "parties": msg("Parties"),
    "project": msg("Project"),
    "details": msg("Technical data"),
    "note": msg("Note"),
}
FACET_LABELS: Mapping[str, Message] = {
    "class": msg("Class"),
    "year": msg("Year"),
    "works_type": msg("Works type"),
    "secrecy": msg("Secrecy"),
    "retention": msg("Retention period"),
    "client": msg("Client"),
    "district": msg("District"),
    "medium": msg("Medium"),
}
ATTRIBUTE_LABELS: Mapping[str, Message] = {
    **{name: FACET_LABELS[name] for name in ("secrecy", "class", "works_type", "retention", "medium", "district")},
    "formed": msg("Formed"),
    "completed": msg("Completed"),
    "accessioned": msg("Accessioned"),
}
ICONS = {
    "project": "building",
    "unit": "building-community",
    "transfer": "truck",
    "volume": "folder",
    "item": "file-text",
    "organisation": "users-group",
    "survey": "route",
    "pipeline": "line",
    "sheet": "certificate",
    "area": "polygon",
}


def words_of(session: Session) -> dict[str, Vocabulary]:
    """Vocabularies by the name of the index's column; three statements."""
    found = vocabularies(session, "retention", "medium", "works_type")
    ranks = [
        Choice(str(int(term.rank)), term.name, frozenset({term.name_zh, term.name_en, term.code} - {""}))
        for term in terms(session, "secrecy")
    ]
    classes = [Choice(node.code, node.name) for node in in_use(session, ClassNode) if node.level == 1]
    return {**found, "secrecy": Vocabulary(ranks), "class": Vocabulary(classes), "kind": kinds()}


def kinds() -> Vocabulary:
    """The kinds of records that are searched, by code and by name."""
    return Vocabulary([Choice(source.kind, str(source.label), frozenset(SPELLINGS[source.kind])) for source in SOURCES])


SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "project": ("工程", "项目", "工程项目"),
    "unit": ("单位工程", "单体"),
    "transfer": ("移交",),
    "volume": ("案卷", "卷"),
    "item": ("文件", "卷内文件", "件"),
    "organisation": ("单位", "组织机构"),
    "survey": ("管线成果", "管线测量"),
    "pipeline": ("管线", "地下管线"),
    "sheet": ("查询单", "管线查询单"),
    "area": ("区域", "查询区域"),
}
"""What people write after `类型:` whatever language the pages are in."""
