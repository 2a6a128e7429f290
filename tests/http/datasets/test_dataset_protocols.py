"""A dataset comes out of the same doors as a layer written in code, with or without geometry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datasets.definitions import SchemaField
from datasets.models import Dataset
from layers.crs import CRS84, LAMBERT_93, SERVED, Crs
from layers.models import Commune
from tests import protocols
from tests.deliveries import BENCH_TITLES, BENCHES, bench, counts, dataset, field, published
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import PUBLIC
from tests.protocols import OF_A_LAYER, OF_THE_CATALOGUE, Protocol, items, matched, values

_TILES = [protocols.TILE, protocols.TILEJSON, protocols.OGC_TILE, protocols.TILESET]
# What is drawn: a table has none of it, and a list of no style.
_DRAWN = [*_TILES, protocols.STYLE, protocols.LEGEND]
_PLACELESS = [p for p in OF_A_LAYER if p not in _DRAWN]


@pytest.fixture
def benches(communes: dict[str, Commune]) -> None:
    published(dataset(), bench("B1", "Banc de Meudon"), bench("B2", "Banc de Sèvres", at=SEVRES))


@pytest.fixture
def population(communes: dict[str, Commune]) -> None:
    counts()


@pytest.mark.parametrize("protocol", OF_A_LAYER, ids=str)
def test_dataset_answers_on_every_protocol(benches: None, protocol: Protocol) -> None:
    assert protocol.ask(PUBLIC, slug="bancs", pk=1).status == 200


@pytest.mark.parametrize("protocol", _PLACELESS, ids=str)
def test_table_answers_on_every_protocol(population: None, protocol: Protocol) -> None:
    assert protocol.ask(PUBLIC, slug="population", pk=1).status == 200


@pytest.mark.parametrize("protocol", OF_THE_CATALOGUE, ids=str)
def test_catalogue_lists_datasets(benches: None, population: None, protocol: Protocol) -> None:
    assert protocol.ask(PUBLIC).shows(["bancs", "population"]) >= {"bancs"}


@pytest.mark.parametrize("protocol", _DRAWN, ids=str)
def test_table_is_not_drawn(population: None, protocol: Protocol) -> None:
    assert protocol.ask(PUBLIC, slug="population", pk=1).status == 404


@pytest.mark.parametrize("parameter", ["near=2.2,48.8&radius=10", "within=POINT(2 48)"])
def test_table_refuses_to_be_searched_on_the_ground(population: None, parameter: str) -> None:
    answer = protocols.get(f"/api/collections/population/items?{parameter}")
    assert (answer.status, parameter.split("=")[0] in answer.body) == (400, True)


@pytest.mark.parametrize("bbox", ["2,48,3,49", "10,10,11,11"])
def test_every_row_of_a_table_answers_a_box(population: None, bbox: str) -> None:
    """OGC 17-069r4, /req/core/fc-bbox-response C: rows without geometry are not filtered out."""
    assert matched(items("population", {"bbox": bbox, "bbox-crs": CRS84.uri})) == 3


@pytest.mark.parametrize("crs", SERVED, ids=lambda crs: crs.title)
@pytest.mark.parametrize("path", ["items", "items/1"])
def test_table_answers_in_every_crs(population: None, path: str, crs: Crs) -> None:
    """OGC 18-058r1, /req/crs/ogc-crs-header."""
    answer = protocols.ask(f"/api/collections/population/{path}", {"crs": crs.uri})
    assert answer.headers["Content-Crs"] == f"<{crs.uri}>"


def test_table_answers_in_crs84_without_a_crs(population: None) -> None:
    assert items("population").headers["Content-Crs"] == f"<{CRS84.uri}>"


def test_table_lists_the_crs_and_has_no_extent_in_space(population: None) -> None:
    document = protocols.get("/api/collections/population").document
    assert document["crs"] == [crs.uri for crs in SERVED]
    assert document["storageCrs"] == CRS84.uri
    assert "spatial" not in document.get("extent", {})


@pytest.mark.parametrize("extension", ["csv", "xlsx", "gpkg"])
def test_table_is_a_file_in_every_crs(population: None, extension: str) -> None:
    answer = protocols.ask(f"/export/population.{extension}", {"bbox": "2,48,3,49", "crs": LAMBERT_93.uri})
    assert answer.status == 200


def test_table_refuses_a_crs_that_is_not_served(population: None) -> None:
    answer = items("population", {"crs": "EPSG:27572"})
    assert (answer.status, answer.document["parameter"]) == (400, "crs")


def test_table_refuses_a_spatial_filter(population: None) -> None:
    answer = items("population", {"filter": "S_INTERSECTS(geom, POINT(2 48))"})
    assert (answer.status, "geom" in answer.body) == (400, True)


def test_table_answers_to_commune(population: None) -> None:
    assert values(items("population", {"commune": MEUDON}), "habitants") == [46000]


def test_table_gives_a_null_geometry(population: None) -> None:
    assert [feature["geometry"] for feature in items("population").document["features"]] == [None] * 3


def test_table_row_has_a_null_geometry(population: None) -> None:
    assert protocols.ITEM.ask(PUBLIC, slug="population", pk=1).document["geometry"] is None


def test_table_names_no_geometry_to_filter_on(population: None) -> None:
    assert "geom" not in protocols.QUERYABLES.ask(PUBLIC, slug="population").document["properties"]


def test_dataset_answers_to_commune(benches: None) -> None:
    assert values(items("bancs", {"commune": SEVRES}), "nom") == ["Banc de Sèvres"]


def test_dataset_filters_on_its_fields(benches: None) -> None:
    assert matched(items("bancs", {"filter": "prix > 12 AND neuf = true AND nom LIKE '%Meudon'"})) == 1


def test_dataset_is_invisible_before_its_first_delivery_is_online(communes: dict[str, Commune]) -> None:
    dataset()
    assert items("bancs").status == 404


def test_new_delivery_changes_the_validators(benches: None) -> None:
    before = items("bancs").headers["ETag"]
    published(Dataset.objects.get(), bench("B3", at=BOULOGNE))
    assert items("bancs").headers["ETag"] != before


@pytest.mark.parametrize("form", ["json", "jsonfg"])
@pytest.mark.parametrize(
    "instant", ["2026-03-29T00:30:00+01:00", "2026-07-01T10:00:00.250Z", "1900-01-01T12:00:00Z", None]
)
def test_a_feature_alone_is_written_as_in_the_list(
    communes: dict[str, Commune], form: str, instant: str | None
) -> None:
    schema = replace(BENCHES, fields=(*BENCHES.fields, field("vu", "datetime")))
    titles = (*BENCH_TITLES, "vu")
    published(dataset("bancs", schema), [*bench(pose=""), instant], schema=schema, titles=titles)
    (listed,) = items("bancs", {"f": form}).document["features"]
    alone = protocols.ask(f"/api/collections/bancs/items/{listed['id']}", {"f": form}).document
    assert {name: alone[name] for name in listed} == listed


@pytest.mark.parametrize(
    ("dated", "chosen", "count"),
    [((), "", 0), ((field("vu", "datetime"),), "", 1), ((field("vu", "datetime"),), "vu", 0)],
    ids=["one", "two", "one-of-two"],
)
def test_the_only_date_of_a_dataset_or_the_one_chosen_dates_its_features(
    communes: dict[str, Commune], dated: tuple[SchemaField, ...], chosen: str, count: int
) -> None:
    schema = replace(BENCHES, fields=(*BENCHES.fields, *dated), time_field=chosen)
    titles = (*BENCH_TITLES, *(one.source for one in dated))
    published(
        dataset("bancs", schema),
        [*bench(), *("2020-01-01T12:00:00Z" for _ in dated)],
        schema=schema,
        titles=titles,
    )
    assert matched(items("bancs", {"datetime": "1999-12-31"})) == count
