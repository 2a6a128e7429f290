"""To feed a dataset opens none of its protected fields: reports, comparisons and exports hide them from who loads.

Two values never reach the gardener, who loads and approves without reading « nom »: the one online before, and the one
of a delivery that somebody else made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.http import HttpResponseBase
from django.test import Client

from datasets.definitions import DatasetSchema, SchemaField
from datasets.models import Dataset, Delivery
from layers.models import Grant, ProtectedField
from tests.deliveries import BENCHES, bench, dataset, deliver, field, published
from tests.factories import SEVRES
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, Person

pytestmark = pytest.mark.usefixtures("communes", "media")

OLD, NEW = "Valeur-Ancienne", "Valeur-Nouvelle"
VERSION = "/jeux/bancs/versions/2/"
PLACES = (
    VERSION,
    f"{VERSION}constats.csv",
    f"{VERSION}ecarts.geojson",
    f"{VERSION}export.csv",
    f"{VERSION}export.geojson",
)


def _schema(**constraints: Any) -> DatasetSchema:
    """Return the benches with a rule on their name."""
    return _with(BENCHES, field("nom", **constraints))


def _with(schema: DatasetSchema, changed: SchemaField) -> DatasetSchema:
    return replace(
        schema, fields=tuple(changed if item.name == changed.name else item for item in schema.fields)
    )


def _browser(person: Person, made: Dataset, *, host: str = "localhost") -> Client:
    client = Client(headers={"host": host})
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    if not person.is_administrator:
        group = Group.objects.get(name=person.groups[0])
        Grant.objects.get_or_create(
            group=group,
            layer=made.layer,
            defaults={"can_add": True, "can_change": True, "can_delete": True, "can_approve": True},
        )
    return client


def _protect(made: Dataset, *readers: Person) -> None:
    ProtectedField.objects.get_or_create(layer=made.layer, name="nom")
    row = ProtectedField.objects.get(layer=made.layer, name="nom")
    row.groups.set([Group.objects.get_or_create(name=person.groups[0])[0] for person in readers])


def _text(answer: HttpResponseBase) -> str:
    assert answer.status_code == 200, answer
    return answer.getvalue().decode()


@pytest.fixture
def made() -> Dataset:
    """Benches whose name is protected: one version online, and one ready that changes the name of a bench."""
    made = dataset()
    published(made, bench("B1", OLD), bench("B2", OLD), bench("B3", OLD), bench("B4", OLD))
    twice = _schema(is_unique=True)
    deliver(
        made,
        *(bench("B1", f"{NEW} 1"), bench("B2", OLD, places="9"), bench("B3", f"{NEW} 3", places="9")),
        *(bench("B5", f"{NEW} 5"), bench("B6", NEW), bench("B7", NEW)),
        schema=twice,
        accept_partial=True,
    )
    _protect(made, PLANNER)
    return made


@pytest.mark.parametrize("place", PLACES)
def test_no_value_of_a_protected_field_reaches_who_does_not_read_it(made: Dataset, place: str) -> None:
    text = _text(_browser(GARDENER, made).get(place))
    assert OLD not in text
    assert NEW not in text


@pytest.mark.parametrize("place", [VERSION, f"{VERSION}constats.csv", f"{VERSION}export.csv"])
def test_who_reads_the_field_is_told_its_values(made: Dataset, place: str) -> None:
    assert NEW in _text(_browser(PLANNER, made).get(place))


@pytest.mark.parametrize("place", [VERSION, f"{VERSION}constats.csv"])
def test_finding_about_a_protected_field_says_line_and_rule(made: Dataset, place: str) -> None:
    text = _text(_browser(GARDENER, made).get(place))
    assert all(word in text for word in ("valeur masquée", "6", "nom", "déjà présente"))


def test_finding_about_a_field_that_is_read_says_its_value(made: Dataset) -> None:
    deliver(made, bench("B1", NEW, places="trois mille"))
    text = _text(_browser(GARDENER, made).get("/jeux/bancs/versions/3/constats.csv"))
    assert "trois mille" in text
    assert NEW not in text


def test_finding_about_a_key_with_a_protected_field_is_masked(made: Dataset) -> None:
    both = replace(BENCHES, key=("code", "nom"))
    deliver(made, bench("B1", NEW), bench("B1", NEW), schema=both)
    assert NEW not in _text(_browser(GARDENER, made).get("/jeux/bancs/versions/3/constats.csv"))


def test_position_made_of_columns_is_masked_where_a_column_may_be(made: Dataset) -> None:
    deliver(made, bench("B1", NEW, at=(181.25, 48.8)))
    text = _text(_browser(GARDENER, made).get("/jeux/bancs/versions/3/constats.csv"))
    assert "181.25" not in text


def test_change_of_a_protected_field_alone_is_no_change(made: Dataset) -> None:
    page = _browser(GARDENER, made).get(VERSION)
    result = page.context["comparison"]
    assert (result.changed, result.unchanged) == (2, 1)
    assert [title for title, _count in result.fields] == ["places"]


def test_row_that_changes_only_in_a_protected_field_is_not_shown(made: Dataset) -> None:
    result = _browser(GARDENER, made).get(VERSION).context["comparison"]
    changed = [change for change in result.samples if change.kind == "changed"]
    assert [[title for title, _before, _after in change.cells] for change in changed] == [["places"]] * 2


def test_row_that_changes_only_in_a_protected_field_is_not_on_the_map(made: Dataset) -> None:
    def changed(person: Person) -> int:
        features = _browser(person, made).get(f"{VERSION}ecarts.geojson").json()["features"]
        return sum(feature["properties"]["change"] == "changed" for feature in features)

    assert (changed(GARDENER), changed(PLANNER)) == (2, 3)


def test_comparison_of_before_this_rule_does_not_count_changes(made: Dataset) -> None:
    delivery = Delivery.objects.get(number=2)
    del delivery.comparison["together"]
    delivery.save()
    result = _browser(GARDENER, made).get(VERSION).context["comparison"]
    assert (result.changed, result.unchanged) == (None, None)


def test_dropping_the_protection_in_a_new_schema_shows_no_old_value() -> None:
    hidden = _schema(is_protected=True)
    made = dataset(schema=hidden)
    published(made, bench("B1", OLD), schema=hidden)
    deliver(made, bench("B1", NEW))
    texts = [_text(_browser(GARDENER, made).get(place)) for place in PLACES]
    assert [place for place, text in zip(PLACES, texts, strict=True) if OLD in text] == []


def test_older_schema_without_the_protection_shows_no_value() -> None:
    made = dataset()
    published(made, bench("B1", OLD))
    hidden = _schema(is_protected=True)
    published(made, bench("B1", NEW), schema=hidden)
    texts = [
        _text(_browser(GARDENER, made).get(f"/jeux/bancs/versions/1/{end}")) for end in ("", "export.csv")
    ]
    assert [OLD in text for text in texts] == [False, False]


@pytest.mark.parametrize("key", [(), ("code", "nom")], ids=["whole row", "key"])
def test_nothing_is_compared_for_who_does_not_read_what_recognises_a_row(key: tuple[str, ...]) -> None:
    schema = replace(BENCHES, key=key)
    made = dataset(schema=schema)
    published(made, bench("B1", OLD), schema=schema)
    deliver(made, bench("B1", NEW), bench("B2", OLD), schema=schema)
    _protect(made)
    client = _browser(GARDENER, made)
    assert (client.get(VERSION).context["comparison"], client.get(VERSION).context["is_withheld"]) == (
        None,
        True,
    )
    assert client.get(f"{VERSION}ecarts.geojson").json()["features"] == []


def test_values_of_rows_that_a_portal_hides_reach_nobody_who_feeds() -> None:
    made = dataset(is_open=False)
    published(made, bench("B1"), bench("B2", OLD, at=SEVRES))
    deliver(made, bench("B1"), bench("B2", NEW, at=SEVRES, places="mille"), accept_partial=True)
    client = _browser(GARDENER, made, host="meudon.localhost")
    texts = [_text(client.get(place)) for place in PLACES]
    assert [word for word in (OLD, NEW, "mille") if any(word in text for text in texts)] == []


def test_administration_shows_no_value(made: Dataset) -> None:
    client = _browser(GARDENER, made)
    account = GARDENER.account()
    account.is_staff = True
    account.save()
    account.user_permissions.set(
        Permission.objects.filter(content_type__app_label="datasets", codename__startswith="view")
    )
    delivery = Delivery.objects.get(number=2)
    pages = [
        f"/administration/datasets/delivery/{delivery.pk}/change/",
        f"/administration/datasets/dataset/{made.pk}/change/",
        "/administration/datasets/delivery/",
    ]
    assert [page for page in pages if "Valeur-" in _text(client.get(page))] == []


@pytest.mark.parametrize("address", ["items", "items?q=Valeur", "schema", "queryables", ""])
def test_protocols_say_nothing_of_a_report(made: Dataset, address: str) -> None:
    text = _text(_browser(GARDENER, made).get(f"/api/collections/bancs/{address}".rstrip("/")))
    assert "Valeur-" not in text


def test_administrator_reads_everything(made: Dataset) -> None:
    result = _browser(ADMINISTRATOR, made).get(VERSION).context["comparison"]
    assert result.changed == 3
    assert result.unchanged == 0
    assert result.is_complete is True
