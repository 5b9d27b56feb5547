"""One area's results of a year: its row of the returns, judged by one edition."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.language import Message
from archives.facilities import queries
from archives.facilities.classes import basis_warning
from archives.facilities.evaluation import Evaluation, evaluate
from archives.facilities.models import Area, Institution
from archives.facilities.results.asking import Asked
from archives.facilities.results.queries import Signed, area_by_code, signed_of
from archives.facilities.standards.tables import load_standards


@dataclass(frozen=True, slots=True)
class Judged:
    """The evaluation has one row: this area's. `state` is its return's, "" where none counts."""

    asked: Asked
    area: Area
    institution: Institution | None
    evaluation: Evaluation
    basis: str
    state: str
    signed: Signed

    @property
    def warning(self) -> Message | None:
        """What to say where the population was not counted as the classes of the edition count it."""
        scheme = load_standards().scheme(self.evaluation.edition.about.scheme)
        known = not np.isnan(self.evaluation.returns.population[0])
        return basis_warning(self.basis, scheme) if known else None


def judged_of(session: Session, actor: Actor, asked: Asked, code: str) -> Judged:
    """Raises NotFoundError. Where no return counts, the register tells what the area has."""
    area, institution = area_by_code(session, actor, code)
    filed = queries.filed_in(session, actor, asked.year, area.code)
    row = filed.returns.code.tolist().index(area.code)
    evaluation = evaluate(filed.returns.chosen(np.array([row])), queries.edition(session, asked.edition))
    signed = signed_of(session, area.id, asked.year)
    return Judged(asked, area, institution, evaluation, filed.bases[row] or "", filed.states[row], signed)
