"""What each row is checked for while it is read: one condition, one sentence, one code a rule.

A rule's rank in the list is its number in the staged table's ``faults``: rows carry numbers, people read sentences.
A field gives one finding a row at most, the first that applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg.sql import SQL, Composable, Identifier, Literal

from datasets.constraints import LOCAL_TIME, constraints
from datasets.definitions import DatasetSchema, GeometryRecipe, SchemaField
from datasets.inference.profiles import is_code_title
from datasets.inference.roles import is_commune_title
from datasets.inference.values import EXCEL_ERROR, FORMS, SHORTENED
from datasets.loading.sql import casts, geometries
from datasets.loading.sql.casts import raw_column
from datasets.vocabulary import ColumnType, GeometryKind, Severity

GEOMETRY = gettext_noop("géométrie")
_UNREADABLE = {
    ColumnType.INTEGER: gettext_noop("n’est pas un nombre entier"),
    ColumnType.NUMBER: gettext_noop("n’est pas un nombre"),
    ColumnType.BOOLEAN: gettext_noop("n’est ni oui ni non"),
    ColumnType.DATE: gettext_noop("n’est pas une date"),
    ColumnType.DATETIME: gettext_noop("n’est pas une date avec heure"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over a row ``r`` of the staging query: texts, values, steps to its geometry, commune.

    ``quoted_sql`` is the SQL of the value to show, over the raw row. ``is_counted_only`` findings are reported once for
    the file.
    """

    condition: Composable
    severity: Severity
    code: str
    field: str
    reason: str
    quoted_sql: Composable
    is_counted_only: bool = False


def value(index: int) -> Identifier:
    """Return the typed value of the schema's field ``index`` in the staging query."""
    return Identifier("r", f"v{index}")


def staged_value(index: int) -> Identifier:
    """Return the column of the staged table that holds it."""
    return Identifier(f"v{index}")


def chains(
    schema: DatasetSchema, recipe: GeometryRecipe, positions: Sequence[int | None]
) -> list[list[Rule]]:
    """Return the rules in chains: the first rule of a chain that applies hides the following."""
    rule_chains = [
        list(_of_field(field, index, positions[index], field.name in schema.key))
        for index, field in enumerate(schema.fields)
    ]
    if schema.geometry is not GeometryKind.NONE:
        rule_chains += _of_geometry(schema.geometry, recipe)
        if schema.geometry is GeometryKind.POINT:
            rule_chains += [
                [_other_commune(schema, index, positions)] for index in _of_communes(schema, positions)
            ]
    elif schema.commune:
        rule_chains.append([_commune(schema, positions)])
    return [chain for chain in rule_chains if chain]


def duplicates(schema: DatasetSchema, positions: Sequence[int | None]) -> list[tuple[tuple[int, ...], Rule]]:
    """Return the rules over several rows: which fields must be unique together, and what to say."""
    by_name = {field.name: index for index, field in enumerate(schema.fields)}
    sets: list[tuple[tuple[int, ...], str]] = [
        ((index,), field.source) for index, field in enumerate(schema.fields) if field.is_unique
    ]
    if schema.key:
        indexes = tuple(by_name[name] for name in schema.key)
        sets = [item for item in sets if item[0] != indexes]
        sets.append((indexes, ", ".join(schema.by_name[name].source for name in schema.key)))
    return [(indexes, _duplicate(indexes, title, schema, positions)) for indexes, title in sets]


def _of_field(field: SchemaField, index: int, position: int | None, is_key: bool) -> Iterator[Rule]:
    text: Composable = casts.NULL if position is None else raw_column(position)
    quoted_sql = SQL("left({}, 200)").format(text)
    typed = value(index)

    def error(condition: Composable, code: str, reason: str) -> Rule:
        return Rule(condition, Severity.ERROR, code, field.source, reason, quoted_sql)

    is_identifier = is_key or is_code_title(field.source)
    if position is not None and is_identifier:
        yield _shortened(field, text, quoted_sql, Severity.ERROR)
    if field.type in _UNREADABLE and position is not None:
        unread = SQL("({} IS NULL AND {})").format(typed, casts.has_value(text))
        yield error(unread, "type-error", _(_UNREADABLE[field.type]))
    if field.is_required or is_key:
        yield error(SQL("{} IS NULL").format(typed), "required", _("valeur obligatoire absente"))
    for holds, code, reason in constraints(field, typed):
        yield error(SQL("NOT {}").format(holds), code, reason)
    if position is not None:
        if field.type is ColumnType.STRING and not is_identifier:
            yield _shortened(field, text, quoted_sql, Severity.WARNING)
        yield from _of_clock_changes(field, text, typed, quoted_sql)
        yield from _of_excel(field, text, quoted_sql)


