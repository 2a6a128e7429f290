"""Text search without case or accents, as conditions over published fields."""

from __future__ import annotations

from django.db.models import F, Q, Value
from django.db.models.lookups import Contains

from layers.definitions import Field
from layers.sql.functions import Folded, Unaccented


def resembles(field: Field, word: str) -> Q:
    """Match rows whose text holds ``word``, whatever the case and the accents; wildcards in it are plain characters."""
    return Q(Contains(Unaccented(Folded(F(field.source))), Unaccented(Folded(Value(word)))))
