"""Reads of datasets for the people who feed them: for anybody else a dataset's versions do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from datasets.access import fed_datasets, version_scope
from datasets.models import Dataset, Delivery
from datasets.vocabulary import HAS_ROWS
from interface.territory import label_communes
from layers import access
from layers.access import LayerRights
from layers.definitions import Field
from layers.errors import UnknownFeature
from layers.parsing import FeatureQuery
from layers.queries import Page, Selection, select
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A page of a version's rows."""

    selection: Selection
    page: Page

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields as a table shows them, communes by their names."""
        return label_communes(self.selection.fields)


@dataclass(frozen=True, slots=True)
class FedDataset:
    """A dataset that the visitor feeds, and their rights on its versions."""

    dataset: Dataset
    rights: LayerRights


def datasets_of(visitor: Visitor) -> list[FedDataset]:
    """Return the datasets this visitor feeds, by title."""
    fed = fed_datasets(visitor).select_related("layer__theme", "online")
    datasets = list(fed.defer("online__report", "online__comparison"))
    rights = access.rights_on(visitor, [dataset.layer for dataset in datasets])
    return [FedDataset(dataset, rights[dataset.layer_id]) for dataset in datasets]


def deliveries_of(dataset: Dataset) -> list[Delivery]:
    """Return the deliveries of a dataset, newest first."""
    deliveries = Delivery.objects.filter(dataset=dataset).select_related("delivered_by", "published_by")
    listed = list(deliveries.defer("report", "comparison"))
    for delivery in listed:
        delivery.dataset = dataset
    return listed


def selection_of(visitor: Visitor, delivery: Delivery, query: FeatureQuery) -> Selection:
    """Select rows of a version, under the rights of its layer.

    Raises:
        UnknownFeature: the version has no rows: refused, interrupted or thinned.
        UnknownLayer: the layer is hidden from this visitor.
    """
    if delivery.state not in HAS_ROWS:
        raise UnknownFeature(_("Les lignes de cette version ne sont pas gardées."), parameter="version")
    return select(version_scope(visitor, delivery), query)


def version_page(visitor: Visitor, delivery: Delivery, query: FeatureQuery) -> VersionPage | None:
    """Return a page of a version's rows, None when it has none to show."""
    if delivery.state not in HAS_ROWS:
        return None
    selection = selection_of(visitor, delivery, query)
    return VersionPage(selection, selection.page())


def last_deliveries(datasets: Iterable[Dataset]) -> dict[int, Delivery]:
    """Return the newest delivery of each dataset that has one, by the dataset's id."""
    deliveries = Delivery.objects.filter(dataset__in=[dataset.pk for dataset in datasets])
    newest = deliveries.order_by("dataset_id", "-number").distinct("dataset_id")
    return {
        delivery.dataset_id: delivery
        for delivery in newest.defer("comparison").select_related("delivered_by")
    }
