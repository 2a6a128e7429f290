"""The schema that the first rows of a file suggest: a person may correct it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.utils.translation import gettext as _

from datasets.definitions import DatasetSchema, Finding, GeometryRecipe, SchemaField
from datasets.inference.column_warnings import column_warnings
from datasets.inference.coordinates import Bounds
from datasets.inference.geometry import infer_geometry
from datasets.inference.names import column_name, field_name, readable_title
from datasets.inference.profiles import Profile, infer_type, is_facet
from datasets.inference.published_schemas import PublishedSchema, recognise
from datasets.inference.roles import TITLE_WORDS, first_repeated, infer_commune, infer_key, numbers_rows
from datasets.readers.headers import LONGEST, title_and_unit
from datasets.readers.source import RawRow, Source
from datasets.vocabulary import ColumnType, GeometryKind, Severity

_STANDING_FIELDS = frozenset({"gpx", "kml", "kmz"})
"""Formats with fields of their own, whether used or not."""


@dataclass(frozen=True, slots=True)
class InferredSchema:
    """What a file seems to be. ``findings`` are about the guess; those of the reading are the source's.

    ``row_numbers`` are the titles of columns that number the rows and are not the key: no data.
    """

    schema: DatasetSchema
    recipe: GeometryRecipe
    findings: tuple[Finding, ...]
    title: str
    row_numbers: tuple[str, ...] = ()


def infer_schema(
    source: Source,
    *,
    sample: int = 5_000,
    communes: Mapping[str, str] | None = None,
    extent: Bounds | None = None,
    checks_key: bool = True,
) -> InferredSchema:
    """Return the schema and the geometry recipe that the first ``sample`` rows of ``source`` suggest.

    ``communes`` gives the names of the territory's communes by INSEE code, ``extent`` is that of the territory. A key
    of one column is looked for in all the rows, unless ``checks_key`` says that another one is known.
    """
    rows = list(islice(source.rows(), sample))
    profiles = _profiles(source, rows)
    findings = (
        [] if rows else [_warning("no_row", _("Le fichier n’a que sa ligne de titres : aucune ligne."))]
    )
    geometry = infer_geometry(source, rows, profiles, is_every_row=len(rows) < sample, extent=extent)
    findings += geometry.findings
    hidden = geometry.hidden | (_machinery(source, profiles) if len(rows) < sample else frozenset())
    visible = [profile for profile in profiles if profile.position not in hidden]
    standard = recognise(source.titles)
    types = {profile.position: _type(profile, standard, communes or {}) for profile in visible}
    findings += [
        finding for profile in visible for finding in column_warnings(profile, types[profile.position])
    ]
    schema = _schema(visible, types, standard, geometry.kind, communes)
    if checks_key and len(rows) == sample and len(schema.key) == 1:
        schema, repeated = _checked_key(source, schema)
        findings += repeated
    findings += _numbering_key(visible, schema)
    if standard:
        findings += _missing(standard, source.titles)
    numbers = _row_numbers(visible, schema)
    return InferredSchema(schema, geometry.recipe, tuple(findings), _title(source), numbers)


def _profiles(source: Source, rows: Sequence[RawRow]) -> list[Profile]:
    columns = list(zip(*(values for _line, values, _wkb in rows), strict=True)) or [()] * len(source.titles)
    units = source.layout.unit_row or ("",) * len(source.titles)
    return [
        Profile(position, title, list(values), hint, units[position])
        for position, (title, values, hint) in enumerate(
            zip(source.titles, columns, source.hints, strict=True)
        )
    ]


def _machinery(source: Source, profiles: Sequence[Profile]) -> frozenset[int]:
    """Return the columns that the format always has and that this file, read whole, leaves empty."""
    if source.format not in _STANDING_FIELDS:
        return frozenset()
    return frozenset(profile.position for profile in profiles if not profile.present)


def _type(profile: Profile, standard: PublishedSchema | None, communes: Mapping[str, str]) -> ColumnType:
    field = standard.field(profile.title) if standard else None
    return field.type if field else infer_type(profile, codes=communes.keys())


def _schema(
    profiles: Sequence[Profile],
    types: Mapping[int, ColumnType],
    standard: PublishedSchema | None,
    kind: GeometryKind,
    communes: Mapping[str, str] | None,
) -> DatasetSchema:
    """Return the schema of the columns that are proposed."""
    names: dict[int, str] = {}
    for profile in profiles:
        names[profile.position] = field_name(profile.mended_title, names.values())
    commune = infer_commune(profiles, communes)
    key = _standard_key(standard, profiles)
    if not key:
        key = infer_key(profiles, types, commune=commune, geometry=kind)
    return DatasetSchema(
        fields=tuple(_field(profile, names[profile.position], types, standard) for profile in profiles),
        geometry=kind,
        key=tuple(names[position] for position in key),
        commune="" if commune is None else names[commune],
        title_field=_title_field(profiles, names, types, standard),
        precision_field=_precision_field(profiles, names, types) if kind is not GeometryKind.NONE else "",
        published_schema=standard.name if standard else "",
    )


def _field(
    profile: Profile, name: str, types: Mapping[int, ColumnType], schema: PublishedSchema | None
) -> SchemaField:
    kind = types[profile.position]
    standard = schema.field(profile.title) if schema else None
    is_number = kind in {ColumnType.INTEGER, ColumnType.NUMBER}
    title, unit = title_and_unit(profile.mended_title)
    if not is_number:
        title, unit = profile.mended_title, ""
    return SchemaField(
        name=name,
        type=kind,
        column=column_name(profile.position + 1, profile.mended_title),
        source=profile.title,
        title=readable_title(title),
        description="" if is_number else profile.unit,
        unit=(profile.unit or unit)[:LONGEST] if is_number else "",
        enum=standard.enum if standard else (),
        pattern=standard.pattern if standard else "",
        minimum=standard.minimum if standard else None,
        maximum=standard.maximum if standard else None,
        is_required=standard.is_required if standard else False,
        is_facet=bool(standard and standard.enum) or is_facet(profile, kind),
    )


def _row_numbers(profiles: Sequence[Profile], schema: DatasetSchema) -> tuple[str, ...]:
    """Return the titles of the columns that number the rows, the key apart; none in a table that has no other."""
    key = {schema.by_name[name].source for name in schema.key}
    numbers = tuple(
        profile.title for profile in profiles if profile.title not in key and numbers_rows(profile)
    )
    return numbers if len(numbers) < len(profiles) else ()


def _numbering_key(profiles: Sequence[Profile], schema: DatasetSchema) -> list[Finding]:
    """Warn of a key that numbers the rows of the file."""
    if len(schema.key) != 1:
        return []
    source = schema.by_name[schema.key[0]].source
    profile = next(profile for profile in profiles if profile.title == source)
    if not profile.is_numbering:
        return []
    reason = _(
        "Cette clé numérote les lignes dans l’ordre du fichier : si la source les renumérote, une ligne retirée se "
        "lira comme autant de lignes modifiées. Préférez une autre colonne, ou aucune clé."
    )
    return [_warning("key_numbers_rows", reason, field=source, value=profile.values[0] or "")]


def _checked_key(source: Source, schema: DatasetSchema) -> tuple[DatasetSchema, list[Finding]]:
    """Return the schema without its key when a row beyond the sample has none, or that of another, and say which."""
    field = schema.by_name[schema.key[0]]
    repeated = first_repeated(source.rows(), source.titles.index(field.source))
    if repeated is None:
        return schema, []
    line, value = repeated
    reason = _("Valeur absente ou déjà présente à la ligne %d : cette colonne n’est pas proposée comme clé.")
    finding = _warning("key_repeats", reason % line, field=field.source, value=value[:200])
    return replace(schema, key=()), [finding]


def _standard_key(standard: PublishedSchema | None, profiles: Sequence[Profile]) -> tuple[int, ...]:
    """Return the key of the known schema, unless the sample already repeats it."""
    names = [name.lower() for name in standard.key] if standard else []
    columns = [profile for profile in profiles if profile.title.lower() in names]
    is_sound = bool(names) and len(columns) == len(names) and all(profile.is_complete for profile in columns)
    rows = list(zip(*(profile.values for profile in columns), strict=True))
    return tuple(profile.position for profile in columns) if is_sound and len(set(rows)) == len(rows) else ()


def _title_field(
    profiles: Sequence[Profile],
    names: Mapping[int, str],
    types: Mapping[int, ColumnType],
    standard: PublishedSchema | None,
) -> str:
    """Return the field people read first: a text titled as a name, alone or at the head of its title."""
    title = standard.title_field.lower() if standard else ""
    for profile in profiles:
        if title and profile.title.lower() == title:
            return names[profile.position]
    texts = [
        item for item in profiles if types[item.position] is ColumnType.STRING and item.present and item.words
    ]
    ranked = sorted(
        (item for item in texts if item.words[0] in TITLE_WORDS),
        key=lambda item: (len(item.words) > 1, TITLE_WORDS.index(item.words[0]), item.position),
    )
    return names[ranked[0].position] if ranked else ""


_PRECISIONS = frozenset({"precision", "incertitude", "accuracy"})
"""First words of titles over the probable error of a position."""


def _precision_field(
    profiles: Sequence[Profile], names: Mapping[int, str], types: Mapping[int, ColumnType]
) -> str:
    """Return the field of the probable error of a position: a number of metres titled so; empty without one."""
    for profile in profiles:
        is_number = types[profile.position] in {ColumnType.INTEGER, ColumnType.NUMBER}
        unit = profile.unit or title_and_unit(profile.mended_title)[1]
        if is_number and unit in {"", "m"} and profile.words and profile.words[0] in _PRECISIONS:
            return names[profile.position]
    return ""


def _missing(standard: PublishedSchema, titles: Sequence[str]) -> list[Finding]:
    """Say which schema was recognised, and which of its required fields the file lacks."""
    present = {title.strip().lower() for title in titles}
    lacking = [item.name for item in standard.fields if item.is_required and item.name.lower() not in present]
    findings = [_warning("known_schema", _("Schéma reconnu : %s.") % f"{standard.title} ({standard.name})")]
    return findings + [
        _warning("known_field_missing", _("Le schéma demande ce champ, que le fichier n’a pas."), field=name)
        for name in lacking
    ]


def _title(source: Source) -> str:
    """Return the name of the layer when the file has several of its own making, else that of the file, as words."""
    name = source.layer if len(source.layers) > 1 and source.format != "gpx" else source.name
    text = " ".join(name.replace("_", " ").replace("-", " ").split())
    return text[:1].upper() + text[1:]


def _warning(code: str, reason: str, *, field: str = "", value: str = "") -> Finding:
    return Finding(Severity.WARNING.value, code, reason, 0, field, value)
