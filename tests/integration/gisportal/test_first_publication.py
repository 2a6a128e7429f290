"""The first publication of a layer is written whatever way it goes online, once, and stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from layers.models import Layer, Theme
from metadata.records import public_records
from tests import deliveries
from tests.deliveries import bench
from tests.world import TREES, World

pytestmark = pytest.mark.django_db


def instants(*slugs: str) -> list[dt.datetime | None]:
    """Return the first publication of layers, as at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    written = dict(Layer.objects.filter(slug__in=slugs).values_list("slug", "first_published_at"))
    return [written[slug] for slug in slugs]


def draft() -> Layer:
    return Layer.objects.create(
        slug="essai", title="Essai", theme=Theme.objects.all()[0], state="draft", visibility="internal"
    )


def test_opening_and_publishing_a_layer_by_any_statement_writes_it(catalogue: object) -> None:
    layer = draft()
    Layer.objects.filter(pk=layer.pk).update(state="published")
    assert instants("essai") == [None]
    layer.state, layer.visibility = "published", "open"
    layer.save()
    assert instants("essai") != [None]


def test_it_never_changes_again(catalogue: object) -> None:
    stale = draft()
    Layer.objects.filter(pk=stale.pk).update(state="published", visibility="open")
    before = instants("essai")
    stale.save()
    Layer.objects.filter(pk=stale.pk).update(state="published", first_published_at=timezone.now())
    assert instants("essai") == before != [None]


def test_an_open_dataset_has_it_with_its_first_version_online(catalogue: object) -> None:
    dataset = deliveries.dataset()
    assert instants(dataset.layer.slug) == [None]
    deliveries.published(dataset, bench("B1", "Banc"))
    assert instants(dataset.layer.slug) != [None]


def test_records_say_it(world: World) -> None:
    issued = {record.slug: record.issued for record in public_records(instant=timezone.now())}
    layer = Layer.objects.get(slug=TREES)
    assert issued[TREES] == (layer.first_published_at or layer.created_at)
