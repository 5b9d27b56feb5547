"""The settings as pages show them: profiles, plane systems, kinds, checks, dictionaries and base layers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Choice, FieldDescription, Vocabularies, Vocabulary
from archives.core.language import Message, current_language, gettext, msg
from archives.core.problems import Problem
from archives.pipelines import checks, queries
from archives.pipelines.drafts import KINDS, PLANE_SYSTEMS
from archives.pipelines.maps import base_loading
from archives.pipelines.maps.base import THEMES
from archives.pipelines.maps.queries import THEMES as THEME_LABELS
from archives.pipelines.maps.queries import hexadecimal
from archives.pipelines.models import BaseLayer, ImportProfile, PlaneSystem
from archives.pipelines.settings import drafts, profiles
from archives.pipelines.settings.rules import codes_text, header_field, limit_field, limit_units
from archives.pipelines.settings.systems import BASES
from archives.pipelines.settings.words import (
    BASE_STATES,
    CONVENTION_LABELS,
    DICTIONARIES,
    HEIGHT_DATUMS,
    LIMITS,
    ROTATIONS,
    SYSTEM_KINDS,
)
from archives.pipelines.surveys.intake import language
from archives.pipelines.surveys.presenting import SEVERITIES, Shown, field_label
from archives.pipelines.surveys.previewing import AXES_LABELS
from archives.pipelines.systems import profile_of, uses_of_systems
from archives.pipelines.vocabularies import kind_from, kind_name, kinds_vocabulary, vocabularies_of, written
from archives.reference.queries import terms
from archives.web.forms import FormField, fields_of, form_fields
from gis.checks.settings import RuleSetting, check_rules, standard
from gis.codes import standard as standard_codes
from gis.fields import Field, point_fields, segment_fields
from gis.profiles import described
from gis.survey.profile import Profile
from gis.tables import Row, rows, sources

Problems = Sequence[Problem]


def labelled(labels: Mapping[str, Message]) -> Vocabulary:
    """Codes with their labels in the reader's language."""
    return Vocabulary([Choice(code, gettext(label.msgid)) for code, label in labels.items()])


def origin(row: Row, *, is_own: bool = False) -> Shown:
    """Where a shipped row comes from, as the tables of standards show it."""
    source = sources()[row["source"]]
    verified = row["verified"] == "true"
    return {"source": source.title, "source_clause": row["clause"], "verified": verified, "is_own": is_own}


# Import profiles


def profile_rows(session: Session) -> list[Shown]:
    """The profiles with what they say, and how many surveys name them."""
    used = profiles.uses(session)
    return [
        {
            "id": kept.id,
            "name": kept.name,
            "headers": len(kept.content.get("headers", {})),
            "codes": len(kept.content.get("codes", {})),
            "crs": kept.content.get("crs", ""),
            "uses": used[kept.name],
            "made_by": kept.made_by,
            "made_at": kept.made_at,
        }
        for kept in queries.profiles(session)
    ]


def profile_vocabularies(session: Session) -> Vocabularies:
    """The choices of a profile's form."""
    units = Vocabulary([Choice(unit, unit) for unit in ("m", "cm", "mm")])
    return {
        **vocabularies_of(session),
        drafts.AXES: labelled(AXES_LABELS),
        drafts.DEPTH_UNITS: units,
        drafts.ROTATION_UNITS: labelled(ROTATIONS),
    }


def profile_values(profile: Profile) -> dict[str, Any]:
    """A profile as its form shows it."""
    names = ("name", "axes", "crs", "water_unit", "mud_unit", "rotation_unit")
    headers = {header_field(name): header for name, header in profile.headers.items()}
    return {**{name: getattr(profile, name) for name in names}, **headers, "codes": codes_text(profile.codes)}


def profile_form(session: Session, values: Mapping[str, Any], headers: Sequence[str], problems: Problems) -> Shown:
    """The fields of a profile: its own, and the heading of each field of points and of lines."""
    own = fields_of(drafts.ProfileDraft, values, problems, profile_vocabularies(session))
    points = {field.name for field in point_fields()}
    only_lines = [field for field in segment_fields() if field.name not in points]
    return {
        "codes": own.pop("codes"),
        "fields": list(own.values()),
        "tables": [
            (gettext("Headings of point tables"), _headings(point_fields(), values, headers, problems)),
            (gettext("Headings of line tables"), _headings(only_lines, values, headers, problems)),
        ],
    }


