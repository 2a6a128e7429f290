"""The table of protocols: each row says all that the house asks of a protocol, and nothing else holds it apart."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from gisportal.protocols import PAGES, PROTOCOLS, WORK, Protocol, Work, is_for_a_person, protocol_of, quota_of
from gisportal.settings import accounts


def row(path: str) -> Protocol:
    return protocol_of(RequestFactory().get(path))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "pages"),
        ("/catalogue/arbres-remarquables/", "pages"),
        ("/api/", "api"),
        ("/api/collections", "api"),
        ("/tiles/communes.json", "tiles"),
        ("/export/communes.csv", "exports"),
        ("/wfs", "wfs"),
        ("/wfs/communes", "wfs"),
        ("/photos/aires-de-jeux/1/photos/2/full.jpg", "photos"),
        ("/apis", "pages"),
        ("/api/explore/v2.1/catalog/exports/dcat/", "explore"),
        ("/api/v2/catalog/datasets/arbres/attachments/notice", "attachments"),
        ("/catalog.rdf", "dcat"),
        ("/explore/dataset/arbres/", "pages"),
    ],
)
def test_a_path_is_of_one_protocol(path: str, name: str) -> None:
    assert row(path).name == name


def test_pages_close_the_table() -> None:
    assert PROTOCOLS[-1] is PAGES


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_a_quota_is_a_policy_of_the_settings(protocol: Protocol) -> None:
    assert protocol.quota == "" or protocol.quota in accounts.RATE_LIMITS


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.quota)
def test_work_is_counted_by_a_policy_of_the_settings(work: Work) -> None:
    assert work.quota in accounts.RATE_LIMITS


# What one visitor asked in the busiest minute of the tours of the browser tests; for what follows the hand on the map
# or on the keyboard, the busiest second for a whole minute.
BUSIEST_MINUTE = {
    "pages": 6 * 60,
    "tiles": 24 * 60,
    "anonymous": 60,
    "searches": 2 * 60,
    "exports": 2,
    "prints": 1,
    "sign-ins": 2,
}


@pytest.mark.parametrize("quota", BUSIEST_MINUTE)
def test_ordinary_use_stays_five_times_below_the_limit_of_a_process(quota: str) -> None:
    assert accounts.RATE_LIMITS[quota] / 2 >= 5 * BUSIEST_MINUTE[quota]


# Requests for each: the file, another reading, the columns, the same without the errors; the tables of its panels.
REQUESTS_IN_A_ROW = {"imports": 4, "pages": 4}


@pytest.mark.parametrize("quota", REQUESTS_IN_A_ROW)
def test_thirty_files_or_dashboards_in_a_row_stay_below_the_limit_of_a_process(quota: str) -> None:
    assert accounts.RATE_LIMITS[quota] // 2 >= 30 * REQUESTS_IN_A_ROW[quota]


COUNTED = {
    "GET /": "pages",
    "GET /carte/": "pages",
    "GET /carte/tableau/arbres/": "pages",
    "GET /api/": "",
    "GET /tiles/arbres/9/1/1.mvt": "tiles",
    "GET /api/collections/arbres/tiles/WebMercatorQuad/9/1/1": "tiles",
    "GET /api/collections/relief/map/tiles/WebMercatorQuad/9/1/1": "tiles",
    "GET /api/tiles/2154_10cm/9/1/1": "tiles",
    "GET /api/tiles/2154_10cm": "",
    "GET /photos/aires-de-jeux/1/photos/2/full.jpg": "pages",
    "GET /recherche/": "searches",
    "GET /recherche/suggestions/": "searches",
    "GET /carte/question/": "searches",
    "GET /carte/question/comprendre/": "searches",
    "GET /carte/question/sujet/": "pages",
    "GET /carte/question/reponse/arbres/1/": "pages",
    "GET /carte/alentours/arbres/": "searches",
    "GET /carte/autour/": "searches",
    "GET /carte/imprimer/": "prints",
    "GET /carte/dessin.svg": "prints",
    "GET /carte/fichier.html": "exports",
    "GET /carte/image.svg": "exports",
    "GET /carte/integree/": "pages",
    "GET /tableaux-de-bord/graphiques/arbres/": "pages",
    "GET /tableaux-de-bord/graphiques/arbres/graphique.csv": "pages",
    "GET /tableaux-de-bord/graphiques/arbres/graphique.svg": "exports",
    "GET /export/arbres.csv": "exports",
    "GET /export/arbres.shp.zip": "exports",
    "GET /export/arbres.notice.txt": "",
    "GET /api/explore/v2.1/catalog/datasets/arbres/exports/csv": "exports",
    "GET /api/explore/v2.1/catalog/exports/dcat/": "",
    "GET /jeux/arbres/versions/2/export.csv": "exports",
    "GET /tableaux-de-bord/arbres/genres.csv": "pages",
    "GET /tableaux-de-bord/arbres/genres.xlsx": "pages",
    "GET /tableaux-de-bord/arbres/genres.png": "exports",
    "GET /tableaux-de-bord/arbres/communes/carte.html": "exports",
    "GET /tableaux-de-bord/arbres/genres/": "pages",
    "POST /telechargements/1/recommencer/": "exports",
    "GET /telechargements/1/": "pages",
    "POST /jeux/nouveau/": "imports",
    "POST /jeux/arbres/import/": "imports",
    **{
        f"POST /jeux/import/1/{step}": "imports"
        for step in ("", "lecture/", "partie/", "sans-erreurs/", "reprendre/")
    },
    "POST /jeux/import/1/abandon/": "pages",
    "GET /jeux/import/1/etat/": "pages",
    "GET /jeux/nouveau/": "pages",
    "POST /compte/connexion/": "sign-ins",
    "GET /compte/connexion/": "pages",
}


@pytest.mark.parametrize(("request_line", "quota"), COUNTED.items(), ids=COUNTED)
def test_a_request_is_counted_by_its_kind_of_work(request_line: str, quota: str) -> None:
    method, path = request_line.split()
    assert quota_of(RequestFactory().generic(method, path)) == quota


def test_a_part_of_a_written_file_is_no_export() -> None:
    assert quota_of(RequestFactory().get("/export/arbres.gpkg", headers={"Range": "bytes=0-99"})) == ""


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/a.css", "/sw.js", "/hors-ligne/"])
def test_what_must_always_be_answered_has_no_policy(path: str) -> None:
    assert quota_of(RequestFactory().get(path)) is None


def test_a_machine_protocol_takes_tokens_of_people_or_of_directories_alone() -> None:
    takers = [protocol for protocol in PROTOCOLS if protocol.is_machine]
    assert [each.name for each in takers if each.takes_tokens is each.has_directory_tokens] == []


def test_a_page_opens_to_no_token() -> None:
    assert not PAGES.takes_tokens


def test_the_form_that_f_names_decides_where_the_protocol_reads_it() -> None:
    request = RequestFactory().get("/api/collections?f=html", headers={"Accept": "application/json"})
    assert is_for_a_person(request)


def test_f_means_nothing_to_a_protocol_that_does_not_read_it() -> None:
    request = RequestFactory().get("/tiles/a/1/1/1.mvt?f=html", headers={"Accept": "application/json"})
    assert not is_for_a_person(request)
