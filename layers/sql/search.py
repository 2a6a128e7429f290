"""Text search without case or accents, as conditions over published fields."""

from __future__ import annotations

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains

from layers.definitions import Field


class Unaccent(Func):
    """``unaccent``: the text without its diacritics."""

    function = "unaccent"
    output_field = TextField()


def resembles(field: Field, word: str) -> Q:
    """Match rows whose text holds ``word``, whatever the case and the accents; wildcards in it are plain characters."""
    return Q(Contains(Unaccent(Lower(F(field.source))), Unaccent(Lower(Value(word)))))