def _headings(
    fields: Iterable[Field], values: Mapping[str, Any], headers: Sequence[str], problems: Problems
) -> list[FormField]:
    return [_heading(field, str(values.get(header_field(field.name), "")), headers, problems) for field in fields]


def _heading(field: Field, value: str, headers: Sequence[str], problems: Problems) -> FormField:
    """One field's heading: chosen from those of the hand-over's tables, or written where there is none."""
    name = header_field(field.name)
    offered = list(dict.fromkeys([*headers, *([value] if value else [])]))
    return FormField(
        name=name,
        label=field_label(field.name),
        kind="select" if headers else "text",
        value=value,
        choices=[("", "—"), *((header, header) for header in offered)] if headers else [],
        problems=[problem for problem in problems if problem.field == name],
        max_length=None if headers else 200,
        placeholder="" if headers else field.aliases[0],
    )


def heading_values(values: Mapping[str, Any]) -> dict[str, str]:
    """The headings that a form sent, by field."""
    sent = {name.removeprefix("header."): str(text).strip() for name, text in values.items() if "header." in name[:7]}
    return {name: text for name, text in sent.items() if text}


def codes_meaning(text: str) -> tuple[str, str] | None:
    """The kind that a person writes beside an office's code."""
    return kind_from(text, standard_codes())


# Plane systems


def system_rows(session: Session) -> list[Shown]:
    """The office's own systems; of a secret one its name, and that it is secret."""
    used = uses_of_systems(session)
    return [_system_row(kept, used[kept.name]) for kept in queries.plane_systems(session)]


def _system_row(kept: PlaneSystem, uses: int) -> Shown:
    shown: Shown = {"id": kept.id, "name": kept.name, "is_secret": bool(kept.content.get("secret")), "uses": uses}
    if shown["is_secret"]:
        return {**shown, "kind": "", "described": "", "kind_code": kept.content["kind"]}
    kind = kept.content["kind"]
    text = described(profile_of(kept), language())
    return {**shown, "kind": str(SYSTEM_KINDS[kind][0]), "described": text, "kind_code": kind}


def system_kinds() -> list[Shown]:
    """The kinds of systems that can be made."""
    return [{"code": code, "label": str(name), "hint": str(hint)} for code, (name, hint) in SYSTEM_KINDS.items()]


def system_vocabularies(kind: str) -> Vocabularies:
    """The choices of a system's form."""
    codes = [Choice(str(code), f"EPSG:{code} {described(code, current_language())}") for code in BASES[kind]]
    return {
        drafts.BASES: Vocabulary(codes),
        drafts.HEIGHTS: labelled(HEIGHT_DATUMS),
        drafts.CONVENTIONS: labelled(CONVENTION_LABELS),
    }


def system_form(kind: str, values: Mapping[str, Any], problems: Problems, *, is_known: bool) -> list[Shown]:
    """The fields of a system in groups; the name of a known one stays, for surveys name it."""
    fields = fields_of(drafts.SYSTEM_DRAFTS[kind], values, problems, system_vocabularies(kind))
    fields["name"].readonly = is_known
    groups = {
        gettext("System"): ("name", "base", "central_meridian"),
        gettext("Heights"): ("height_datum", "local_datum", "height_constant"),
        gettext("Secrecy"): ("secret", "parameters_path"),
    }
    named = {name for group in groups.values() for name in group}
    parameters = [field for name, field in fields.items() if name not in named]
    found = [{"legend": legend, "fields": [fields[name] for name in group]} for legend, group in groups.items()]
    return [found[0], *([{"legend": gettext("Parameters"), "fields": parameters}] if parameters else []), *found[1:]]


# Kinds of lines and their secrecy


def kind_rows(session: Session, reader: Actor) -> list[Shown]:
    """Every kind with its colour, where it comes from, its secrecy, and whether this reader may see it."""
    ranks = queries.kind_secrecies(session)
    hidden = set(queries.hidden_kinds(session, reader))
    codes = standard_codes()
    shipped = {(row["major"], row["minor"]): row for row in rows("kinds")}
    names = {term.rank: term.name for term in terms(session, "secrecy")}
    return [
        {
            "key": written(*key),
            "name": kind_name(codes, *key),
            "is_class": not kind.minor,
            "colour": hexadecimal(kind.rgb),
            "rank": ranks.get(key, 0),
            "secrecy": names.get(ranks.get(key, 0), ""),
            "by_class": names.get(ranks.get((kind.major, ""), 0), "")
            if kind.minor and (kind.major, "") in ranks
            else "",
            "is_hidden": key in hidden or (kind.major, "") in hidden,
            **origin(shipped[key]),
        }
        for key, kind in codes.kinds.items()
    ]


