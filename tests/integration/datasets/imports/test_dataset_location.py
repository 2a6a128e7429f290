"""A dataset is found with its row of the catalogue in one question, as a coded layer is: the same things are read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datasets.models import Dataset
from datasets.publication.services import publish
from heritage.catalogue import TREES
from layers import access, registry
from layers.models import Layer, ProtectedField
from layers.sql.catalogue import table_versions
from layers.visitor import Visitor, system_visitor
from plui.catalogue import ZONES
from tests.deliveries import bench, dataset, deliver, published

pytestmark = pytest.mark.usefixtures("catalogue")


def scope(slug: str) -> access.Scope:
    return access.scope(Visitor(instant=timezone.now(), is_administrator=True), slug)


def benches() -> Dataset:
    to = dataset()
    published(to, bench("B1"), bench("B2"))
    return to


def test_a_dataset_costs_as_many_questions_as_a_coded_layer() -> None:
    slug = benches().layer.slug
    scope(slug)  # the definition is built once
    costs = []
    for each in (TREES.slug, slug):
        with CaptureQueriesContext(connection) as asked:
            scope(each)
        costs.append(len(asked))
    assert costs == [1, 1]


def test_many_layers_cost_a_question_a_provider() -> None:
    slugs = [ZONES.slug, benches().layer.slug, TREES.slug]
    visitor = Visitor(instant=timezone.now(), is_administrator=True)
    one_by_one = [access.scope(visitor, slug) for slug in slugs]
    with CaptureQueriesContext(connection) as asked:
        together = access.scopes(visitor, slugs)
    assert len(asked) == 2
    assert [(each.slug, each.key, each.version) for each in together] == [
        (each.slug, each.key, each.version) for each in one_by_one
    ]


@pytest.mark.parametrize("is_coded", [True, False], ids=["coded", "dataset"])
def test_what_is_located_is_what_the_parts_say(*, is_coded: bool) -> None:
    to = benches()
    slug = TREES.slug if is_coded else to.layer.slug
    ProtectedField.objects.create(layer=Layer.objects.get(slug=slug), name="nom")
    result = registry.locate([slug])[slug]
    layer = Layer.objects.get(slug=slug)
    assert result.definition == registry.definition(slug)
    assert {name: getattr(result.layer, name) for name in vars(layer) if name != "_state"} == {
        name: value for name, value in vars(layer).items() if name != "_state"
    }
    assert result.version == sum(table_versions(registry.tables_of(result.definition)).values())
    assert result.readers == (("nom", None),)


def test_the_version_of_a_dataset_follows_its_rows_and_its_publications() -> None:
    to = benches()
    before = scope(to.layer.slug)
    before.queryset.filter(pk=before.queryset.first().pk).update(f1="Autre")
    written = scope(to.layer.slug)
    publish(delivery=deliver(to, bench("B1")), visitor=system_visitor())
    after = scope(to.layer.slug)
    assert before.version < written.version
    assert written.key == before.key
    assert after.key != before.key


def test_a_dataset_without_anything_online_is_unknown() -> None:
    slug = dataset().layer.slug
    assert registry.locate([slug]) == {}


def test_a_coded_layer_without_a_row_of_the_catalogue_is_unknown() -> None:
    Layer.objects.filter(slug=TREES.slug).delete()
    assert registry.locate([TREES.slug]) == {}
