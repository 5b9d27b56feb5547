"""Vocabularies for drafts: the terms in use, found by code, by either name, and by customary spellings."""

from sqlalchemy.orm import Session

from archives.core.drafts import Choice, Vocabulary
from archives.reference.models import Term
from archives.reference.queries import terms

SPELLINGS: dict[tuple[str, str], frozenset[str]] = {
    ("retention", "long"): frozenset({"长期(30年)", "长期保管", "30年"}),
    ("retention", "short"): frozenset({"短期(10年)", "短期保管", "10年"}),
    ("retention", "permanent"): frozenset({"永久保管", "永久保存"}),
    ("secrecy", "public"): frozenset({"公开级", "无密级", "非密", "一般"}),
    ("medium", "paper"): frozenset({"纸", "纸张", "纸介质"}),
    ("medium", "electronic"): frozenset({"电子文件", "电子介质"}),
}
"""What hand-over lists write beside the official names."""


def vocabulary(session: Session, kind: str) -> Vocabulary:
    """The terms of one kind in use, in order."""
    return Vocabulary([_choice(term) for term in terms(session, kind)])


def vocabularies(session: Session, *kinds: str) -> dict[str, Vocabulary]:
    """Several vocabularies by kind; one statement in all."""
    return {kind: vocabulary(session, kind) for kind in kinds}


def _choice(term: Term) -> Choice:
    spellings = {term.name_zh, term.name_en} | SPELLINGS.get((term.kind, term.code), frozenset())
    return Choice(term.code, term.name, frozenset(spellings) - {""})
