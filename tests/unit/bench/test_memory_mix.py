"""The mixed requests of the memory's benchmark: the same at each run, and of every kind."""

from __future__ import annotations

from itertools import islice

from bench.memory import Mix, Request

PANELS = ("/tableaux-de-bord/essai/un/", "/tableaux-de-bord/essai/deux/")


def first(count: int) -> list[Request]:
    return list(islice(Mix(7, "sessionid=essai", PANELS), count))


def test_the_same_requests_are_sent_at_each_run() -> None:
    assert first(200) == first(200)


def test_requests_are_of_every_family_of_addresses() -> None:
    families = {request.path.split("?")[0].split("/")[1] for request in first(2_000)}
    assert families >= {
        "",
        "api",
        "carte",
        "catalogue",
        "recherche",
        "tableaux-de-bord",
        "tiles",
        "wfs",
        "compte",
    }


def test_hardly_any_address_is_asked_twice() -> None:
    paths = [request.path for request in first(2_000) if request.path.startswith("/api/collections/")]
    assert len(set(paths)) > 0.8 * len(paths)
