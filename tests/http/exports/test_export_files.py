"""``/export/{layer}.{format}``: what a client gets, keeps, resumes, and is refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest
from django.test import Client
from pytest_django import Settings

from export_formats.registry import FORMATS
from heritage.models import RemarkableTree
from layers.models import Grant
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import EXPORT_CSV, Answer, ask, get, items, read
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, MATRICULE, PLAYGROUNDS, TREES, World, grant

CSV = f"/export/{TREES}.csv"
GPKG = f"/export/{TREES}.gpkg"
every_format = pytest.mark.parametrize("extension", FORMATS)
SECRETS = ("etat_sanitaire", "tat sanitaire", "angereux", "matricule", MATRICULE)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep the exports of a test apart."""
    folder = tmp_path / "exports"
    settings.EXPORT_FOLDER = folder
    return folder


@every_format
def test_an_open_layer_is_a_file_of_its_format(world: World, extension: str) -> None:
    answer = get(f"/export/{TREES}.{extension}")
    told = {
        name: answer.headers.get(name) for name in ("Content-Type", "OGC-NumberReturned", "Accept-Ranges")
    }
    assert (answer.status, told) == (
        200,
        {"Content-Type": FORMATS[extension].media_type, "OGC-NumberReturned": "2", "Accept-Ranges": "bytes"},
    )


@every_format
def test_the_file_is_named_by_layer_and_day(world: World, extension: str) -> None:
    name = get(f"/export/{TREES}.{extension}").headers["Content-Disposition"]
    assert name.startswith(f'attachment; filename="{TREES}_20') and name.endswith(f'.{extension}"')


@every_format
def test_a_protected_field_is_in_no_file(world: World, extension: str) -> None:
    shown = {
        str(person): get(f"/export/{TREES}.{extension}", person).shows(SECRETS)
        for person in (PUBLIC, PLANNER)
    }
    assert shown == dict.fromkeys(shown, frozenset())


@pytest.mark.parametrize("extension", sorted(set(FORMATS) - {"parquet"}))
def test_its_readers_find_it_in_every_file(world: World, extension: str) -> None:
    answer = get(f"/export/{TREES}.{extension}", GARDENER)
    assert answer.shows([MATRICULE]) == {MATRICULE}


@every_format
def test_a_file_holds_the_rows_of_its_reader(world: World, extension: str) -> None:
    answer = get(f"/export/{PLAYGROUNDS}.{extension}", TOWN_AGENT)
    assert answer.shows(ALL_PLAYGROUNDS) == IN_MEUDON


def test_two_scopes_never_share_a_file(world: World) -> None:
    get(f"/export/{PLAYGROUNDS}.csv", PLANNER)
    assert EXPORT_CSV.ask(TOWN_AGENT, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) == IN_MEUDON


def test_a_grant_that_ended_closes_the_files_it_opened(world: World) -> None:
    get(f"/export/{PLAYGROUNDS}.csv", PLANNER)
    Grant.objects.filter(group__name=PLANNER.groups[0]).delete()
    assert get(f"/export/{PLAYGROUNDS}.csv", PLANNER).status == 404


@every_format
def test_who_sees_without_downloading_is_refused(world: World, extension: str) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    answer = get(f"/export/{PLAYGROUNDS}.{extension}", PLANNER)
    assert (answer.status, answer.shows(ALL_PLAYGROUNDS)) == (403, frozenset())


def test_one_grant_that_downloads_is_enough(world: World) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    grant(PLANNER, PLAYGROUNDS, can_download=True)
    assert get(f"/export/{PLAYGROUNDS}.csv", PLANNER).status == 200


