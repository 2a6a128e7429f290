"""Deliveries follow each other: lasting ids, comparison, publication, return, and nothing left behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client

from datasets.comparison.services import changes_between, schema_changes
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.errors import NameInUse, NotPublishable
from datasets.models import Dataset, Delivery, SchemaVersion
from datasets.publication.services import drop_dataset, publish, restore
from datasets.publication.thinning import clean_up
from datasets.registry import DATASETS, _definition, definition_of
from datasets.vocabulary import ColumnType
from layers.models import DataVersion, Layer
from layers.services.catalogue import assign_communes
from layers.visitor import system_visitor
from tests.deliveries import BENCH_TITLES, BENCHES, bench, counts, dataset, deliver, field, published
from tests.factories import SEVRES
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.usefixtures("communes")


def ids(delivery: Delivery) -> dict[str, int]:
    """Return the id of each row by its first field."""
    return dict(definition_of(delivery).model._default_manager.values_list("f0", "pk"))


def leftovers() -> list[str]:
    """Return the tables of the schema ``datasets``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'datasets' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_ids_last_through_the_key() -> None:
    to = dataset()
    first = ids(published(to, bench("B1"), bench("B2")))
    second = ids(published(to, bench("B3"), bench("B2", "Autre nom")))
    assert (second["B2"], second["B3"] in first.values()) == (first["B2"], False)


def test_row_that_comes_back_finds_its_id_again() -> None:
    to = dataset()
    first = ids(published(to, bench("B1"), bench("B2")))
    published(to, bench("B2"))
    assert ids(published(to, bench("B1"), bench("B2"))) == first


def test_rows_without_key_keep_their_ids_by_content() -> None:
    schema = replace(BENCHES, key=())
    to = dataset(schema=schema)
    first = ids(published(to, bench("B1"), bench("B2"), schema=schema))
    assert ids(published(to, bench("B2"), bench("B1"), schema=schema)) == first


def test_equal_rows_without_key_are_told_apart() -> None:
    schema = replace(BENCHES, key=())
    delivery = published(dataset(schema=schema), bench(), bench(), bench(), schema=schema)
    assert delivery.row_count == 3


def test_comparison_counts_rows_and_fields() -> None:
    to = dataset()
    published(to, bench("B1"), bench("B2"), bench("B3"))
    result = deliver(to, bench("B1"), bench("B2", "Neuf", places="4"), bench("B4")).comparison
    assert (
        {name: result[name] for name in ("added", "removed", "changed", "unchanged")},
        {entry["name"]: entry["count"] for entry in result["fields"]},
    ) == ({"added": 1, "removed": 1, "changed": 1, "unchanged": 1}, {"nom": 1, "places": 1})


def test_comparison_gives_values_before_and_after() -> None:
    to = dataset()
    published(to, bench("B1", prix="1,5"))
    (change,) = deliver(to, bench("B1", prix="2")).comparison["samples"]["changed"]
    assert change["fields"] == {"prix": ["1.5", "2"]}


def test_comparison_notices_what_moved() -> None:
    to = dataset()
    published(to, bench("B1"))
    result = deliver(to, bench("B1", at=SEVRES)).comparison
    assert ([entry["name"] for entry in result["fields"]], result["samples"]["changed"][0]["position"]) == (
        ["geometry"],
        [2.19, 48.81],
    )


def test_schema_changes_are_said() -> None:
    to = dataset()
    published(to, bench("B1"))
    fields = [f for f in BENCHES.fields if f.name not in {"neuf", "places"}]
    changed = replace(BENCHES, fields=(*fields, field("places"), field("lon")))
    delivery = deliver(Dataset.objects.get(), bench("B1"), schema=changed, titles=BENCH_TITLES)
    result = schema_changes(delivery)
    assert [(change.kind, change.title, change.before, change.after) for change in result] == [
        ("removed", "neuf", "oui ou non", ""),
        ("retyped", "places", "nombre entier", "texte"),
        ("added", "lon", "", "texte"),
    ]


