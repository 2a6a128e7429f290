"""The datasets of the demonstration: every version published once, followed from one to the next, and labelled."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from datasets.comparison.services import changes_between
from datasets.models import Dataset, Delivery, ReportLine
from datasets.publication.services import drop_dataset, restore
from datasets.readers.opening import open_source
from gisportal.catalogue import CODED, THEMES
from gisportal.demo.datasets import DATASETS, loading
from gisportal.demo.datasets.definitions import WRITTEN_ON, SampleDataset
from gisportal.demo.datasets.loading import load_datasets
from gisportal.demo.rights import DIG, MEUDON, NEIGHBOUR, PLANNING, TREES, load_groups
from gisportal.demo.sample_rows import load_communes
from layers import access
from layers.errors import UnknownLayer
from layers.models import Commune, DataVersion, Layer
from layers.registry import definition
from layers.services.catalogue import publish_layers
from layers.visitor import Credential, Visitor, system_visitor
from tests.people import PLANNER

pytestmark = pytest.mark.django_db
FILES = Path(__file__).resolve().parents[4] / "fixtures" / "datasets"
SLUGS = [sample.slug for sample in DATASETS]
TABLES = ["population-communale", "collecte-dechets"]
TEXTS = sorted(path.name for path in FILES.iterdir() if path.suffix in {".csv", ".geojson"})
BINARIES = sorted(path.name for path in FILES.iterdir() if path.suffix in {".gpkg", ".zip", ".xlsx"})


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Deliver the datasets once for this file, in a transaction; every test goes back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_communes()
        publish_layers(themes=THEMES, definitions=CODED.all())
        load()
        connection.check_constraints()  # once: each test would check those of every row again
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder where the generator wrote everything again."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, FILES / "make.py", folder], check=True)
    return folder


def load() -> None:
    load_datasets(load_groups(), communes=dict(Commune.objects.values_list("code", "nom")))


def visitor(*groups: str) -> Visitor:
    keys = frozenset(Group.objects.filter(name__in=groups).values_list("pk", flat=True))
    return Visitor(instant=timezone.now(), user_id=1, groups=keys, credential=Credential.SESSION)


def history(slug: str) -> list[tuple[str, str]]:
    """Return file and state of each delivery, the oldest first."""
    found = Delivery.objects.filter(dataset__layer__slug=slug).order_by("number")
    return list(found.values_list("file_name", "state"))


def changes(slug: str) -> list[tuple[int, ...]]:
    """Return rows added, removed and changed by each delivery but the first."""
    found = Delivery.objects.filter(dataset__layer__slug=slug, number__gt=1).order_by("number")
    return [tuple(d.comparison[name] for name in ("added", "removed", "changed")) for d in found]


def rows(path: Path) -> list[Any]:
    with open_source(path) as source:
        return [source.titles, *source.rows()]


@pytest.mark.parametrize("sample", DATASETS, ids=SLUGS)
def test_every_version_was_online_in_order(loaded: None, sample: SampleDataset) -> None:
    *past, last = sample.files
    assert history(sample.slug) == [*((name, "past") for name in past), (last, "online")]


def test_nothing_is_found_in_them_but_years_that_are_added(loaded: None) -> None:
    assert set(ReportLine.objects.values_list("code", flat=True)) == {"row-count"}


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("population-communale", [(8, 0, 0), (8, 0, 0)]),
        ("stations-velos", [(6, 1, 0), (2, 3, 7)]),
        ("amenagements-cyclables", [(9, 1, 3)]),
        ("espaces-verts", [(3, 1, 4)]),
        ("collecte-dechets", [(40, 0, 1)]),
        ("comptages-routiers", [(0, 0, 0), (4, 0, 2)]),
    ],
)
def test_rows_are_followed_from_version_to_version(
    loaded: None, slug: str, expected: list[tuple[int, ...]]
) -> None:
    assert changes(slug) == expected


@pytest.mark.parametrize(
    ("slug", "added"), [("collecte-dechets", "part_valorisee"), ("comptages-routiers", "tmja_2024")]
)
def test_a_second_version_adds_a_field(loaded: None, slug: str, added: str) -> None:
    found = Delivery.objects.select_related("schema_version").filter(dataset__layer__slug=slug)
    first, second = (found.get(number=number).schema_version.schema for number in (1, 2))
    assert [change.kind for change in changes_between(first, second) if change.kind == "added"] == ["added"]
    assert second.by_name.keys() - first.by_name.keys() == {added}


@pytest.mark.parametrize(
    ("slug", "geometry"),
    [
        ("population-communale", ""),
        ("stations-velos", "Point"),
        ("amenagements-cyclables", "LineString"),
        ("espaces-verts", "Polygon"),
        ("collecte-dechets", ""),
        ("comptages-routiers", "Point"),
    ],
)
def test_geometry_is_found_in_the_file(loaded: None, slug: str, geometry: str) -> None:
    assert definition(slug).geometry.value == geometry


@pytest.mark.parametrize("slug", SLUGS)
def test_every_row_is_in_a_commune_and_every_commune_has_some(loaded: None, slug: str) -> None:
    codes = set(definition(slug).model._default_manager.values_list("commune_id", flat=True))
    assert codes == set(Commune.objects.values_list("code", flat=True))


@pytest.mark.parametrize("sample", DATASETS, ids=SLUGS)
def test_words_are_those_of_the_fields_online(loaded: None, sample: SampleDataset) -> None:
    online = Dataset.objects.get(layer__slug=sample.slug).online
    assert online is not None
    assert {field.name for field in online.schema_version.schema.fields} == set(sample.words)


def test_population_is_the_one_of_the_communes(loaded: None) -> None:
    last = definition("population-communale").model._default_manager.filter(f2=2023)
    assert dict(last.values_list("commune_id", "f3")) == dict(
        Commune.objects.values_list("code", "population")
    )


def test_all_but_the_populations_say_they_are_samples(loaded: None) -> None:
    found = Layer.objects.filter(slug__in=SLUGS, is_sample=False).exclude(source="")
    assert list(found.values_list("slug", flat=True)) == ["population-communale"]


@pytest.mark.parametrize("slug", [sample.slug for sample in DATASETS if not sample.readers])
def test_the_public_asks_for_a_commune(loaded: None, client: Client, slug: str) -> None:
    answer = client.get(f"/api/collections/{slug}/items", {"commune": "92048", "limit": 1}).json()
    assert answer["numberMatched"] > answer["numberReturned"] == 1


@pytest.mark.parametrize("slug", TABLES)
def test_a_table_has_no_tiles(loaded: None, client: Client, slug: str) -> None:
    assert client.get(f"/tiles/{slug}.json").status_code == 404


@pytest.mark.parametrize("groups", [(), (NEIGHBOUR,)])
def test_the_internal_one_is_hidden_from_the_others(loaded: None, groups: tuple[str, ...]) -> None:
    with pytest.raises(UnknownLayer):
        access.scope(visitor(*groups), "comptages-routiers")


@pytest.mark.parametrize(("group", "reads"), [(DIG, True), (PLANNING, False)])
def test_serial_numbers_are_read_by_the_producer_alone(loaded: None, group: str, reads: bool) -> None:
    names = {field.name for field in access.scope(visitor(group), "comptages-routiers").fields}
    assert ("n_serie_capteur" in names) is reads


def test_the_producer_feeds_its_dataset(loaded: None) -> None:
    scope = access.scope(visitor("Espaces verts"), "espaces-verts")
    assert scope.can_change is True
    assert scope.can_approve is True


@pytest.mark.parametrize(("group", "reads"), [(TREES, True), (MEUDON, False)])
def test_the_health_of_street_trees_is_read_by_their_service_alone(
    loaded: None, group: str, reads: bool
) -> None:
    names = {field.name for field in access.scope(visitor(group), "arbres-alignement").fields}
    assert ("etat" in names) is reads


def test_days_of_a_file_of_today_are_moved_to_the_day_of_the_load() -> None:
    moved = loading._moved(b'"fin": "2026-01-05", "code": "2026-01"', dt.timedelta(days=30))
    assert moved == b'"fin": "2026-02-04", "code": "2026-01"'


def test_loading_again_delivers_nothing(loaded: None) -> None:
    def state() -> list[object]:
        touched = Layer.objects.filter(slug__in=SLUGS).order_by("pk").values_list("slug", "updated_at")
        return [Delivery.objects.count(), *touched, *DataVersion.objects.order_by("pk").values_list()]

    before = state()
    load()
    assert state() == before


def test_loading_again_leaves_the_version_people_chose(loaded: None) -> None:
    restore(
        delivery=Delivery.objects.get(dataset__layer__slug="espaces-verts", number=1),
        visitor=system_visitor(),
    )
    load()
    assert history("espaces-verts") == [("espaces-verts-1.zip", "online"), ("espaces-verts-2.zip", "past")]


def test_loading_again_puts_back_what_the_layer_says(loaded: None) -> None:
    Layer.objects.filter(slug="comptages-routiers").update(visibility="open")
    load()
    assert Layer.objects.get(slug="comptages-routiers").visibility == "internal"


def test_a_dropped_dataset_comes_back_whole(loaded: None) -> None:
    drop_dataset(dataset=Dataset.objects.get(layer__slug="espaces-verts"), visitor=system_visitor())
    load()
    assert history("espaces-verts") == [("espaces-verts-1.zip", "past"), ("espaces-verts-2.zip", "online")]


def test_a_version_added_to_the_sample_is_delivered_alone(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_dataset(dataset=Dataset.objects.get(layer__slug="stations-velos"), visitor=system_visitor())
    sample = next(sample for sample in DATASETS if sample.slug == "stations-velos")
    for count in (1, 3):
        monkeypatch.setattr(loading, "DATASETS", [replace(sample, files=sample.files[:count])])
        load()
    assert [state for _name, state in history("stations-velos")] == ["past", "past", "online"]


@pytest.mark.parametrize("is_of_somebody", [False, True])
def test_a_sample_whose_file_changed_follows_it_unless_somebody_delivered(
    loaded: None, monkeypatch: pytest.MonkeyPatch, is_of_somebody: bool
) -> None:
    dataset = Dataset.objects.get(layer__slug="stations-velos")
    sample = next(sample for sample in DATASETS if sample.slug == "stations-velos")
    dataset.deliveries.update(file_sha256="")  # of other files, then
    if is_of_somebody:
        dataset.deliveries.filter(state="online").update(delivered_by=PLANNER.account())
    monkeypatch.setattr(loading, "DATASETS", [replace(sample, files=sample.files[-1:])])
    before = dataset.deliveries.count()
    loading.renew_datasets(communes=dict(Commune.objects.values_list("code", "nom")), anchor=WRITTEN_ON)
    assert (dataset.deliveries.count() > before) is not is_of_somebody


def test_files_are_small() -> None:
    sizes = [(FILES / name).stat().st_size for name in [*TEXTS, *BINARIES]]
    assert {name for sample in DATASETS for name in sample.files} <= {*TEXTS, *BINARIES}
    assert max(sizes) < 150_000
    assert sum(sizes) < 3_000_000


@pytest.mark.parametrize("name", TEXTS)
def test_the_generator_writes_the_same_text(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (FILES / name).read_bytes()


@pytest.mark.parametrize("name", BINARIES)
def test_the_generator_writes_the_same_rows(made: Path, name: str) -> None:
    assert rows(made / name) == rows(FILES / name)