# Few instants are near a change of clocks: the text of the others is not read again.
_NEAR_CHANGE = SQL(
    "(({0} + interval '2 hours') AT TIME ZONE {1} - ({0} - interval '2 hours') AT TIME ZONE {1} <> interval '4 hours')"
)
_SKIPPED = SQL("CASE WHEN {2} THEN {0} AT TIME ZONE {1} <> {3} ELSE false END")
_REPEATED = SQL("CASE WHEN {2} THEN ({0} - interval '1 hour') AT TIME ZONE {1} = {3} ELSE false END")


def _of_clock_changes(
    field: SchemaField, text: Composable, typed: Composable, quoted_sql: Composable
) -> Iterator[Rule]:
    """Return the rules of times without offset that clocks jump over, or show twice.

    PostgreSQL reads the first ones as another time, and the second ones as the later of both.
    """
    if field.type is not ColumnType.DATETIME:
        return
    zone = Literal(LOCAL_TIME)
    parts = (typed, zone, _NEAR_CHANGE.format(typed, zone), casts.clock_time(text))
    skipped = _(
        "heure qui n’existe pas : les horloges avancent cette nuit-là (heure de Paris) ; corrigez-la, ou écrivez "
        "son décalage, comme +01:00"
    )
    repeated = _(
        "heure qui existe deux fois : les horloges reculent cette nuit-là (heure de Paris) ; la seconde, à l’heure "
        "d’hiver (+01:00), est prise ; pour la première, écrivez +02:00"
    )
    yield Rule(_SKIPPED.format(*parts), Severity.ERROR, "time-skipped", field.source, skipped, quoted_sql)
    yield Rule(
        _REPEATED.format(*parts), Severity.WARNING, "time-repeated", field.source, repeated, quoted_sql
    )


def _shortened(field: SchemaField, text: Composable, quoted_sql: Composable, severity: Severity) -> Rule:
    """Return the rule of numbers of many digits that Excel cut short: lost in an identifier, doubtful elsewhere."""
    reason = _(
        "raccourci par Excel, des chiffres sont perdus : dans la source, mettez la colonne au format Texte,"
        " puis exportez de nouveau"
    )
    condition = SQL("({} LIKE '%E+%' AND {} ~ {})").format(text, casts.trimmed(text), Literal(SHORTENED))
    return Rule(condition, severity, "excel-shortened", field.source, reason, quoted_sql)


def _of_excel(field: SchemaField, text: Composable, quoted_sql: Composable) -> Iterator[Rule]:
    """Return warnings: errors of formulas, and numbers that stand for dates."""
    warning, trimmed = Severity.WARNING, casts.trimmed(text)
    is_error = SQL("({} LIKE '#%' AND {} ~* {})").format(text, trimmed, Literal(EXCEL_ERROR))
    reason = _("erreur de calcul d’un tableur, lue comme une absence de valeur")
    if field.type is ColumnType.STRING:
        reason = _("erreur de calcul d’un tableur, gardée comme du texte")
    yield Rule(is_error, warning, "excel-error", field.source, reason, quoted_sql)
    reasons = {
        "day-number": _("nombres de jours d’Excel, lus comme des dates"),
        "epoch": _("secondes ou millisecondes depuis 1970, lues comme des dates"),
    }
    for form in FORMS.get(field.type, ()):
        if form.code:
            is_number = SQL("({0} NOT LIKE '%/%' AND {0} NOT LIKE '%-%' AND {0} ~ {1})").format(
                trimmed, Literal(form.pattern)
            )
            yield Rule(is_number, warning, form.code, field.source, reasons[form.code], quoted_sql, True)


def _of_geometry(kind: GeometryKind, recipe: GeometryRecipe) -> list[list[Rule]]:
    quoted_sql = geometries.quoted_source(recipe)
    position = _of_position(kind, recipe)
    if geometries.is_plain_position(kind, recipe):
        return [position]
    invalid, reason = SQL("NOT ST_IsValid(ST_Force2D(r.placed))"), _("géométrie invalide, réparée")
    repaired = [Rule(invalid, Severity.WARNING, "geometry-repaired", _(GEOMETRY), reason, quoted_sql)]
    if recipe.keeps_z:
        level, reason = SQL("ST_Zmflag(r.given) IN (0, 1)"), _("sans altitude : 0 est écrit")
        return [
            position,
            repaired,
            [Rule(level, Severity.WARNING, "geometry-level", _(GEOMETRY), reason, quoted_sql, True)],
        ]
    deep, reason = SQL("ST_NDims(r.given) > 2"), _("altitude abandonnée")
    flat = Rule(deep, Severity.WARNING, "geometry-z", _(GEOMETRY), reason, quoted_sql, True)
    return [position, repaired, [flat]]


