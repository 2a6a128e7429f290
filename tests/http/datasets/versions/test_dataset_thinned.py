"""A thinned version stays in the history, shown as such, and nobody can look at rows that are gone."""

from __future__ import annotations

import pytest
from django.test import Client

from datasets.loading.sql.tables import drop_tables
from datasets.models import Delivery
from tests.deliveries import bench, dataset, published
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.usefixtures("communes")


def thinned() -> Client:
    """Thin the first of two versions; return the client of an administrator."""
    made = dataset()
    first = published(made, bench(nom="Banc disparu"))
    published(made, bench())
    Delivery.objects.filter(pk=first.pk).update(state="thinned")
    drop_tables([first.table])
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_thinned_version_is_listed_as_such() -> None:
    assert "version allégée" in thinned().get("/jeux/bancs/versions/").content.decode()


def test_page_of_a_thinned_version_has_neither_rows_nor_return() -> None:
    page = thinned().get("/jeux/bancs/versions/1/").content.decode()
    result = [words in page for words in ("ne sont plus gardées", "Banc disparu", "retablir", 'id="lignes"')]
    assert result == [True, False, False, False]


@pytest.mark.parametrize("address", ["export.csv", "export.geojson", "ecarts.geojson"])
def test_rows_of_a_thinned_version_are_gone(address: str) -> None:
    assert thinned().get(f"/jeux/bancs/versions/1/{address}").status_code == 404
