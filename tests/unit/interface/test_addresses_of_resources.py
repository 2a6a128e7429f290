"""The addresses that an answer of the API names, and how soon its own is recognised."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from interface.http.resources import Resource, path_of
from ogc.urls import urlpatterns

ITEMS, COLLECTION = "/api/collections/arbres/items", "/api/collections/arbres"


class Described(Resource):
    """A resource with two forms."""

    offered = ("application/json", "text/html")


def resource(**headers: str) -> Described:
    """Return the resource as a request meets it."""
    view = Described()
    view.setup(RequestFactory().get(ITEMS, headers={"host": "meudon.example.org:8443", **headers}))
    return view


def test_what_is_asked_most_is_the_first_address_of_the_api() -> None:
    assert [pattern.name for pattern in urlpatterns[:2]] == ["items", "item"]
    assert resolve(ITEMS).view_name == "ogc:items"


def test_a_link_leads_to_the_host_of_the_request(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert resource().reverse("ogc:collection", "arbres") == f"http://meudon.example.org:8443{COLLECTION}"


def test_the_path_of_a_view_is_computed_once() -> None:
    path_of("ogc:collection", "arbres")
    before = path_of.cache_info().hits
    assert path_of("ogc:collection", "arbres") == COLLECTION
    assert path_of.cache_info().hits == before + 1


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ({}, "application/json"),
        ({"accept": "*/*"}, "application/json"),
        ({"accept": "text/html, */*;q=0.1"}, "text/html"),
    ],
)
def test_a_client_without_a_wish_gets_the_first_form(accept: dict[str, str], form: str) -> None:
    assert resource(**accept).form() == form
