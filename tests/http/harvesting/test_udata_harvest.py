"""The national portal harvests twice: same items, no second file, what is withdrawn is missing, the rest is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layers.models import Theme
from metadata.records import Record
from tests.examples import is_thorough
from tests.records import record
from tests.udata_harvest import UdataHarvester
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

EXPLORE = (
    "http://localhost/api/explore/v2.1/catalog/exports/dcat/?include_exports=json,csv,shp,geojson&lang=fr"
)
SOURCES = ("http://localhost/catalog.rdf?page_size=10", EXPLORE)
SIZES = [0, 1, 26, *([500] if is_thorough() else [])]


@pytest.fixture
def published(catalogue: None, monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """The public records, which a test changes."""
    records: list[Record] = []
    monkeypatch.setattr("harvesting.public_catalogue.public_records", lambda **_where: list(records))
    return records


def changed() -> None:
    """Count a write to the catalogue, as a publication or a withdrawal does."""
    Theme.objects.update(rank=1)


@pytest.mark.parametrize("source", SOURCES, ids=["pages", "explore"])
@pytest.mark.parametrize("size", SIZES)
def test_a_second_harvest_keeps_the_items_of_the_first(
    published: list[Record], source: str, size: int
) -> None:
    published += [record(f"jeu-{number:03}", former_id=f"ancien_{number}") for number in range(size)]
    harvester = UdataHarvester(source)
    first = harvester.run()
    before = {identifier: replace(item) for identifier, item in harvester.datasets.items()}
    withdrawn = {published.pop().path} if size > 1 else set()
    if published:
        published[0] = replace(published[0], title="Autre titre")
    changed()
    second = harvester.run()
    missing = {path for path in harvester.datasets if harvester.datasets[path].is_missing}
    assert [first.skipped, first.failed, second.skipped, second.failed] == [{}, {}, {}, {}]
    assert len(before) == len(harvester.datasets) == size
    assert missing == {f"http://localhost{path}" for path in withdrawn}
    assert {key: item.number for key, item in before.items()} == {
        key: item.number for key, item in harvester.datasets.items()
    }
    assert all(before[key].resources == item.resources for key, item in harvester.datasets.items())
    if published:
        assert harvester.datasets[f"http://localhost{published[0].path}"].title == "Autre titre"


def test_services_are_harvested_once_with_the_datasets_that_they_serve(world: World) -> None:
    harvester = UdataHarvester("http://localhost/catalog.jsonld?page_size=3")
    run = harvester.run()
    assert run.failed == {}
    assert set(harvester.services) == {f"http://localhost/{path}" for path in ("wfs", "api/", "api/tiles")}
    assert all(set(item.datasets) <= harvester.datasets.keys() for item in harvester.services.values())


def test_pages_hold_each_dataset_whole_and_the_last_has_no_next(published: list[Record]) -> None:
    published += [record(f"jeu-{number}") for number in range(5)]
    harvester = UdataHarvester("http://localhost/catalog.ttl?page_size=2")
    run = harvester.run()
    assert (run.pages, run.total_items, len(harvester.datasets)) == (3, 5, 5)
    assert {len(item.resources) for item in harvester.datasets.values()} == {2}
