"""The form of refusals: problem+json (RFC 9457) for machines, a page for people, the same fault in both."""

import pytest
from django.test import Client

from tests.people import PUBLIC
from tests.protocols import ITEMS, get
from tests.world import PLAYGROUNDS, TREES, World


@pytest.mark.parametrize(
    "path", ["/api/collections/rien", "/api/rien", f"/api/collections/{TREES}/items?limit=0"]
)
def test_a_problem_has_the_members_of_the_rfc(world: World, path: str) -> None:
    answer = get(path)
    document = answer.document
    told = {type(document[name]) for name in ("type", "title", "detail")}, document["status"]
    assert told == ({str}, answer.status)


@pytest.mark.parametrize("path", ["/catalogue/rien/", "/rien/", f"/catalogue/{TREES}/?limit=0"])
def test_people_get_a_page(world: World, path: str) -> None:
    assert get(path).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path", ["/api/collections/rien", "/catalogue/rien/", f"/api/collections/{TREES}/items?limit=0"]
)
def test_no_cache_keeps_a_refusal(world: World, path: str) -> None:
    assert get(path).headers["Cache-Control"] == "no-store"


def test_the_challenge_is_told_in_french(world: World) -> None:
    assert ITEMS.ask(PUBLIC, slug=PLAYGROUNDS).document["title"] == "Identification requise"


def test_a_defect_is_told_without_its_cause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("mot de passe de la base : secret")

    monkeypatch.setattr("layers.access.visible", fail)
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    answer = client.get("/api/collections")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.content.decode()


def test_the_probes_answer_without_a_portal(db: None) -> None:
    client = Client(headers={"host": "localhost"})
    assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_form_without_its_token_is_explained_in_french(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = client.post("/compte/connexion/", {"username": "a", "password": "b"})
    assert (answer.status_code, "Revenez à la page précédente" in answer.content.decode()) == (403, True)
