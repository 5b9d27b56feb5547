"""What is told about an area, its institution and one year, at whichever door; an empty field is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from archives.core.drafts import Draft, choice, day, number, text, whole
from archives.core.problems import Place, Problem

YES_NO, LEVEL, HOLDING, BODY, BASIS, CLASS, GRADE, LIST = (
    "yes_no",
    "area_levels",
    "area_holdings",
    "provincial_bodies",
    "population_bases",
    "city_classes",
    "national_grades",
    "return_lists",
)
"""Vocabularies of the facilities' own."""
MOST_PEOPLE = 150_000_000
MOST_STAFF = 3_000
MOST_SQUARE_METRES = 500_000
NOWHERE = Place()


class AreaDraft(Draft):
    """An administrative area and what it has."""

    code: str = text("Area code", required=True, max_length=12, help="行政区划代码, six digits.")
    name: str = text("Administrative area", max_length=100)
    level: str = choice("Level", LEVEL, help="A county-level city is a city and of the county level.")
    urban_status: str = choice("Has city status", YES_NO, help="No for prefectures, leagues and the like.")
    parent: str = text("Code of the area above", max_length=12, help="Left empty, it follows from the code.")
    population: int | None = whole("Population", unit="persons", most=MOST_PEOPLE)
    population_basis: str = text("How the population is counted", max_length=50)
    kind: str = choice("Has an archives or office", HOLDING)
    body: str = choice("Body in the provincial department", BODY, help="Of provinces and municipalities only.")
    two_names: str = choice("One body, two names", YES_NO)
    rule_before: str = choice(
        "Had a provincial regulation before the plan", YES_NO, help="Of provinces and municipalities only."
    )
    institution: str = text("Institution", max_length=200)
    department: str = text("Parent department", max_length=200)
    national_grade: str = choice("National grade", GRADE)
    website: str = text("Web site", max_length=200)
    longitude: Decimal | None = number("Longitude", unit="°", least=73, most=136)
    latitude: Decimal | None = number("Latitude", unit="°", least=3, most=54)
    city_class: str = choice("City class", CLASS, help="Follows from the population; given, it is compared.")


