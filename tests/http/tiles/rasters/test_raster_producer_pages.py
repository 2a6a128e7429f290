"""Pages of producers: who makes and feeds rasters, what a file becomes, how a raster is drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.models import Layer, Raster, RasterVersion, Theme
from publication.models import Submission
from publication.vocabulary import SubmissionState
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, Person
from tests.rasters import online, slope, write_tiff
from tests.world import grant
from tiles.models import RasterUpload
from tiles.rasters.services.uploads import RASTER_UPLOADS

pytestmark = pytest.mark.django_db(transaction=False)


def client(person: Person) -> Client:
    found = Client()
    if not person.is_anonymous:
        found.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return found


def tiff(folder: Path, cells: Any, **profile: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("relief.tif", write_tiff(folder / "relief.tif", cells, **profile).read_bytes())


@pytest.fixture
def fed(communes: Any, media: Path) -> Raster:
    """Return an internal raster that planners feed and put online."""
    raster = online("relief", slope(), title="Relief", unit="m", is_open=False)
    grant(PLANNER, "relief", can_add=True, can_change=True, can_delete=True, can_approve=True)
    return raster


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_who_feeds_no_raster_has_none_of_the_pages(person: Person, fed: Raster) -> None:
    asker = client(person)
    addresses = ["/rasters/", "/rasters/nouveau/", "/rasters/relief/", "/rasters/relief/style/"]
    assert [asker.get(address).status_code for address in addresses] == [404] * 4
    assert asker.post("/rasters/relief/versions/1/publier/").status_code == 404


def test_a_file_becomes_a_version_that_is_put_online_and_taken_back(fed: Raster, tmp_path: Path) -> None:
    planner = client(PLANNER)
    answer = planner.post("/rasters/relief/", {"file": tiff(tmp_path, slope() + 1)})
    upload = RasterUpload.objects.get()
    assert answer["Location"] == f"/rasters/depots/{upload.pk}/"
    assert 'data-state="waiting"' in planner.get(answer["Location"]).content.decode()
    RASTER_UPLOADS.run(upload.pk)
    understood = planner.get(answer["Location"]).content.decode()
    assert 'data-state="ready"' in understood
    for fact in ("EPSG:2154", "50 × 40", "float32"):
        assert fact in understood
    for number in (2, 1):
        planner.post(f"/rasters/relief/versions/{number}/publier/")
        fed.refresh_from_db()
        assert fed.online is not None
        assert fed.online.number == number


def test_a_file_that_is_refused_says_why(fed: Raster, tmp_path: Path) -> None:
    planner = client(PLANNER)
    answer = planner.post("/rasters/relief/", {"file": tiff(tmp_path, slope(), crs=None)})
    RASTER_UPLOADS.run(RasterUpload.objects.get().pk)
    told = planner.get(answer["Location"]).content.decode()
    assert 'data-state="failed"' in told
    assert "EPSG" in re.search(r"notice bad.*?</p>", told, re.DOTALL)[0]  # type: ignore[index]  # there is one
    assert RasterVersion.objects.count() == 1


def test_the_upload_of_somebody_is_theirs_alone(fed: Raster, tmp_path: Path) -> None:
    client(PLANNER).post("/rasters/relief/", {"file": tiff(tmp_path, slope())})
    address = f"/rasters/depots/{RasterUpload.objects.get().pk}/"
    assert client(ADMINISTRATOR).get(address).status_code == 404
    assert client(PUBLIC).get(address).status_code == 404


def test_a_raster_is_made_by_one_person_and_approved_by_another(
    communes: Any, media: Path, tmp_path: Path
) -> None:
    theme = Theme.objects.get_or_create(slug="nature", defaults={"title": "Nature"})[0]
    given = {"title": "Îlots de chaleur", "theme": theme.pk, "kind": "measure", "unit": "°C", "decimals": 1,
             "licence": "etalab-2.0", "visibility": "internal", "nodata": "nan", "is_published": "on"}  # fmt: skip
    asker = client(ADMINISTRATOR)
    given["licence"] = next(iter(Layer._meta.get_field("licence").flatchoices))[0]
    answer = asker.post("/rasters/nouveau/", {**given, "file": tiff(tmp_path, slope())})
    assert answer.status_code == 302, answer.content.decode()
    RASTER_UPLOADS.run(RasterUpload.objects.get().pk)
    raster = Raster.objects.get(layer__slug="ilots-de-chaleur")
    assert raster.online is None
    assert Submission.objects.get(layer=raster.layer).state == SubmissionState.SUBMITTED
    again = asker.post("/rasters/nouveau/", {**given, "file": tiff(tmp_path, slope())})
    assert "Une couche s’appelle déjà" in again.content.decode()


STYLE = {"title": "Relief", "abstract": "", "source": "", "unit": "m", "decimals": 0, "colormap": "ylgn",
         "is_reversed": "on", "low": "0", "high": "4000", "resampling": "bilinear", "opacity": 80,
         "classes-TOTAL_FORMS": 2, "classes-INITIAL_FORMS": 0}  # fmt: skip


def test_a_style_is_written_without_code(fed: Raster) -> None:
    planner = client(PLANNER)
    rows = {"classes-0-title": "Bas", "classes-0-colour": "#112233", "classes-0-upper": "100",
            "classes-1-title": "Haut", "classes-1-colour": "#445566", "classes-1-lower": "100"}  # fmt: skip
    assert planner.post("/rasters/relief/style/", STYLE | rows).status_code == 302
    assert Layer.objects.get(slug="relief").style == {
        "resampling": "bilinear",
        "opacity": 0.8,
        "colormap": "ylgn_r",
        "rescale": [0, 4000],
        "classes": [
            {"title": "Bas", "colour": "#112233", "to": 100},
            {"title": "Haut", "colour": "#445566", "from": 100},
        ],
    }
    shown = planner.get("/rasters/relief/style/").content.decode()
    assert 'value="Bas"' in shown


FAULTS = {
    "ends": ({"low": "5", "high": "1"}, "la plus petite d’abord"),
    "classes": ({"classes-0-title": "Tout"}, "Chaque classe a un nom"),
    "colour map": ({"colormap": "arc-en-ciel"}, "arc-en-ciel"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_style_that_cannot_be_says_what_is_wrong(fault: str, fed: Raster) -> None:
    changes, words = FAULTS[fault]
    answer = client(PLANNER).post("/rasters/relief/style/", STYLE | changes)
    assert answer.status_code == 400
    assert words in answer.content.decode()
