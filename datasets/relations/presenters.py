"""The rows of datasets that belong to a feature, as a part of its sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from datasets.relations.queries import ChildRows, child_rows
from interface.page_parts import FeatureSubject, PagePart
from layers.access import Scope
from layers.definitions import Field
from layers.visitor import Visitor

FIRST_ROWS = 10
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """The rows of one child layer: how many there are, the first ones with some fields, and where all of them are."""

    scope: Scope
    count: int
    fields: tuple[Field, ...]
    rows: Sequence[Any]
    address: str

    @property
    def more(self) -> int:
        """How many rows are not among the first ones."""
        return self.count - len(self.rows)


def rows_of_feature(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the relations of a feature that a visitor reads, for its sheet; None without any."""
    if not isinstance(subject, FeatureSubject):
        return None
    relations = [_related(each) for each in child_rows(visitor, subject.scope, subject.pk)]
    return PagePart("datasets/relations/of_feature.html", {"relations": relations}) if relations else None


def _related(child: ChildRows) -> RelatedRows:
    scope = child.scope
    fields = [field for field in scope.fields if field.name not in {child.field.name, "commune"}]
    title = scope.definition.title_field
    fields.sort(key=lambda field: field.name != title)
    query = urlencode(
        {"couches": scope.slug, "tableau": scope.slug, f"{scope.slug}.{child.field.name}": child.value}
    )
    return RelatedRows(
        scope=scope,
        count=child.queryset.count(),
        fields=tuple(fields[:_COLUMNS]),
        rows=list(child.queryset[:FIRST_ROWS]),
        address=f"{reverse('explorer:map')}?{query}",
    )