def secrecy_choices(session: Session) -> list[tuple[int, str]]:
    """The ranks of secrecy that a kind may have."""
    return [(term.rank, term.name) for term in terms(session, "secrecy")]


# Checks


def check_rows(session: Session) -> list[Shown]:
    """Every check as it counts, and the shipped setting beside the office's own."""
    own = checks.decisions(session)
    counting = checks.rule_settings(session)
    shipped = standard()
    return [
        {
            "rule": row["id"],
            "name": row["name_zh"] if language() == "zh" else row["name_en"],
            "severity": _severity(counting[row["id"]].severity),
            "shipped_severity": _severity(shipped[row["id"]].severity) if row["id"] in own else None,
            "is_active": counting[row["id"]].active,
            "limits": _limits(row["id"], counting[row["id"]]),
            "shipped_limits": _limits(row["id"], shipped[row["id"]]) if row["id"] in own else "",
            "decision": own.get(row["id"]),
            **origin(row, is_own=row["id"] in own),
        }
        for row in rows("checks")
    ]


def _severity(code: str) -> Shown:
    tone, label = SEVERITIES[code]
    return {"tone": tone, "label": str(label)}


def _limits(rule: str, setting: RuleSetting) -> str:
    units = limit_units(rule)
    return "；".join(
        f"{_limit_label(name, of)} {value:g} {units[name]}".strip() for (name, of), value in setting.limits.items()
    )


def _limit_label(name: str, of: str) -> str:
    label = str(LIMITS[name])
    return f"{label} ({kind_name(standard_codes(), *_key(of))})" if of else label


def _key(of: str) -> tuple[str, str]:
    major, _, minor = of.partition("/")
    return major, minor


def check_facts(session: Session, rule: str) -> Shown:
    """One check, known by its code, as its page shows it."""
    return next(row for row in check_rows(session) if row["rule"] == rule)


def check_descriptions(rule: str, counting: RuleSetting) -> list[FieldDescription]:
    """The fields of a check's form: severity of usual and special cases, limits, one for a further kind, the reason."""
    units = limit_units(rule)
    shipped = standard()[rule]
    limits = [
        _described(
            limit_field(name, of),
            _limit_label(name, of),
            "number",
            required=(name, of) in shipped.limits,
            unit=units[name],
            help=_shipped_limit(rule, name, of),
        )
        for name, of in counting.limits
    ]
    cases = [
        _described(f"case.{case}", _case_label(rule, case), "choice", required=True, vocabulary=drafts.SEVERITIES)
        for case in counting.cases
    ]
    further = [
        _described("own.limit", gettext("Limit for one kind"), "choice", vocabulary="limits"),
        _described("own.kind", gettext("Kind"), "choice", vocabulary=KINDS),
        _described("own.value", gettext("Value"), "number"),
    ]
    return [
        _described("severity", gettext("Severity"), "choice", required=True, vocabulary=drafts.SEVERITIES),
        _described("active", gettext("This check is used"), "checkbox"),
        *cases,
        *limits,
        *(further if units else []),
        _described("reason", gettext("Reason"), "text", required=True, max_length=300),
    ]


def _described(
    name: str,
    label: str,
    kind: Any,
    *,
    required: bool = False,
    unit: str = "",
    help: str = "",  # noqa: A002  # as the description names it
    vocabulary: str = "",
    max_length: int | None = None,
) -> FieldDescription:
    return FieldDescription(name, label, kind, required, unit, help, vocabulary, max_length)


def _case_label(rule: str, case: str) -> str:
    sentence = check_rules()[rule].message(case, language(), {})
    return f"{gettext('Severity')}: {sentence.strip(' ：:，,')}"


def _shipped_limit(rule: str, name: str, of: str) -> str:
    for row in rows("check_limits"):
        key = f"{row['major']}/{row['minor']}" if row["minor"] else row["major"]
        if (row["rule"], row["key"], key) == (rule, name, of):
            said = msg("verified") if row["verified"] == "true" else msg("not yet verified")
            source = sources()[row["source"]].title
            return str(msg("Shipped: %(value)s (%(source)s, %(said)s)", value=row["value"], source=source, said=said))
    return gettext("The office's own; empty it to take it away.")


def check_vocabularies(rule: str) -> Vocabularies:
    """The choices of a check's form."""
    return {
        drafts.SEVERITIES: labelled({code: label for code, (_, label) in SEVERITIES.items()}),
        "limits": Vocabulary([Choice(name, str(LIMITS[name])) for name in limit_units(rule)]),
        KINDS: kinds_vocabulary(standard_codes()),
    }


