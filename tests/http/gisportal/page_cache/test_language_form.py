"""The form of languages has no token: what browsers say of a form keeps those of other sites out."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.world import World

FORMS = {
    "this site": ({"sec-fetch-site": "same-origin", "origin": "http://localhost"}, True),
    "this site, without a referrer": ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
    "this site, an older browser": ({"origin": "http://localhost"}, True),
    "neither header": ({}, True),
    "the portal of a commune": ({"sec-fetch-site": "same-site", "origin": "http://meudon.localhost"}, False),
    "another site": ({"sec-fetch-site": "cross-site", "origin": "https://ailleurs.example"}, False),
    "another site, an older browser": ({"origin": "https://ailleurs.example"}, False),
    "a sandboxed frame": ({"origin": "null"}, False),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_chooses_the_language_on_its_own_site_alone(world: World, name: str) -> None:
    headers, is_admitted = FORMS[name]
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = client.post("/langue/", {"language": "en", "next": "/"}, headers=headers)
    assert (answer.status_code, "django_language" in client.cookies) == (
        (302, True) if is_admitted else (403, False)
    )


def test_each_language_has_its_pages(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    languages = []
    for language in ("fr", "en", "fr"):
        client.cookies["django_language"] = language
        languages.append(client.get("/catalogue/").headers["Content-Language"])
        assert f'<html lang="{language}">' in client.get("/catalogue/").content.decode()
    assert languages == ["fr", "en", "fr"]
