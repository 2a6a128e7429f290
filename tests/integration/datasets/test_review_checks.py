"""Checks of a delivery: each names what is out of the ordinary, of what its reviewer reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.inference.published_schemas import PARKING
from datasets.models import Delivery
from datasets.review.checks import Check, checks, is_ordinary
from layers.models import Layer
from layers.visitor import Visitor, system_visitor
from metadata.models import LayerMetadata
from publication.models import PublicationPolicy
from tests.deliveries import (
    BENCHES,
    COUNT_LINES,
    COUNT_TITLES,
    COUNTS,
    bench,
    dataset,
    deliver,
    field,
    published,
)
from tests.factories import MEUDON, SEVRES
from tests.people import GARDENER, OUTSIDER
from tests.world import grant

pytestmark = pytest.mark.usefixtures("communes")

PARIS = (2.35, 48.86)
TEN = [bench(f"B{number}") for number in range(10)]


def by_code(delivery: Delivery, visitor: Visitor | None = None) -> dict[str, Check]:
    return {check.code: check for check in checks(delivery, visitor or system_visitor())}


def accepted(delivery: Delivery) -> set[str]:
    """The codes that a person must accept."""
    return {check.code for check in checks(delivery, system_visitor()) if check.must_accept}


def next_of(before: list[Any], after: list[Any], **options: Any) -> Delivery:
    """Publish rows of benches, and deliver the next ones."""
    made = dataset()
    published(made, *before)
    made.refresh_from_db()
    return deliver(made, *after, **options)


def test_a_delivery_like_the_one_online_is_ordinary() -> None:
    delivery = next_of(TEN, [*TEN, bench("B10")])
    assert is_ordinary(delivery, PublicationPolicy()) == (True, [])
    assert by_code(delivery)["rows"].detail == "+10\u00a0% : 1 en plus, 0 en moins"


def test_lost_rows_are_ordinary_up_to_the_limit_of_the_policy() -> None:
    delivery = next_of(TEN, TEN[:9])
    assert is_ordinary(delivery, PublicationPolicy(most_lost_rows=10))[0]
    is_usual, (culprit,) = is_ordinary(delivery, PublicationPolicy(most_lost_rows=9))
    assert (is_usual, culprit.code, culprit.rows) == (False, "rows", 1)


def test_rows_out_of_the_territory_move_the_extent_and_leave_their_commune() -> None:
    delivery = next_of(TEN, [*TEN[:8], bench("B8", at=PARIS), bench("B9", at=SEVRES)])
    result = by_code(delivery)
    assert accepted(delivery) == {"extent", "commune-changed", "commune"}
    assert (result["territory"].rows, result["commune"].rows, result["commune-changed"].rows) == (1, 1, 1)


def test_rows_without_commune_are_accepted_once() -> None:
    before = [*TEN, bench("B10", at=PARIS)]
    delivery = next_of(before, before)
    assert (by_code(delivery)["commune"].level, accepted(delivery)) == ("warn", set())


def test_a_table_without_commune_does_not_answer_to_it() -> None:
    schema = replace(COUNTS, commune="")
    delivery = deliver(
        dataset("population", schema),
        *COUNT_LINES,
        schema=schema,
        titles=COUNT_TITLES,
        recipe=GeometryRecipe(),
    )
    check = by_code(delivery)["commune"]
    assert (check.title, check.rows, check.must_accept) == ("Ne répond pas au filtre par commune", 3, True)


def test_a_column_that_goes_is_named() -> None:
    schema = replace(BENCHES, fields=tuple(item for item in BENCHES.fields if item.name != "prix"))
    titles = ("code", "nom", "places", "neuf", "pose", "lon", "lat")
    lines = [[value for index, value in enumerate(line) if index != 3] for line in TEN]
    recipe = GeometryRecipe("lonlat", (5, 6))
    delivery = next_of(TEN, lines, schema=schema, titles=titles, recipe=recipe)
    check = by_code(delivery)["columns"]
    assert (check.title, check.detail, check.must_accept) == ("1 colonne disparaît", "prix", True)


def test_a_hidden_column_is_in_no_check() -> None:
    fields = tuple(replace(item, is_protected=item.name == "pose") for item in BENCHES.fields)
    schema = replace(BENCHES, fields=fields)
    made = dataset(schema=schema)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    delivery = deliver(made, bench(pose=f"{tomorrow:%d/%m/%Y}"), schema=schema)
    grant(GARDENER, "bancs", can_approve=True)
    assert by_code(delivery)["dates"].detail == "pose : 1"
    assert by_code(delivery, GARDENER.visitor())["dates"].level == "ok"


def test_a_hidden_layer_has_no_check() -> None:
    delivery = deliver(dataset(is_open=False), *TEN)
    assert checks(delivery, OUTSIDER.visitor()) == []


def test_repeated_keys_are_left_out_and_counted() -> None:
    delivery = next_of(TEN, [*TEN, bench("B1", "Double")], accept_partial=True)
    assert accepted(delivery) >= {"key"}
    assert by_code(delivery)["schema"].level == "warn"


def test_a_declared_schema_names_columns_types_and_rows_that_break_it() -> None:
    schema = DatasetSchema(
        fields=(
            field("id", name="code", column="code"),
            field("insee"),
            field("nb_places"),
            field("type_usagers"),
        )
    )
    titles = ("id", "insee", "nb_places", "type_usagers")
    made = dataset("parkings", schema)
    LayerMetadata.objects.create(layer=made.layer, schema_url=PARKING.source)
    good, bad = ("92040-P-001", MEUDON, "4", "tous"), ("1", MEUDON, "4", "clients")
    delivery = deliver(made, good, bad, schema=schema, titles=titles, recipe=GeometryRecipe())
    check = by_code(delivery)["published-schema"]
    assert check.title == "1 ligne non conforme au schéma"
    assert check.detail.startswith(f"{PARKING.title} : colonne obligatoire absente : nom")
    assert check.must_accept


def test_an_open_layer_has_a_licence_for_everybody_and_its_metadata() -> None:
    delivery = next_of(TEN, TEN)
    Layer.objects.filter(slug="bancs").update(licence="internal", contact="sig@example.org")
    delivery = Delivery.objects.select_related("dataset__layer", "dataset__online").get(pk=delivery.pk)
    assert accepted(delivery) == {"licence"}
    assert by_code(delivery)["metadata"].detail == "résumé, mots-clés, producteur, fréquence, source"


def test_the_rows_are_read_in_one_statement() -> None:
    delivery = next_of(TEN, TEN)
    checks(delivery, system_visitor())
    with CaptureQueriesContext(connection) as queries:
        checks(delivery, system_visitor())
    assert len([each for each in queries.captured_queries if "_v2" in each["sql"]]) == 1
    assert len(queries) <= 14