QUESTIONS = [
    {"commune": MEUDON},
    {"bbox": "2.19,48.79,2.215,48.83"},
    {"bbox": "640000,6855000,644000,6859000", "bbox-crs": "EPSG:2154"},
    {"near": "2.21,48.81", "radius": "500"},
    {"within": "POLYGON((2.2 48.8, 2.22 48.8, 2.22 48.82, 2.2 48.82, 2.2 48.8))"},
    {"filter": "nom_vernaculaire LIKE 'Plat%'"},
    {"filter": "remarquable = true AND NOT (commune = '92012')"},
    {"q": "cedre"},
    {"datetime": "2024-01-01/.."},
    {"remarquable": "true"},
    {"sortby": "-nom_vernaculaire"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: urlencode(question)[:40])
def test_a_question_selects_the_same_rows_as_items(world: World, question: dict[str, str]) -> None:
    factories.tree("Bouleau", at=BOULOGNE, remarquable=False)
    expected = [feature["id"] for feature in items(TREES, question).document["features"]]
    exported = ask(f"/export/{TREES}.geojson", question).document["features"]
    assert [feature["id"] for feature in exported] == expected


BAD = [
    ("csv", {"limit": "10"}, "limit"),
    ("csv", {"cursor": "abc"}, "cursor"),
    ("csv", {"couleur": "rouge"}, "couleur"),
    ("csv", {"f": "json"}, "f"),
    ("csv", {"bbox": "1,2,3"}, "bbox"),
    ("csv", {"crs": "EPSG:27572"}, "crs"),
    ("csv", {"properties": "inconnue"}, "properties"),
    ("csv", {"sortby": "matricule"}, "sortby"),
    ("csv", {"filter": "matricule = 'x'"}, "filter"),
    ("kml", {"crs": "EPSG:2154"}, "crs"),
    ("geojsonl", {"crs": "EPSG:2154"}, "crs"),
    ("dwg", {}, "format"),
    ("zip", {}, "format"),
]


@pytest.mark.parametrize(("extension", "question", "culprit"), BAD)
def test_what_cannot_be_done_is_named(
    world: World, extension: str, question: dict[str, str], culprit: str
) -> None:
    answer = ask(f"/export/{TREES}.{extension}", question)
    assert (answer.status, answer.document["parameter"]) == (400, culprit)


@pytest.mark.parametrize("path", ["/export/", f"/export/{TREES}", f"/export/{TREES}.", "/export/.csv"])
def test_an_address_without_layer_or_format_is_not_found(world: World, path: str) -> None:
    assert get(path).status == 404


def test_a_file_is_read_only(world: World) -> None:
    assert Client(headers={"host": "localhost"}).post(CSV).status_code == 405


def held(path: str, etag: str) -> Answer:
    """Ask as who has a copy."""
    return read(Client(headers={"host": "localhost", "if-none-match": etag}).get(path))


@pytest.mark.parametrize("etag", ["{etag}", "W/{etag}", '"autre", {etag}', "*"])
def test_who_has_the_file_is_told_so(world: World, etag: str) -> None:
    first = get(CSV)
    answer = held(CSV, etag.format(etag=first.headers["ETag"]))
    assert (answer.status, answer.body) == (304, "")


def test_a_copy_written_before_is_still_good(world: World, settings: Settings) -> None:
    first = get(CSV)
    for path in settings.EXPORT_FOLDER.iterdir():
        path.unlink()
    assert held(CSV, first.headers["ETag"]).status == 304


def test_a_change_of_the_data_is_a_new_file(world: World) -> None:
    first = get(CSV)
    RemarkableTree.objects.update(genre="Cedrus")
    answer = held(CSV, first.headers["ETag"])
    assert (answer.status, "Cedrus" in answer.body) == (200, True)


def test_the_same_file_serves_twice(world: World, settings: Settings) -> None:
    tags = {get(GPKG).headers["ETag"] for _time in range(2)}
    assert (len(tags), len(list(settings.EXPORT_FOLDER.iterdir()))) == (1, 1)


def ranged(path: str, asked: str, **headers: str) -> tuple[int, bytes, str]:
    """Ask for a part; return the status, the bytes and where they are."""
    response = Client(headers={"host": "localhost", "range": asked} | headers).get(path)
    return response.status_code, response.getvalue(), response.headers.get("Content-Range", "")


RANGES = [
    ("bytes=0-15", slice(0, 16)),
    ("bytes=16-", slice(16, None)),
    ("bytes=-20", slice(-20, None)),
    ("bytes=100-99999999", slice(100, None)),
]


@pytest.mark.parametrize(("asked", "part"), RANGES)
@pytest.mark.parametrize("path", [GPKG, CSV])
def test_a_part_of_the_file_is_sent(world: World, path: str, asked: str, part: slice) -> None:
    whole = Client(headers={"host": "localhost"}).get(path).getvalue()
    wanted = whole[part]
    start = part.indices(len(whole))[0]
    place = f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert ranged(path, asked, **{"accept-encoding": "gzip, br"}) == (206, wanted, place)


def test_a_part_outside_of_the_file_is_refused(world: World) -> None:
    size = len(Client(headers={"host": "localhost"}).get(GPKG).getvalue())
    status, body, place = ranged(GPKG, f"bytes={size}-")
    assert status == 416
    assert json.loads(body)["status"] == 416
    assert place == f"bytes */{size}"


def test_head_has_no_part(world: World) -> None:
    response = Client(headers={"host": "localhost", "range": "bytes=0-15"}).head(GPKG)
    response.close()
    assert (response.status_code, "Content-Range" in response.headers) == (200, False)


def test_the_parameters_offered_instead_are_those_of_a_file(world: World) -> None:
    offered = ask(CSV, {"couleur": "rouge"}).document["detail"].partition("connus")[2]
    assert [name for name in ("bbox", "preparer", "limit", "cursor") if f" {name}" in offered] == [
        "bbox",
        "preparer",
    ]


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"])
def test_a_part_that_is_not_understood_is_the_whole_file(world: World, asked: str) -> None:
    assert ranged(GPKG, asked)[::2] == (200, "")


def test_a_download_goes_on_with_the_same_file(world: World) -> None:
    etag = get(GPKG).headers["ETag"]
    assert ranged(GPKG, "bytes=10-19", **{"if-range": etag})[0] == 206


def test_a_download_does_not_go_on_with_another_file(world: World) -> None:
    etag = get(GPKG).headers["ETag"]
    RemarkableTree.objects.update(genre="Cedrus")
    assert ranged(GPKG, "bytes=10-19", **{"if-range": etag})[0] == 200


def test_head_tells_the_size_without_the_file(world: World) -> None:
    response = Client(headers={"host": "localhost"}).head(GPKG)
    size = len(Client(headers={"host": "localhost"}).get(GPKG).getvalue())
    assert (read(response).body, response.headers["Content-Length"]) == ("", str(size))


def test_a_text_is_compressed_and_its_etag_is_weak(world: World) -> None:
    factories.tree("Bouleau " * 10, at=BOULOGNE)
    response = Client(headers={"host": "localhost", "accept-encoding": "gzip"}).get(CSV)
    told = (response.headers.get("Content-Encoding"), response.headers["ETag"][:2])
    response.close()
    assert told == ("gzip", "W/")


@pytest.mark.parametrize(("person", "kept"), [(PUBLIC, "public, no-cache"), (GARDENER, "private, no-cache")])
def test_only_open_data_is_kept_by_everybody(world: World, person: Person, kept: str) -> None:
    assert EXPORT_CSV.ask(person, slug=TREES).headers["Cache-Control"] == kept


def test_the_licence_is_told_beside_the_file(world: World) -> None:
    assert 'rel="license"' in get(CSV).headers["Link"]


@pytest.mark.parametrize(
    ("extension", "asked", "told"),
    [
        ("gpkg", "EPSG:2154", "EPSG/0/2154"),
        ("geojson", "EPSG:4326", "OGC/1.3/CRS84"),
        ("gml", "EPSG:4326", "EPSG/0/4326"),
    ],
)
def test_the_crs_of_the_file_is_told(world: World, extension: str, asked: str, told: str) -> None:
    assert ask(f"/export/{TREES}.{extension}", {"crs": asked}).headers["Content-Crs"].endswith(f"{told}>")


def test_parquet_says_licence_and_count(world: World) -> None:
    content = Client(headers={"host": "localhost"}).get(f"/export/{TREES}.parquet").getvalue()
    notice = pq.ParquetFile(io.BytesIO(content)).metadata.metadata[b"notice"].decode()
    assert "Licence Ouverte 2.0" in notice
    assert "Nombre de lignes\xa0: 2" in notice


@pytest.mark.parametrize(("extension", "asked"), [("gpkg", "libelles"), ("csv", "jolis")])
def test_headings_that_a_format_does_not_have_are_refused_by_name(
    world: World, extension: str, asked: str
) -> None:
    answer = get(f"/export/{TREES}.{extension}?entetes={asked}")
    assert (answer.status, answer.document["parameter"]) == (400, "entetes")


@pytest.mark.parametrize("page", [f"/catalogue/{TREES}/", f"/carte/telecharger/?couches={TREES}"])
def test_pages_ask_the_form_for_people_of_spreadsheets_alone(world: World, page: str) -> None:
    found = re.findall(rf'href="/export/{TREES}\.([\w.]+)(\?entetes=libelles)?"', get(page).body)
    asked = {extension: bool(form) for extension, form in reversed(found)}
    assert asked == {name: name in {"csv", "excel.csv", "xlsx"} for name in (*FORMATS, "notice.txt")}