def test_schema_changes_name_fields_by_their_titles() -> None:
    titles = {"code": "Code équip.", "neuf": "Banc neuf", "places": "Places assises"}
    named = replace(BENCHES, fields=tuple(replace(f, title=titles.get(f.name, "")) for f in BENCHES.fields))
    less = replace(named, fields=tuple(f for f in named.fields if f.name != "neuf"), key=())
    retyped = [replace(f, type=ColumnType.STRING) if f.name == "places" else f for f in less.fields]
    result = changes_between(named, replace(less, fields=tuple(retyped)))
    assert [(change.kind, change.title, change.before) for change in result] == [
        ("removed", "Banc neuf", "oui ou non"),
        ("retyped", "Places assises", "nombre entier"),
        ("changed", "clé", "Code équip."),
    ]


def test_retyped_field_with_the_same_text_did_not_change() -> None:
    to = dataset()
    published(to, bench("B1"))
    assert (
        deliver(to, bench("B1"), schema=DatasetSchema.from_json(_places_as_text())).comparison["changed"] == 0
    )


def _places_as_text() -> dict[str, object]:
    document = BENCHES.to_json()
    for item in document["fields"]:
        if item["name"] == "places":
            item["type"] = "string"
    return document


def test_same_schema_is_one_version() -> None:
    to = dataset()
    published(to, bench("B1"))
    published(to, bench("B1"), schema=replace(BENCHES, title_field="code"))
    published(to, bench("B1"), schema=replace(BENCHES, title_field="code"))
    assert SchemaVersion.objects.filter(dataset=to).count() == 2


def test_readers_see_the_delivery_online_only() -> None:
    to = dataset()
    first = published(to, bench("B1"))
    deliver(to, bench("B2"))
    result = DATASETS.get("bancs")
    assert result is not None and result.tables == (first.table,)


def test_publication_makes_the_former_a_past_version() -> None:
    to = dataset()
    first = published(to, bench("B1"))
    second = published(to, bench("B2"))
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states[first.pk] == "past"
    assert states[second.pk] == "online"
    assert Dataset.objects.get().online_id == second.pk


def test_past_version_comes_back() -> None:
    to = dataset()
    first = published(to, bench("B1"))
    published(to, bench("B2"))
    restore(delivery=first, visitor=system_visitor())
    result = DATASETS.get("bancs")
    assert result is not None and result.tables == (first.table,)


def test_past_version_can_be_looked_at() -> None:
    to = dataset()
    first = published(to, bench("B1"))
    published(to, bench("B2"))
    assert list(ids(first)) == ["B1"]


@pytest.mark.parametrize("states", ["refused", "online"])
def test_only_a_ready_delivery_is_published(states: str) -> None:
    to = dataset()
    delivery = deliver(to) if states == "refused" else published(to, bench())
    with pytest.raises(NotPublishable):
        publish(delivery=delivery, visitor=system_visitor())


def test_stale_copy_of_a_delivery_is_not_published_twice() -> None:
    to = dataset()
    stale = deliver(to, bench())
    publish(delivery=Delivery.objects.get(pk=stale.pk), visitor=system_visitor())
    with pytest.raises(NotPublishable):
        publish(delivery=stale, visitor=system_visitor())


def test_dropped_dataset_leaves_nothing() -> None:
    before = leftovers()
    to = dataset()
    published(to, bench("B1"))
    delivery = published(to, bench("B2"))
    definition_of(delivery).model._default_manager.update(f1="autre")
    drop_dataset(dataset=to, visitor=system_visitor())
    left = DataVersion.objects.filter(table__startswith=f"d{delivery.dataset_id}_")
    assert leftovers() == before
    assert not left.exists()
    assert not Layer.objects.filter(slug="bancs").exists()
    assert not Delivery.objects.exists()


def test_dropped_dataset_is_unknown_at_once() -> None:
    to = dataset()
    published(to, bench("B1"))
    drop_dataset(dataset=to, visitor=system_visitor())
    assert DATASETS.get("bancs") is None


def test_tables_of_a_deleted_layer_are_cleaned_up() -> None:
    before = leftovers()
    to = dataset()
    published(to, bench("B1"))
    Delivery.objects.filter(dataset=to).delete()
    to.layer.delete()
    clean_up()
    assert leftovers() == before