class ReturnDraft(Draft):
    """The figures of one year."""

    year: int | None = whole("Year", least=1949, most=2100)
    establishment: int | None = whole("Posts in the establishment", unit="persons", most=MOST_STAFF)
    staff: int | None = whole("Staff on duty", unit="persons", most=MOST_STAFF)
    technical_staff: int | None = whole("Technical staff", unit="persons", most=MOST_STAFF)
    senior_titles: int | None = whole("With senior titles", unit="persons", most=MOST_STAFF)
    middle_titles: int | None = whole("With middle titles or above", unit="persons", most=MOST_STAFF)
    engineers: int | None = whole("Engineers", unit="persons", most=MOST_STAFF)
    high_school_staff: int | None = whole("With high school or above", unit="persons", most=MOST_STAFF)
    college_staff: int | None = whole("With college or above", unit="persons", most=MOST_STAFF)
    bachelor_staff: int | None = whole("With a bachelor's degree or above", unit="persons", most=MOST_STAFF)
    women: int | None = whole("Women", unit="persons", most=MOST_STAFF)
    under_35: int | None = whole("Under 35 years", unit="persons", most=MOST_STAFF)
    aged_35_to_50: int | None = whole("From 35 to 50 years", unit="persons", most=MOST_STAFF)
    over_50: int | None = whole("Over 50 years", unit="persons", most=MOST_STAFF)
    trained_staff: int | None = whole("Trained 90 hours or 12 days", unit="persons", most=MOST_STAFF)
    training_hours: Decimal | None = number("Hours of training", unit="hours", most=1_000_000)
    funds_wan: Decimal | None = number("Funds", unit="10 000 yuan", most=1_000_000)
    floor_area_m2: Decimal | None = number("Total floor area", unit="m²", most=MOST_SQUARE_METRES)
    store_area_m2: Decimal | None = number("Floor area of the stores", unit="m²", most=MOST_SQUARE_METRES)
    reading_area_m2: Decimal | None = number("Floor area of the reading room", unit="m²", most=MOST_SQUARE_METRES)
    accidents: int | None = whole("Major accidents", most=1_000)
    lan: str = choice("Local network", YES_NO)
    computerised: str = choice("Archives work is computerised", YES_NO)
    catalogue_rate: Decimal | None = number("Catalogued share of the holdings", unit="%", most=100)
    holdings_volumes: int | None = whole("Volumes held", most=100_000_000)
    digitised_volumes: int | None = whole("Volumes digitised", most=100_000_000)
    projects_due: int | None = whole("Large, medium and key projects due", most=1_000_000)
    projects_received: int | None = whole("Of these received", most=1_000_000)
    key_projects_due: int | None = whole("Key projects among those due", most=1_000_000)
    key_projects_received: int | None = whole("Key projects among those received", most=1_000_000)
    business_records_received: int | None = whole("Business records received", most=100_000_000)
    pipeline_projects_due: int | None = whole("Pipeline projects due", most=1_000_000)
    pipeline_projects_received: int | None = whole("Pipeline projects received", most=1_000_000)
    visits: int | None = whole("Visits", most=1_000_000_000)
    volumes_used: int | None = whole("Volumes or items used", most=1_000_000_000)
    benefit_wan: Decimal | None = number("Economic benefit", unit="10 000 yuan", most=100_000_000)
    filled_by: str = text("Filled in by", max_length=50)
    checked_by: str = text("Checked by", max_length=50)
    signed_by: str = text("Signed by", max_length=50)
    signed_on: date | None = day("Signed on")
    note: str = text("Note", max_length=1000, long=True)


class EditionDraft(Draft):
    """An authority's own edition of the targets; its numbers are told beside it."""

    code: str = text("Code of the edition", required=True, max_length=40)
    name: str = text("Name of the edition", required=True, max_length=100)
    base: str = text("Made from", required=True, max_length=40, help="Code of an edition that comes with the program.")
    reason: str = text("Reason", required=True, max_length=1000, long=True)
    valid_from: date | None = day("In force from", required=True)


class ReminderDraft(Draft):
    """By which day those who have not filed are asked to."""

    until: date | None = day("Asked for by", required=True)


class ListedDraft(Draft):
    """An entry that an office adds to one of the lists of a return."""

    list_name: str = choice("List", LIST, required=True)
    code: str = text("Code of the entry", required=True, max_length=40, help="Small letters, digits and underlines.")
    name: str = text("Entry", required=True, max_length=60)
    name_en: str = text("Entry in English", max_length=60)
    reason: str = text("Reason", required=True, max_length=1000, long=True)


AREA_FIELDS = frozenset(AreaDraft.model_fields)
RETURN_FIELDS = frozenset(ReturnDraft.model_fields)
OF_THE_YEAR = ("population", "population_basis", "kind", "body", "two_names")
"""What is told of the area and kept with the year too."""

Listed = Mapping[str, Mapping[str, Any]]
"""By list (equipment, databases, regulations, holdings): entry to count or yes and no; None is unknown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as far as it could be read. `given` names what it speaks of; a row without a year tells of the area only.

    `headings` says how the file heads each field.
    """

    area: AreaDraft
    figures: ReturnDraft
    listed: Listed = field(default_factory=dict)
    faults: Sequence[Problem] = ()
    given: frozenset[str] = frozenset()
    place: Place = NOWHERE
    headings: Mapping[str, str] = field(default_factory=dict)

    def at(self, problem: Problem) -> Problem:
        """The problem at its cell."""
        name = problem.field or ""
        return problem.at(Place(self.place.sheet, self.place.row, self.headings.get(name, name or None)))