def _of_position(kind: GeometryKind, recipe: GeometryRecipe) -> list[Rule]:
    quoted_sql = geometries.quoted_source(recipe)

    def rule(condition: str, code: str, reason: str, severity: Severity = Severity.WARNING) -> Rule:
        return Rule(SQL(condition), severity, code, _(GEOMETRY), reason, quoted_sql)

    absent = SQL("{} IS NOT TRUE").format(geometries.has_position(recipe))
    return [
        Rule(absent, Severity.WARNING, "geometry-missing", _(GEOMETRY), _("ligne sans position"), quoted_sql),
        rule("r.given IS NULL", "geometry-unreadable", _("position illisible"), Severity.ERROR),
        rule(
            "r.placed IS NULL",
            "geometry-range",
            _("hors des limites du système de coordonnées"),
            Severity.ERROR,
        ),
        rule(
            "r.geom IS NULL",
            "geometry-type",
            _("n’est pas du type attendu : %s") % kind.label,
            Severity.ERROR,
        ),
        rule(
            "ST_XMax(r.geom) - ST_XMin(r.geom) > 180", "geometry-antimeridian", _("traverse l’antiméridien")
        ),
        rule(
            "ST_XMin(r.given) = 0 AND ST_XMax(r.given) = 0 AND ST_YMin(r.given) = 0 AND ST_YMax(r.given) = 0",
            "geometry-zero",
            _("position (0, 0), sans doute une absence de position"),
        ),
        rule("r.commune IS NULL", "geometry-outside", _("hors du territoire")),
    ]


def _commune(schema: DatasetSchema, positions: Sequence[int | None]) -> Rule:
    index = list(schema.by_name).index(schema.commune)
    position = positions[index]
    quoted_sql = SQL("left({}, 200)").format(casts.NULL if position is None else raw_column(position))
    condition = SQL("{} IS NOT NULL AND r.commune IS NULL").format(value(index))
    title = schema.by_name[schema.commune].source
    return Rule(
        condition,
        Severity.WARNING,
        "commune-unknown",
        title,
        _("n’est pas une commune du territoire"),
        quoted_sql,
    )


def _of_communes(schema: DatasetSchema, positions: Sequence[int | None]) -> list[int]:
    """Return the columns of the file that name communes."""
    return [
        index
        for index, field in enumerate(schema.fields)
        if field.type is ColumnType.STRING and positions[index] is not None and is_commune_title(field.source)
    ]


def _other_commune(schema: DatasetSchema, index: int, positions: Sequence[int | None]) -> Rule:
    """Return the rule of a commune, named or coded, that is not the one of the position.

    Only what is written otherwise than the commune of the position is looked for among the names of the territory.
    """
    position = positions[index]
    assert position is not None
    condition = SQL(
        "CASE WHEN {0} IS NULL OR r.commune IS NULL OR {0} = r.commune"
        " OR {0} = r.commune_name THEN false"
        " ELSE coalesce(datasets_commune_named({0}) <> r.commune, false) END"
    ).format(value(index))
    reason = _("n’est pas la commune de la position")
    quoted_sql = SQL("left({}, 200)").format(raw_column(position))
    return Rule(
        condition, Severity.WARNING, "commune-differs", schema.fields[index].source, reason, quoted_sql
    )


def _duplicate(
    indexes: tuple[int, ...], title: str, schema: DatasetSchema, positions: Sequence[int | None]
) -> Rule:
    texts: list[Composable] = [
        raw_column(p) for p in (positions[index] for index in indexes) if p is not None
    ]
    quoted_sql = SQL("left(concat_ws(', ', {}), 200)").format(SQL(", ").join(texts or [Literal("")]))
    is_key = {schema.fields[index].name for index in indexes} == set(schema.key)
    code = "duplicate-key" if is_key else "unique"
    # ``staging._mark_duplicates`` marks the rows: the condition is never used.
    return Rule(
        SQL("false"), Severity.ERROR, code, title, _("valeur déjà présente sur une autre ligne"), quoted_sql
    )
