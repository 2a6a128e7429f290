"""Versions that come back or are given up: what is said before, who did it, and what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from datasets.definitions import GeometryRecipe
from datasets.loading.sql.tables import tables_of
from datasets.models import Dataset, Delivery, Upload
from gisportal.accounts.models import User
from gisportal.journal.models import JournalEntry
from tests.deliveries import BENCHES, bench, dataset, deliver, published
from tests.http.datasets.wizard.test_dataset_wizard import browser, feeding, loaded
from tests.people import ADMINISTRATOR, PLANNER

pytestmark = pytest.mark.usefixtures("communes", "media")

VERSIONS = "/jeux/bancs/versions/"


def words(client: Client, address: str) -> str:
    """Return a page on one line, without the spaces of its template."""
    return " ".join(client.get(address).content.decode().split())


@pytest.fixture
def two_versions() -> Dataset:
    """Publish two benches, then one of them changed, another one, and no column of the price."""
    made = dataset()
    published(made, bench("B1"), bench("B2"))
    made.refresh_from_db()
    fields = tuple(field for field in BENCHES.fields if field.name != "prix")
    lines = [
        [value for index, value in enumerate(line) if index != 3]
        for line in (bench("B1", nom="Neuf"), bench("B3"), bench("B4"))
    ]
    published(
        made,
        *lines,
        schema=replace(BENCHES, fields=fields),
        titles=("code", "nom", "places", "neuf", "pose", "lon", "lat"),
        recipe=GeometryRecipe("lonlat", (5, 6)),
    )
    return made


def test_page_of_a_past_version_says_what_its_return_changes_and_asks(two_versions: Dataset) -> None:
    client = browser(ADMINISTRATOR)
    answer = client.get(f"{VERSIONS}1/")
    returned = answer.context["restoration"]
    page = words(client, f"{VERSIONS}1/")
    refused = client.post(f"{VERSIONS}1/retablir/")

    assert (returned.added, returned.changed, returned.removed) == (1, 1, 2)
    assert "<strong>prix</strong> est ajouté (nombre)." in page
    assert (refused.status_code, Dataset.objects.get().online.number) == (400, 2)  # type: ignore[union-attr]

    client.post(f"{VERSIONS}1/retablir/", {"schema-accepts_schema": "on"})
    assert Dataset.objects.get().online.number == 1  # type: ignore[union-attr]


def test_who_may_not_restore_counts_nothing(two_versions: Dataset) -> None:
    answer = feeding(PLANNER, two_versions).get(f"{VERSIONS}1/")
    assert "restoration" not in answer.context


def test_list_of_versions_says_who_put_one_back(two_versions: Dataset) -> None:
    client = browser(ADMINISTRATOR)
    User.objects.filter(username=ADMINISTRATOR.name).update(first_name="Anne", last_name="Exemple")
    client.post(f"{VERSIONS}1/retablir/", {"schema-accepts_schema": "on"})
    pages = [words(client, VERSIONS), words(client, f"{VERSIONS}1/")]
    first, second = Delivery.objects.order_by("number")

    assert all("remise en ligne le " in page and "par Anne Exemple</span>" in page for page in pages)
    assert (first.is_restored, second.is_restored) == (True, False)


def test_version_given_up_leaves_its_report_and_neither_rows_nor_file(media: Path) -> None:
    published(dataset(), bench("B01"))
    client = browser(ADMINISTRATOR)
    delivery = loaded(client, to="bancs")
    button = 'action="/jeux/bancs/versions/2/abandonner/"'
    offered = [button in words(client, address) for address in ("/jeux/", VERSIONS, f"{VERSIONS}2/")]
    client.post(f"{VERSIONS}2/abandonner/")
    delivery.refresh_from_db()

    assert offered == [True, True, True]
    assert (delivery.state, delivery.report["rows_read"]) == ("abandoned", 2)
    assert delivery.table not in tables_of(delivery.dataset_id)
    assert not Upload.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert button not in words(client, VERSIONS)
    assert "Livraison abandonnée" in words(client, f"{VERSIONS}2/")
    entry = JournalEntry.objects.filter(event="version").latest("pk")
    assert (entry.subject, entry.detail) == ("layer bancs", {"after": {"version": 2}, "abandoned": True})


def test_only_a_version_that_waits_is_given_up() -> None:
    published(dataset(), bench())
    answer = browser(ADMINISTRATOR).post(f"{VERSIONS}1/abandonner/")
    assert answer.status_code == 400
    assert "seule une livraison qui attend" in answer.content.decode()
    assert Delivery.objects.get().state == "online"


def test_version_that_waits_says_that_a_later_one_is_online() -> None:
    made = dataset()
    published(made, bench("B1"))
    deliver(made, bench("B2"))
    published(made, bench("B3"))
    client = browser(ADMINISTRATOR)
    listed = "plus ancienne que la version 3, en ligne"

    assert [listed in words(client, address) for address in (VERSIONS, "/jeux/livraisons/")] == [True, True]
    assert "Cette livraison est plus ancienne que la version 3" in words(client, f"{VERSIONS}2/")


def test_version_that_waits_says_that_it_was_compared_with_another() -> None:
    made = dataset()
    published(made, bench("B1"))
    published(made, bench("B2"))
    deliver(made, bench("B3"))
    client = browser(ADMINISTRATOR)
    client.post(f"{VERSIONS}1/retablir/")
    assert "comparée à la version 2 ; depuis, la version 1 est en ligne" in words(client, f"{VERSIONS}3/")