@pytest.mark.parametrize("slug", ["bancs", "aires-de-jeux"])
def test_taken_name_is_told(slug: str) -> None:
    dataset("bancs")
    with pytest.raises(NameInUse):
        dataset(slug)


def test_model_is_remembered_between_requests() -> None:
    published(dataset(), bench())
    first, second = DATASETS.get("bancs"), DATASETS.get("bancs")
    assert first is second


def test_memory_of_definitions_is_bounded() -> None:
    assert _definition.cache_info().maxsize == 512


def test_title_edited_by_an_administrator_is_read_at_once() -> None:
    to = dataset()
    published(to, bench())
    DATASETS.get("bancs")
    Layer.objects.filter(slug="bancs").update(title="Bancs publics")
    result = DATASETS.get("bancs")
    assert result is not None and result.title == "Bancs publics"


def test_no_model_of_a_dataset_is_registered() -> None:
    published(dataset(), bench())
    DATASETS.get("bancs")
    assert not [model for model in apps.get_models() if model.__name__.startswith("Dataset1")]


def test_all_datasets_are_found_in_one_query(django_assert_num_queries: object) -> None:
    counts()
    published(dataset(), bench())
    DATASETS.all()
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        assert [result.slug for result in DATASETS.all()] == ["bancs", "population"]


def test_table_without_geometry_is_compared() -> None:
    counts()
    schema = SchemaVersion.objects.get().schema
    result = deliver(Dataset.objects.get(), (SEVRES, "2020", "23001"), schema=schema,
                    titles=("insee", "annee", "habitants"), recipe=GeometryRecipe())  # fmt: skip
    assert (result.comparison["changed"], result.comparison["removed"]) == (1, 2)


@pytest.mark.parametrize("slug", ["bancs", "population"])
def test_communes_that_change_are_followed(slug: str) -> None:
    counts()
    published(dataset(), bench())
    result = DATASETS.get(slug)
    assert result is not None
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE datasets.{result.tables[0]} DISABLE TRIGGER commune")
        cursor.execute(f"UPDATE datasets.{result.tables[0]} SET commune_id = NULL")
        cursor.execute(f"ALTER TABLE datasets.{result.tables[0]} ENABLE TRIGGER commune")
    assign_communes()
    assert result.model._default_manager.filter(commune_id__isnull=False).exists()


def test_table_refuses_a_second_row_of_a_key() -> None:
    delivery = published(dataset(), bench("B1"), bench("B2"))
    with pytest.raises(IntegrityError), transaction.atomic():
        definition_of(delivery).model._default_manager.update(f0="B1")


def test_row_takes_no_id_of_another_key() -> None:
    to = dataset()
    first = ids(published(to, bench("B1", "Nom")))
    by_name = replace(BENCHES, key=("nom",))
    second = ids(published(to, bench("Nom", "B1"), schema=by_name))
    assert second["Nom"] != first["B1"]


def test_rows_keep_their_ids_when_their_dataset_changes_keys() -> None:
    to = dataset()
    first = ids(published(to, bench("1", "Nord"), bench("2", "Sud"), bench("3", "Est")))
    by_name = replace(BENCHES, key=("nom",))
    delivery = published(to, bench("1", "Sud"), bench("2", "Est"), schema=by_name)
    second = ids(delivery)
    counts = {name: delivery.comparison[name] for name in ("added", "removed", "changed")}
    assert (second["1"], second["2"]) == (first["2"], first["3"])
    assert counts == {"added": 0, "removed": 1, "changed": 2}


def test_rows_that_share_the_values_of_a_new_key_get_new_ids() -> None:
    to = dataset()
    first = ids(published(to, bench("1", "Banc"), bench("2", "Banc")))
    by_name = replace(BENCHES, key=("nom",))
    second = ids(published(to, bench("3", "Banc"), schema=by_name))
    assert second["3"] not in first.values()


def test_long_key_is_no_fault() -> None:
    long = "".join(f"{n:x}-" for n in range(400))
    assert published(dataset(), bench(long)).row_count == 1


@pytest.mark.parametrize("page", ["dataset", "delivery"])
def test_administration_lists_datasets(client: Client, page: str) -> None:
    published(dataset(), bench())
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/administration/datasets/{page}/").status_code == 200
