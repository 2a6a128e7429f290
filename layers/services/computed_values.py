"""Values that the portal computes, beside those that a client sends of them: desktop tools send all they have read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope

# What writing a number or an instant in a file or in GML, and reading it back, may cost it.
_RELATIVE, _WITHIN = 1e-9, dt.timedelta(seconds=1)


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
    """Tell, by property, the computed values that were sent and are neither what the feature had nor what it has.

    Desktop tools send every property they have read, of this feature or of the one it is a copy of.
    """
    told = _(
        "%(name)s est calculé par le portail : « %(sent)s » n’est pas gardé, la valeur est « %(value)s »."
    )
    return {
        name: told % {"name": name, "sent": str(sent[name])[:60], "value": "" if value is None else value}
        for name, value in sorted(after.items())
        if not any(_is_same(sent[name], known) for known in (None, before.get(name), value))
    }


def _value(instance: Any, source: str) -> Any:
    for part in source.split("__"):
        instance = getattr(instance, part, None)
    return float(instance) if isinstance(instance, Decimal) else instance  # as the answers write it


def _is_same(sent: Any, known: Any) -> bool:
    """Whether a value that came back is the one that was read."""
    if isinstance(sent, float | int) and isinstance(known, float):
        return math.isclose(sent, known, rel_tol=_RELATIVE)
    if isinstance(sent, dt.datetime) and isinstance(known, dt.datetime):
        return abs(sent - known) < _WITHIN
    if isinstance(sent, str) and isinstance(known, str):
        return sent.strip() == known.strip()
    return bool(sent == known)
