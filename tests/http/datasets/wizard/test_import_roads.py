"""Every file as agents make them by the pages, and some by the command: the same table online, or the same refusal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from datasets.models import Dataset
from datasets.readers.source import ReadOptions
from tests.deliveries import bench, dataset, published
from tests.examples import is_thorough, spread
from tests.export_files import export
from tests.factories import MEUDON, MIDDLES, SEVRES
from tests.gis_files import FILES, GisFile
from tests.gis_files import REFUSED as REFUSED_GIS
from tests.gis_writing import LAYERS, five_layers
from tests.import_roads import Arrival, by_command, by_page, in_words, walked
from tests.messy_files import MessyFile
from tests.messy_tables import REFUSED, TABLES
from tests.people import ADMINISTRATOR
from tests.uploads import work

pytestmark = pytest.mark.usefixtures("communes", "media")
# Both roads read, understand and load by the same code: what the command does is told of one file in eight. What a
# table is read as, the tests of readers say of each: those whose rows are refused are sent, one in six
# of the others, and every second file of GIS.
BY_BOTH = {str(case) for cases in (TABLES, FILES) for case in spread(cases, one_in=8)}
SENT = [
    case
    for rank, case in enumerate(TABLES)
    if case.errors or str(case) in BY_BOTH or rank % 6 == 0 or is_thorough()
]
SENT_FILES = [
    file for rank, file in enumerate(FILES) if str(file) in BY_BOTH or rank % 2 == 0 or is_thorough()
]


@pytest.fixture
def browser(db: None) -> Client:
    """The browser of somebody who may create datasets."""
    client = Client(headers={"host": "localhost"})
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def assert_alike(command: Arrival, page: Arrival) -> None:
    """Both roads read, told and loaded the same."""
    assert page.outcome == command.outcome
    assert page.understood is not None
    for finding in page.understood.findings:
        assert f"  ! {in_words(finding)}\n" in command.words
        assert finding.reason in page.words
    assert command.words.count("\n  ! ") == len(page.understood.findings)
    for field in page.schema.fields:
        for told in (command.words, page.words):
            assert field.source in told
            assert str(field.type.label) in told


@pytest.mark.parametrize("case", SENT, ids=str)
def test_table_comes_online_alike(case: MessyFile, tmp_path: Path, browser: Client) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    page = by_page(browser, path, "page", case.reading)
    if str(case) in BY_BOTH:
        assert_alike(by_command(path, "commande", case.reading), page)
    fields = {item.source: item for item in page.schema.fields}
    assert page.outcome["state"] == ("refused" if case.errors else "online")
    assert len(page.rows) == (0 if case.errors else case.count)
    assert {title: fields[title].type.value for title in case.types} == case.types
    assert {title: fields[title].unit for title in case.units} == case.units
    assert case.key in {(), page.schema.key}
    assert set(case.told.split()) | case.errors <= page.codes
    tells_a_place = page.schema.commune or page.schema.geometry
    assert page.has_commune == bool(page.rows and tells_a_place)


@pytest.mark.parametrize("file", SENT_FILES, ids=str)
def test_file_of_gis_comes_online_alike(file: GisFile, tmp_path: Path, browser: Client) -> None:
    path = file.make(tmp_path)
    page = by_page(browser, path, "page", file.options)
    if str(file) in BY_BOTH:
        assert_alike(by_command(path, "commande", file.options), page)
    rows = page.rows
    assert len(rows) == file.rows
    assert (page.schema.geometry, page.schema.key) == (file.geometry, file.key)
    assert set(file.told) <= page.codes
    assert all(name.isascii() for name in page.schema.by_name)
    assert page.has_commune == bool(file.geometry)
    placed = [row[-1] for row in rows if row[-1]]
    if file.geometry:
        assert placed
        assert all(2.2 < shape.centroid.x < 2.3 and 48.8 < shape.centroid.y < 48.9 for shape in placed)
    if file.size:
        assert abs(placed[0].transform(2154, clone=True).area - file.size) < 0.01 * file.size


def test_our_own_geoparquet_comes_back_alike(tmp_path: Path, browser: Client) -> None:
    ours = published(dataset(), bench("B1"), bench("B2", at=SEVRES))
    path, _written = export("bancs", "parquet", tmp_path)
    command = by_command(path, "commande")
    page = by_page(browser, path, "page")
    assert_alike(command, page)
    assert page.schema.geometry == ours.schema_version.schema.geometry
    assert [row[-1].coords for row in page.rows] == [MIDDLES[MEUDON], MIDDLES[SEVRES]]


def test_other_layers_of_the_same_file_become_datasets_alike(tmp_path: Path, browser: Client) -> None:
    path = five_layers(tmp_path)
    sent = browser.post("/jeux/nouveau/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    work()
    address = sent.headers["Location"].removesuffix("etat/")
    taken = browser.post(f"{address}partie/", {"part": "murs"}).headers["Location"].removesuffix("etat/")
    work()
    first, other = (browser.get(place).context["other_parts"] for place in (address, taken))
    assert (first, other) == (list(LAYERS[1:]), list(LAYERS[:-1]))
    assert_alike(by_command(path, "commande", ReadOptions(layer="murs")), walked(browser, taken, "page"))


def test_what_is_understood_is_told_before_anything_is_loaded_alike(tmp_path: Path, browser: Client) -> None:
    path = five_layers(tmp_path)
    command = by_command(path, "commande", None, "--dry-run")
    sent = browser.post("/jeux/nouveau/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    work()
    page = browser.get(sent.headers["Location"], follow=True).content.decode()
    assert not Dataset.objects.exists()
    for told in ("annee", "Année", "nombre entier", "Hêtre", *LAYERS, "4326"):
        assert told in command.words
        assert told in page


def _written(case: MessyFile) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / case.name
        path.write_bytes(case.content)
        return path

    return make


REFUSED_ALIKE = [(case.title, _written(case), case.refused) for case in REFUSED]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(make, told.replace("\\", ""), id=name)
        for name, make, told in [*REFUSED_ALIKE, *REFUSED_GIS]
    ],
)
def test_file_is_refused_in_the_same_words(
    make: Callable[[Path], Path], told: str, tmp_path: Path, browser: Client
) -> None:
    path = make(tmp_path)
    command = by_command(path, "commande")
    page = by_page(browser, path, "page")
    assert told in page.refusal
    assert page.refusal in page.words
    assert command.refusal.endswith(f"\u00a0: {page.refusal}")
    assert not Dataset.objects.exists()
