"""The matched object of each answer: the nearest feature of a layer that ``touching`` names, and how far it is.

The other layer has passed through the door already: only a row that the visitor sees can be matched, and its title is
told to who reads that field, its id to others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.access import Scope
from layers.definitions import ID, Field, FieldType
from layers.parsing.touching import Touching
from layers.sql.lateral import with_nearest

# A name is an identifier of PostgreSQL, which cuts what is longer than 63 bytes.
_LONGEST = 50
# How the sources of the fields begin: those of a layer never do.
_SOURCE = "_matched"


@dataclass(frozen=True, slots=True)
class LayerMatch:
    """A layer of which each row has the nearest feature: its ``id``, its ``title`` and how far it is, as fields.

    ``others`` are its rows that satisfy the question, as (id, geometry in EPSG:4326, title); ``distance`` is in metres
    on the spheroid, 0 where a point is shared.
    """

    asked: Touching
    other: Scope
    others: QuerySet[Any]
    id: Field
    title: Field
    distance: Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the match adds to a row."""
        return (self.title, self.distance, self.id)


def is_matched_distance(field: Field) -> bool:
    """Whether a field is the distance of a match."""
    return field.path.startswith(_SOURCE) and field.type is FieldType.NUMBER


def matches(scope: Scope, asked: Sequence[tuple[Touching, Scope, QuerySet[Any]]]) -> tuple[LayerMatch, ...]:
    """Return the matches of a layer with others, each with the rows of it that satisfy the question.

    Their names are those of the layers, and no field of ``scope`` has them; titles tell relations apart.
    """
    found: list[LayerMatch] = []
    taken = set(scope.filterable)
    metric = sum(bool(one.metres) for one, _other, _others in asked)
    for number, (one, other, others) in enumerate(asked, start=1):
        is_only = len(asked) == 1 or (metric == 1 and bool(one.metres))
        match = _match(one, other, others, source=f"{_SOURCE}{number}", taken=taken, is_only=is_only)
        taken |= {field.name for field in match.fields}
        found.append(match)
    return tuple(found)


def matched_rows(rows: QuerySet[Any], found: Sequence[LayerMatch]) -> QuerySet[Any]:
    """Return the rows with the values of the fields of each match."""
    for match in found:
        rows = with_nearest(rows, match.others, match.asked.metres, match.id.source.removesuffix("_id"))
    return rows


def _match(
    asked: Touching,
    other: Scope,
    others: QuerySet[Any],
    *,
    source: str,
    taken: Collection[str],
    is_only: bool,
) -> LayerMatch:
    base, suffix = other.slug.replace("-", "_")[:_LONGEST], ""
    number = 1
    while {f"{base}_{name}{suffix}" for name in ("voisin", "distance", "voisin_id")} & set(taken):
        number += 1
        suffix = f"_{number}"
    kind = str(other.definition.singular)
    told = _neighbour(other) if asked.metres else kind
    named = other.filterable.get(other.definition.title_field)
    return LayerMatch(
        asked=asked,
        other=other,
        others=_as_matched(others, named),
        id=Field(
            f"{base}_voisin_id{suffix}", FieldType.INTEGER, _("%s, identifiant") % told, path=f"{source}_id"
        ),
        title=Field(
            f"{base}_voisin{suffix}", FieldType.TEXT, told, path=f"{source}_title", choices=_choices(named)
        ),
        distance=Field(
            f"{base}_distance{suffix}",
            FieldType.NUMBER,
            _("distance") if is_only else _("distance, %s") % kind,
            path=f"{source}_metres",
            unit="m",
        ),
    )


def _neighbour(other: Scope) -> str:
    """Return the title of a nearest object; a layer without a noun has words that suit any gender."""
    noun, kind = other.definition.noun, other.definition.singular
    if noun is None:
        return _("%s au plus près") % kind
    words = pgettext("feminine", "%s voisine") if noun.is_feminine else pgettext("masculine", "%s voisin")
    return words % kind


def _as_matched(others: QuerySet[Any], named: Field | None) -> QuerySet[Any]:
    """Select the id, the geometry and the title of rows, in this order; the id stands for a title without value."""
    number = Cast(ID.source, TextField())
    written = NullIf(Cast(F(named.source), TextField()), Value("", TextField())) if named else None
    title = Coalesce(written, number) if written else number
    told: QuerySet[Any] = others.order_by().annotate(_title=title).values_list(ID.source, "geom", "_title")
    return told


def _choices(named: Field | None) -> tuple[tuple[str, Any], ...]:
    return tuple((str(code), label) for code, label in named.choices) if named else ()
