"""Check a schema before any table is made of it: it must be valid for PostgreSQL and for readers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Literal

from datasets.constraints import default_value
from datasets.definitions import DatasetSchema, SchemaField
from datasets.errors import InvalidSchema
from datasets.inference.names import RESERVED_NAMES
from datasets.readers.source import MAX_COLUMNS
from datasets.sql import is_column, rows
from datasets.vocabulary import ColumnType

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}
_TEMPORAL = {ColumnType.DATE: dt.date.fromisoformat, ColumnType.DATETIME: dt.datetime.fromisoformat}


def check_schema(schema: DatasetSchema) -> None:
    """Check names, columns, patterns, bounds, code lists, defaults and conditions.

    Raises:
        InvalidSchema: something in it cannot work; the message says what.
    """
    if not 0 < len(schema.fields) <= MAX_COLUMNS:
        raise InvalidSchema(_("Un schéma a de 1 à %d champs.") % MAX_COLUMNS)
    columns = [field.column for field in schema.fields]
    if len(set(columns)) < len(columns):
        raise InvalidSchema(_("Deux champs ont la même colonne."))
    for field in schema.fields:
        _check_name(field)
        _check_bounds(field)
        _check_pattern(field)
        _check_choices(field)
        _check_default(field)
        _check_condition(schema, field)


def _check_name(field: SchemaField) -> None:
    if field.name in RESERVED_NAMES or "__" in field.name or not _NAME.fullmatch(field.name):
        raise InvalidSchema(
            _("« %s » ne peut pas nommer un champ.") % field.name[:63], parameter=field.name[:63]
        )
    if not is_column(field.column):
        raise InvalidSchema(_("« %s » ne peut pas nommer une colonne.") % field.column[:63])


def _check_bounds(field: SchemaField) -> None:
    bounds = [value for value in (field.minimum, field.maximum) if value is not None]
    if not bounds:
        return
    read = _TEMPORAL.get(field.type, float if field.type in _NUMERIC else None)
    if read is None:
        raise InvalidSchema(_("« %s » : un texte n’a ni minimum ni maximum.") % field.name)
    try:
        values: list[Any] = [read(value) for value in bounds]  # type: ignore[arg-type]  # a wrong type is the fault we look for
    except (TypeError, ValueError):
        raise InvalidSchema(_("« %s » : borne illisible.") % field.name) from None
    if len(values) > 1 and values[0] > values[1]:
        raise InvalidSchema(_("« %s » : le minimum dépasse le maximum.") % field.name)


def _check_pattern(field: SchemaField) -> None:
    if not field.pattern:
        return
    try:
        with transaction.atomic():
            rows(SQL("SELECT '' ~ {}").format(Literal(f"^(?:{field.pattern})$")))
    except DatabaseError:
        raise InvalidSchema(_("« %s » : motif incorrect.") % field.name) from None


def _check_choices(field: SchemaField) -> None:
    if len(set(field.enum)) < len(field.enum):
        raise InvalidSchema(
            _("« %s » : une valeur est deux fois dans la liste.") % field.name, parameter=field.name
        )
    lengths = {len(part) for part in (field.enum_labels, field.enum_colours) if part}
    if lengths - {len(field.enum)}:
        raise InvalidSchema(
            _("« %s » : chaque valeur de la liste a un libellé et une couleur.") % field.name,
            parameter=field.name,
        )
    for colour in field.colours.values():
        if not _COLOUR.fullmatch(colour):
            raise InvalidSchema(
                _("« %(name)s » : « %(colour)s » n’est pas une couleur, comme #2b8cbe.")
                % {"name": field.name, "colour": colour[:20]},
                parameter=field.name,
            )


def _check_default(field: SchemaField) -> None:
    try:
        default = default_value(field)
    except ValueError:
        raise InvalidSchema(
            _("« %s » : la valeur par défaut n’est pas du type du champ.") % field.name, parameter=field.name
        ) from None
    if default is None:
        return
    is_accepted = (
        (not field.enum or field.default in field.enum)
        and (not field.pattern or re.fullmatch(field.pattern, field.default) is not None)
        and all(
            low <= high
            for low, high in (
                (_limit(field, field.minimum), default),
                (default, _limit(field, field.maximum)),
            )
            if low is not None and high is not None
        )
    )
    if not is_accepted:
        raise InvalidSchema(
            _("« %s » : la valeur par défaut ne respecte pas les règles du champ.") % field.name,
            parameter=field.name,
        )


def _limit(field: SchemaField, bound: float | str | None) -> Any:
    return (
        None if bound is None else default_value(replace(field, default=str(bound), type=_comparable(field)))
    )


def _comparable(field: SchemaField) -> ColumnType:
    """Return the type that a bound is compared as: those of whole numbers may have decimals."""
    return ColumnType.NUMBER if field.type is ColumnType.INTEGER else field.type


def _check_condition(schema: DatasetSchema, field: SchemaField) -> None:
    condition = field.condition
    if condition is None:
        return
    other = schema.by_name[condition.field]
    if other.name == field.name:
        raise InvalidSchema(_("« %s » : sa condition porte sur lui-même.") % field.name, parameter=field.name)
    if not condition.operator.has_value:
        return
    try:
        value = default_value(replace(other, default=condition.value))
    except ValueError:
        value = None
    if value is None or (other.enum and condition.value not in other.enum):
        raise InvalidSchema(
            _("« %(name)s » : « %(value)s » n’est pas une valeur de « %(other)s ».")
            % {"name": field.name, "value": condition.value[:60], "other": other.name},
            parameter=field.name,
        )
