"""One feature and the records that belong to it, through the same door as lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import CRS84, Crs
from layers.definitions import Relation
from layers.errors import UnknownFeature
from layers.models import FeaturePhoto
from layers.sql.geometry import projected


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one relation of one feature."""

    relation: Relation
    records: QuerySet[Any]


def feature(scope: Scope, pk: int, *, crs: Crs = CRS84) -> Any:
    """Return the feature as a model instance whose ``geom`` is in ``crs`` and its axis order.

    Raises:
        UnknownFeature: no such feature, or it is outside the scope.
    """
    rows, kind = scope.queryset.filter(pk=pk), scope.definition.geometry
    is_projected = kind.is_surface or (kind.is_located and crs is not CRS84)
    if is_projected:
        rows = rows.annotate(projected=projected(crs, kind))
    found = rows.first() if pk < 2**63 else None
    if found is None:
        raise unknown_feature(scope, pk)
    if is_projected:
        found.geom = found.projected
    return found


def unknown_feature(scope: Scope, pk: int) -> UnknownFeature:
    """Return the fault of a feature that is not there for this visitor, whether it exists or not."""
    return UnknownFeature(
        _("La couche « %(layer)s » n’a pas d’objet %(id)s.") % {"layer": scope.slug, "id": pk},
        parameter="id",
    )


def related(scope: Scope, instance: Model) -> list[Records]:
    """Return the records of every relation the visitor may read, in the order of the definition."""
    return [Records(relation, _records(relation, instance.pk)) for relation in scope.relations]


def photo(scope: Scope, pk: int, relation_name: str, photo_pk: int) -> FeaturePhoto:
    """Return a photo of a feature.

    Raises:
        UnknownFeature: the feature, the gallery or the photo does not exist for this visitor.
    """
    feature(scope, pk)
    gallery = next((r for r in scope.relations if r.is_gallery and r.name == relation_name), None)
    found = _records(gallery, pk).filter(pk=photo_pk).first() if gallery else None
    if found is None:
        raise UnknownFeature(_("Cette photo n’existe pas."), parameter="photo")
    assert isinstance(found, FeaturePhoto)
    return found


def _records(relation: Relation, pk: int) -> QuerySet[Any]:
    return relation.model._default_manager.filter(**{relation.link: pk}).order_by(*relation.order_by)
