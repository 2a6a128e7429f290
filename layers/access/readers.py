"""Which groups see a layer now, for the lists of administrators, who know every grant."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from layers.models import Grant, Layer
from layers.visitor import Visitor


def with_readers(visitor: Visitor, layers: QuerySet[Layer]) -> QuerySet[Layer]:
    """Read layers with the grants in force, all at once, for ``readers``."""
    grants = Grant.objects.in_force(at=visitor.instant).select_related("group").order_by("group__name")
    return layers.prefetch_related(Prefetch("grants", grants, to_attr="grants_in_force"))


def readers(layer: Layer) -> dict[str, bool]:
    """Return the names of the groups that see a layer read ``with_readers``, and whether they see every row."""
    names: dict[str, bool] = {}
    grants: list[Grant] = layer.grants_in_force  # type: ignore[attr-defined]  # the attribute of the prefetch
    for grant in grants:
        names[grant.group.name] = names.get(grant.group.name, False) or grant.has_every_row
    return names
