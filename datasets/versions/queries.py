"""Reads of datasets for the people who feed them: for anybody else a dataset's versions do not exist."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.access import Actor, may_load, may_publish, version_scope
from datasets.models import Dataset, Delivery
from datasets.vocabulary import DeliveryState
from layers.errors import UnknownFeature, UnknownLayer
from layers.models import Grant
from layers.parsing import FeatureQuery
from layers.queries import Page, Selection, select
from layers.visitor import Visitor

HAS_ROWS = frozenset({DeliveryState.READY, DeliveryState.ONLINE, DeliveryState.PAST})


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A page of a version's rows."""

    selection: Selection
    page: Page


def datasets_of(user: Actor) -> list[Dataset]:
    """Return the datasets this person may feed or put online, by title."""
    found = Dataset.objects.select_related("layer__theme", "online").defer(
        "online__report", "online__comparison"
    )
    held = _held(user)
    return list(found if held is None else found.filter(layer__in=held.values("layer")))


def feeds_something(user: Actor) -> bool:
    """Whether a person may feed or put online any dataset."""
    held = _held(user)
    return held is None or held.filter(layer__dataset__isnull=False).exists()


def _held(user: Actor) -> QuerySet[Grant] | None:
    """Return the grants in force by which a person feeds something, None for who needs none."""
    if user is None or user.is_superuser:
        return None
    groups = frozenset(user.groups.values_list("pk", flat=True))
    held = Grant.objects.held_by(groups=groups).in_force(at=timezone.now())
    return held.filter(Q(can_edit=True) | Q(can_approve=True))


def dataset_of(user: Actor, slug: str) -> Dataset:
    """Return a dataset this person may feed or put online.

    Raises:
        UnknownLayer: there is none of this slug, or it is not theirs to feed.
    """
    found = Dataset.objects.select_related("layer__theme", "online").filter(layer__slug=slug).first()
    if found is None or not (may_load(user, found) or may_publish(user, found)):
        raise UnknownLayer(slug)
    return found


def deliveries_of(dataset: Dataset) -> list[Delivery]:
    """Return the deliveries of a dataset, newest first."""
    found = Delivery.objects.filter(dataset=dataset).select_related("delivered_by")
    return list(found.defer("report", "comparison"))


def delivery_of(dataset: Dataset, number: int) -> Delivery:
    """Return a delivery of a dataset.

    Raises:
        UnknownFeature: it has no version of this number.
    """
    found = Delivery.objects.select_related("schema_version", "delivered_by").filter(
        dataset=dataset, number=number
    )
    delivery = found.first()
    if delivery is None:
        raise UnknownFeature(_("Ce jeu n’a pas de version %d.") % number, parameter="version")
    delivery.dataset = dataset
    return delivery


def selection_of(visitor: Visitor, delivery: Delivery, query: FeatureQuery) -> Selection:
    """Select rows of a version, under the rights of its layer.

    Raises:
        UnknownFeature: the version has no rows: refused, interrupted or thinned.
        UnknownLayer: the layer is hidden from this visitor.
    """
    if delivery.state not in HAS_ROWS:
        raise UnknownFeature(_("Les lignes de cette version ne sont pas gardées."), parameter="version")
    return select(version_scope(visitor, delivery), query)


def rows_of(visitor: Visitor, delivery: Delivery, query: FeatureQuery) -> VersionPage | None:
    """Return a page of a version's rows, None when it has none to show."""
    if delivery.state not in HAS_ROWS:
        return None
    selection = selection_of(visitor, delivery, query)
    return VersionPage(selection, selection.page())
