"""The certificate of a grade as PDF."""

from sqlalchemy.orm import Session

from archives.core import office
from archives.core.clock import local
from archives.core.documents import render
from archives.core.documents.facility_papers import GradeCertificate
from archives.core.errors import ConflictError
from archives.core.language import current_language, msg
from archives.facilities.grading.models import APPROVED
from archives.facilities.grading.queries import Line
from archives.facilities.grading.rules import said


def certificate_of(session: Session, line: Line) -> bytes:
    """The paper of an approved grade. Raises ConflictError where there is none: not approved, or no grade."""
    one = line.assessment
    if one.state != APPROVED or not one.grade or one.approved_at is None:
        raise ConflictError(msg("There is a certificate only of an approved grade."))
    return render(
        "grade_certificate",
        GradeCertificate(
            institution=office.decided(session, "institution"),
            number=one.number,
            date=local(one.approved_at).date().isoformat(),
            graded=one.institution,
            area=line.area.name or line.area.code,
            year=str(one.year),
            scheme=line.scheme.name,
            scheme_source=line.scheme.source,
            points=said(one.total),
            total=said(line.scheme.total),
            grade=one.grade,
            assessors=str(len(one.assessors)),
            approved_by=one.approved_by,
        ),
        language=current_language(),
    )
