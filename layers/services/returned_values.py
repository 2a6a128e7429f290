"""Values that clients send back: which of them are those of the row, and which are computed by the portal.

Desktop tools send every property that they have read: a value that is the one of the row is no change.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.translation import gettext as _

from layers.access import Scope

# What writing a number, an instant or a position (in degrees) in a file, and reading it back, may cost it.
_RELATIVE, _WITHIN, _DEGREES = 1e-9, dt.timedelta(seconds=1), 1e-6


def computed_values(scope: Scope, instance: Any, names: Collection[str]) -> dict[str, Any]:
    """Return the values of some properties of a feature that no client writes, by published name."""
    fields = [scope.filterable[name] for name in names]
    sources = [field.source for field in fields if field.computed]
    # What is computed of records is on no instance that was just written: the scope reads it.
    of_records = scope.queryset.filter(pk=instance.pk).values(*sources).first() if sources else None
    read = of_records or {}
    return {
        field.name: read[field.source] if field.source in read else _value(instance, field.source)
        for field in fields
    }


def other_values(
    sent: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """Return, by property, the computed values that were sent and are neither the former nor the new ones.

    Desktop tools send every property they have read, of this feature or of the one it is a copy of.
    """
    message = _(
        "%(name)s est calculé par le portail : « %(sent)s » n’est pas gardé, la valeur est « %(value)s »."
    )
    return {
        name: message % {"name": name, "sent": str(sent[name])[:60], "value": "" if value is None else value}
        for name, value in sorted(after.items())
        if not any(_is_same_value(sent[name], existing) for existing in (None, before.get(name), value))
    }


def _value(instance: Any, source: str) -> Any:
    for part in source.split("__"):
        instance = getattr(instance, part, None)
    return float(instance) if isinstance(instance, Decimal) else instance  # as the answers write it


def _is_same_value(sent: Any, read: Any) -> bool:
    """Whether a value that came back is the one that was read."""
    if isinstance(sent, float | int) and isinstance(read, float):
        return math.isclose(sent, read, rel_tol=_RELATIVE)
    if isinstance(sent, dt.datetime) and isinstance(read, dt.datetime):
        return abs(sent - read) < _WITHIN
    if isinstance(sent, str) and isinstance(read, str):
        return sent.strip() == read.strip()
    return bool(sent == read)


def emptied(column: models.Field[Any, Any]) -> Any:
    """Return the meaning of a null: no value or, where the column must have one, its default."""
    return None if column.null else column.get_default()


def is_stored(instance: Any, column: models.Field[Any, Any], value: Any) -> bool:
    """Whether a value that was sent is the one that a row has."""
    return _is_same_value(emptied(column) if value is None else value, _value(instance, column.attname))


def is_same_geometry(sent: GEOSGeometry, read: GEOSGeometry) -> bool:
    """Whether a geometry that came back is the one that was read, in another order of its positions maybe."""
    first, second = sent.clone(), read.clone()
    first.normalize()
    second.normalize()
    return bool(first.equals_exact(second, _DEGREES))
