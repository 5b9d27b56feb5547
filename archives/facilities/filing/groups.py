"""The parts of a return as its pages show them, each with its fields in order. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archives.core.drafts import FieldDescription, describe
from archives.core.language import Message, msg
from archives.facilities.drafts import AreaDraft, ReturnDraft
from archives.facilities.return_lists import Lists


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the return: the fields by name, and the list whose entries follow them ("": none)."""

    code: str
    label: Message
    fields: tuple[str, ...] = ()
    listed: str = ""


AREA = Group(
    "area",
    msg("Area and institution"),
    (
        "name",
        "level",
        "urban_status",
        "parent",
        "population",
        "population_basis",
        "kind",
        "two_names",
        "body",
        "rule_before",
        "institution",
        "department",
        "national_grade",
        "website",
        "longitude",
        "latitude",
    ),
)
GROUPS = (
    Group(
        "staff",
        msg("Staff, training and funds"),
        (
            "establishment",
            "staff",
            "technical_staff",
            "senior_titles",
            "middle_titles",
            "engineers",
            "high_school_staff",
            "college_staff",
            "bachelor_staff",
            "women",
            "under_35",
            "aged_35_to_50",
            "over_50",
            "trained_staff",
            "training_hours",
            "funds_wan",
        ),
    ),
    Group("premises", msg("Premises"), ("floor_area_m2", "store_area_m2", "reading_area_m2", "accidents")),
    Group("equipment", msg("Equipment"), listed="equipment"),
    Group("network", msg("Network and databases"), ("lan", "computerised", "catalogue_rate"), "databases"),
    Group("holdings", msg("What is held"), ("holdings_volumes", "digitised_volumes"), "holdings"),
    Group("classes", msg("Volumes by class"), listed="class_volumes"),
    Group(
        "receipts",
        msg("Receipts"),
        (
            "projects_due",
            "projects_received",
            "key_projects_due",
            "key_projects_received",
            "pipeline_projects_due",
            "pipeline_projects_received",
            "business_records_received",
        ),
    ),
    Group("use", msg("Use"), ("visits", "volumes_used", "benefit_wan")),
    Group("regulations", msg("Regulations"), listed="regulations"),
    Group("signatures", msg("Signatures"), ("filled_by", "checked_by", "signed_by", "signed_on", "note")),
)
LASTING = ("premises", "equipment", "network", "regulations")
"""Parts that seldom change from one year to the next."""
DESCRIBED: Mapping[str, FieldDescription] = {**describe(AreaDraft), **describe(ReturnDraft)}


def fields_of_group(group: Group, lists: Lists) -> Iterator[FieldDescription]:
    """The group's fields, in the language that is spoken."""
    yield from (DESCRIBED[name] for name in group.fields)
    if group.listed:
        yield from lists.fields(group.listed)


def field_names(lists: Lists) -> frozenset[str]:
    """Every field of the return's own, by its name in a form."""
    return frozenset(one.name for group in GROUPS for one in fields_of_group(group, lists))


def lasting_names(lists: Lists) -> frozenset[str]:
    """The fields of the parts that seldom change; accidents do not last."""
    lasting = [one.name for group in GROUPS if group.code in LASTING for one in fields_of_group(group, lists)]
    return frozenset(lasting) - {"accidents"}
