"""Who may make a dataset, load a delivery and put it online, and what of a version they read.

``layers.access`` decides; pages, services and commands call this module, in the words of datasets. A delivery
replaces every row, so it takes rights on every row; feeding a dataset opens none of its protected fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from datasets.models import Dataset, Delivery
from datasets.registry import definition_of
from layers import access
from layers.access import LayerRights, Scope
from layers.definitions import Field
from layers.errors import Forbidden, UnknownFeature, UnknownLayer
from layers.visitor import Visitor

_CREATION = "datasets.add_dataset"


def is_creator(visitor: Visitor) -> bool:
    """Whether this visitor may make new datasets, here or elsewhere: administrators, and who holds the permission."""
    return access.has_permission(visitor, _CREATION)


def may_create(visitor: Visitor) -> bool:
    """Whether this visitor may make a new dataset here and now."""
    return is_creator(visitor) and not access.obstacle(visitor)


def fed_datasets(visitor: Visitor) -> QuerySet[Dataset]:
    """Return the datasets that a visitor feeds."""
    return Dataset.objects.filter(layer__in=access.fed_layers(visitor))


def dataset_of(visitor: Visitor, slug: str) -> Dataset:
    """Return a dataset this visitor feeds.

    Raises:
        UnknownLayer: there is none of this slug, or it is not theirs to feed.
    """
    dataset = fed_datasets(visitor).select_related("layer__theme", "online").filter(layer__slug=slug).first()
    if dataset is None:
        raise UnknownLayer(slug)
    return dataset


def delivery_of(dataset: Dataset, number: int) -> Delivery:
    """Return a delivery of a dataset.

    Raises:
        UnknownFeature: it has no version of this number.
    """
    deliveries = Delivery.objects.select_related("schema_version", "delivered_by", "published_by").filter(
        dataset=dataset, number=number
    )
    delivery = deliveries.first()
    if delivery is None:
        raise UnknownFeature(_("Ce jeu n’a pas de version %d.") % number, parameter="version")
    delivery.dataset = dataset
    return delivery


def feeds_something(visitor: Visitor) -> bool:
    """Whether a visitor feeds any dataset; an administrator has a place there before the first one."""
    return visitor.is_administrator or fed_datasets(visitor).exists()


def may_feed(visitor: object) -> bool:
    """Whether the visitor of a request feeds a dataset or may make one; there is none on a page before any visitor."""
    return isinstance(visitor, Visitor) and (feeds_something(visitor) or is_creator(visitor))


def feeding_rows(visitor: Visitor) -> list[QuerySet[Any]]:
    """Return what gives the pages of datasets to who is no administrator, as rows of which one is enough."""
    return [fed_datasets(visitor), access.holding(visitor, _CREATION)]


def rights_of(visitor: Visitor, dataset: Dataset) -> LayerRights:
    """Return what a visitor may do with the versions of a dataset."""
    return access.rights(visitor, dataset.layer)


def check_create(visitor: Visitor) -> None:
    """Refuse who may not make a dataset.

    Raises:
        Forbidden: they may not.
    """
    if not is_creator(visitor):
        raise Forbidden(
            _(
                "Vous n’avez pas le droit de créer un jeu de données : "
                "un administrateur le donne à un groupe ou à un compte."
            )
        )
    if obstacle := access.obstacle(visitor):
        raise Forbidden(obstacle)


def check_load(visitor: Visitor, dataset: Dataset) -> None:
    """Refuse who may not load a delivery: it takes a grant in force to edit every row of the layer.

    Raises:
        Forbidden: they may not.
    """
    rights = rights_of(visitor, dataset)
    if not rights.edits_every_row:
        raise Forbidden(_("Vous n’avez pas le droit de déposer des données dans « %s ».") % dataset)
    if rights.obstacle:
        raise Forbidden(rights.obstacle)


def check_publish(visitor: Visitor, dataset: Dataset) -> None:
    """Refuse who may not decide what is online: it takes a grant in force to approve every row of the layer.

    Raises:
        Forbidden: they may not.
    """
    rights = rights_of(visitor, dataset)
    if not rights.approves_every_row:
        raise Forbidden(_("Vous n’avez pas le droit de publier « %s ».") % dataset)
    if rights.obstacle:
        raise Forbidden(rights.obstacle)


def check_load_or_publish(visitor: Visitor, dataset: Dataset) -> None:
    """Refuse who may neither load a delivery nor put one online.

    Raises:
        Forbidden: they may do neither.
    """
    if rights_of(visitor, dataset).can_publish:
        return
    check_load(visitor, dataset)


@dataclass(frozen=True, slots=True)
class ReadablePart:
    """The readable part of a version: ``fields`` by name, and whether every row."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    has_every_row: bool = False

    def covers(self, names: Iterable[str]) -> bool:
        """Whether all of these fields are read, in every row."""
        return self.has_every_row and self.fields.keys() >= set(names)


def version_scope(visitor: Visitor, delivery: Delivery) -> Scope:
    """Return the visitor's scope of a version, online or not.

    A field that is hidden from them in what is online is hidden in every version, and one that a version protects is
    hidden there: neither an older schema nor the next one shows what a protection hides.

    Raises:
        UnknownLayer: the layer is hidden from this visitor.
    """
    dataset = delivery.dataset
    scope = access.scope_of(visitor, dataset.layer, definition_of(delivery))
    if dataset.online is None or dataset.online_id == delivery.pk:
        return scope
    dataset.online.dataset = dataset
    online = access.scope_of(visitor, dataset.layer, definition_of(dataset.online))
    return access.hidden_like(scope, online)


def readable_part(visitor: Visitor, delivery: Delivery) -> ReadablePart:
    """Return the readable part of a version; nothing when its layer is hidden."""
    try:
        scope = version_scope(visitor, delivery)
    except UnknownLayer:
        return ReadablePart()
    return ReadablePart({item.name: item for item in scope.fields}, not scope.queryset.query.has_filters())