def check_values(counting: RuleSetting) -> dict[str, Any]:
    """A check's setting as its form shows it."""
    limits = {limit_field(name, of): f"{value:g}" for (name, of), value in counting.limits.items()}
    cases = {f"case.{case}": severity for case, severity in counting.cases.items()}
    return {"severity": counting.severity, "active": counting.active, **limits, **cases}


def check_form(rule: str, counting: RuleSetting, values: Mapping[str, Any], problems: Problems) -> list[FormField]:
    """The fields of a check's form."""
    found = form_fields(check_descriptions(rule, counting), values, problems, check_vocabularies(rule))
    return list(found.values())


# Dictionaries


def dictionary_names() -> dict[str, str]:
    """The shipped dictionaries and what they are called, in the table's order."""
    listed = dict.fromkeys(row["dictionary"] for row in rows("dictionaries"))
    return {name: str(DICTIONARIES[name]) if name in DICTIONARIES else field_label(name) for name in listed}


def dictionary_rows(name: str) -> list[Shown]:
    """The values of a dictionary, with other spellings that are understood."""
    aliases: dict[str, list[str]] = {}
    for row in rows("value_aliases"):
        if row["dictionary"] == name:
            aliases.setdefault(row["code"], []).append(row["alias"])
    return [
        {
            "code": row["code"],
            "name": row["name_zh"] if language() == "zh" else row["name_en"],
            "majors": "" if row["majors"] == "*" else row["majors"].replace("|", "、"),
            "aliases": "、".join(aliases.get(row["code"], ())),
            "note": row["note"],
            **origin(row),
        }
        for row in rows("dictionaries")
        if row["dictionary"] == name
    ]


# Base layers


def base_rows(session: Session) -> list[Shown]:
    """The base layers with their states, newest first."""
    return [base_row(layer) for layer in base_loading.layers(session)]


def base_row(layer: BaseLayer) -> Shown:
    """One base layer."""
    tone, label = BASE_STATES[layer.state]
    return {
        "layer": layer,
        "theme": gettext(THEME_LABELS[layer.theme].msgid) if layer.theme else "",
        "state": {"tone": tone, "label": str(label)},
        "file": layer.options.get("main", ""),
    }


def layer_vocabularies(session: Session, layer: BaseLayer) -> Vocabularies:
    """The choices of the form that loads a layer."""
    tables = base_loading.tables_of(layer)
    columns = dict.fromkeys(column for table in tables for column in table.columns)
    degrees = [Choice("EPSG:4326", "EPSG:4326 WGS 84"), Choice("EPSG:3857", "EPSG:3857 Web Mercator")]
    systems = vocabularies_of(session)[PLANE_SYSTEMS]
    counted = [Choice(table.name, f"{table.name} ({table.features:,})") for table in tables]
    return {
        drafts.LAYERS: Vocabulary(counted),
        drafts.NAME_COLUMNS: Vocabulary([Choice(column, column) for column in columns]),
        drafts.THEMES: Vocabulary([Choice(theme, gettext(THEME_LABELS[theme].msgid)) for theme in THEMES]),
        drafts.REFERENCES: Vocabulary([*degrees, *systems.choices]),
    }


def layer_form(session: Session, layer: BaseLayer, values: Mapping[str, Any], problems: Problems) -> list[FormField]:
    """The fields of the form that loads a layer, filled with what its file says of itself."""
    vocabularies = layer_vocabularies(session, layer)
    return list(fields_of(drafts.LayerDraft, values or layer_values(layer), problems, vocabularies).values())


def layer_values(layer: BaseLayer) -> dict[str, Any]:
    """What the file itself suggests, or what was chosen before."""
    tables = base_loading.tables_of(layer)
    first = tables[0] if tables else None
    suggested = {
        "layer": first.name if first else "",
        "crs": first.crs if first and first.crs.startswith("EPSG:") else "",
        "column": next((name for name in (first.columns if first else ()) if name.lower() in _NAMES), ""),
    }
    chosen = {name: layer.options[name] for name in suggested if layer.options.get(name)}
    return {**suggested, **chosen, "name": layer.name, "theme": layer.theme}


_NAMES = frozenset({"name", "名称", "路名", "道路名称", "mc", "name_zh", "road"})
"""Columns that hold names, as files call them."""


def profile_title(kept: ImportProfile | None) -> str:
    """The heading of a profile's page."""
    return kept.name if kept else gettext("New import profile")
