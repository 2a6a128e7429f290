"""The first publication of a layer is written whatever way it goes online, once, and stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from layers.models import Layer
from metadata.records import public_records
from tests import deliveries
from tests.deliveries import bench
from tests.world import DRAFT, PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db


def instants(*slugs: str) -> list[dt.datetime | None]:
    """Return the first publication of layers, as at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    written = dict(Layer.objects.filter(slug__in=slugs).values_list("slug", "first_published_at"))
    return [written[slug] for slug in slugs]


def test_opening_or_publishing_a_layer_by_any_statement_writes_it(world: World) -> None:
    Layer.objects.update(first_published_at=None)
    assert instants(DRAFT, PLAYGROUNDS) == [None, None]
    Layer.objects.filter(slug=DRAFT).update(state="published")
    playgrounds = Layer.objects.get(slug=PLAYGROUNDS)
    playgrounds.visibility = "open"
    playgrounds.save()
    assert None not in instants(DRAFT, PLAYGROUNDS)


def test_it_never_changes_again(world: World) -> None:
    stale = Layer.objects.get(slug=DRAFT)
    Layer.objects.filter(slug=DRAFT).update(state="published")
    before = instants(DRAFT)
    stale.state = "archived"
    stale.save()
    Layer.objects.filter(slug=DRAFT).update(state="published", first_published_at=None)
    assert instants(DRAFT) == before != [None]


def test_an_open_dataset_has_it_with_its_first_version_online(catalogue: object) -> None:
    dataset = deliveries.dataset()
    assert instants(dataset.layer.slug) == [None]
    deliveries.published(dataset, bench("B1", "Banc"))
    assert instants(dataset.layer.slug) != [None]


def test_records_say_it(world: World) -> None:
    issued = {record.slug: record.issued for record in public_records(instant=timezone.now())}
    layer = Layer.objects.get(slug=TREES)
    assert issued[TREES] == (layer.first_published_at or layer.created_at)
