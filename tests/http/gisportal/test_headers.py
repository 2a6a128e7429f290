"""Every address of the site, asked by nobody and by somebody: what a browser may do, who may keep the answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from gisportal.middleware import PERMISSIONS_POLICY
from tests.people import PLANNER, PUBLIC, Person
from tests.world import PLAYGROUNDS, TREES, World

NAMES = {"format": "csv", "form": "csv", "kind": "csv", "tile": "12/2073/1409", "z": 12, "x": 2073, "y": 1409}
BY_CONVERTER = {
    "int": 1,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": PLAYGROUNDS,
    "str": "x",
    "path": "x",
}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# The same words for everybody, before anybody is known.
IMPERSONAL = {"/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt", "/sw.js"}


@dataclass(frozen=True)
class Answered:
    """An answer, without its body."""

    path: str
    person: Person
    status: int
    headers: dict[str, str]

    @property
    def control(self) -> str:
        """Who may keep it."""
        return self.headers.get("Cache-Control", "")

    @property
    def is_page(self) -> bool:
        """Whether people read it."""
        return self.headers.get("Content-Type", "").startswith("text/html")


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Return an address for each route that is written as one, its parameters filled in."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if (
            "^" in route or "(" in route
        ):  # regular expressions: those of Django's own, reached by other routes
            continue
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + route)
        elif isinstance(pattern, URLPattern):
            yield PARAMETER.sub(_value, prefix + route)


def _value(match: re.Match[str]) -> str:
    return str(NAMES.get(match[2], BY_CONVERTER.get(match[1] or "str", "x")))


@pytest.fixture
def answers(world: World, settings: Settings) -> list[Answered]:
    """What every address answers to a visitor without an account, and to the planner."""
    settings.PORTAL_CONTACT = "sig@example.org"
    addresses = {*routes(get_resolver().url_patterns), f"/catalogue/{TREES}/", f"/export/{TREES}.csv"}
    signed_in = Client()
    signed_in.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    found = []
    for person in (PUBLIC, PLANNER):
        for path in sorted(addresses):
            client = Client(headers={"host": "localhost"}, raise_request_exception=False)
            if not person.is_anonymous:
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            answer = client.get(path)
            if answer.streaming:
                answer.getvalue()  # to its end, which closes it
            found.append(Answered(path, person, answer.status_code, dict(answer.headers.items())))
    assert "_auth_user_id" in signed_in.session, "an address that is read ends no session"
    return found


def test_every_address_of_the_site_says_who_may_keep_what_and_do_what(
    answers: list[Answered], subtests: pytest.Subtests
) -> None:
    def faults(claim: str, wrong: list[Answered]) -> None:
        with subtests.test(claim):
            assert [f"{one.path} ({one.person}): {one.status} {one.control}" for one in wrong] == []

    assert len(answers) > 150
    faults("no address fails", [one for one in answers if one.status >= 500])
    faults(
        "every answer limits what a page may ask of the browser",
        [one for one in answers if one.headers.get("Permissions-Policy") != PERMISSIONS_POLICY],
    )
    faults(
        "every page has a policy of contents and is not embedded elsewhere",
        [
            one
            for one in answers
            if one.is_page
            and (
                "frame-ancestors" not in one.headers.get("Content-Security-Policy", "")
                or one.headers.get("X-Content-Type-Options") != "nosniff"
                or "Referrer-Policy" not in one.headers
                or "Cross-Origin-Opener-Policy" not in one.headers
            )
        ],
    )
    faults(
        "nothing of an internal layer is kept by others",
        [one for one in answers if PLAYGROUNDS in one.path and "public" in one.control],
    )
    faults(
        "what somebody signed in is answered is theirs, or open data",
        [
            one
            for one in answers
            if one.person is PLANNER
            and one.path not in IMPERSONAL
            and not re.search(r"private|no-store|public", one.control)
        ],
    )
    faults(
        "no page for somebody is for everybody",
        [one for one in answers if one.person is PLANNER and one.is_page and "public" in one.control],
    )
    faults(
        "accounts and administration are not kept at all",
        [
            one
            for one in answers
            if one.path.startswith(("/compte/", "/administration/")) and "no-store" not in one.control
        ],
    )


@pytest.mark.parametrize("path", ["/", "/carte/integree/"])
def test_the_directives_of_the_policy_have_one_order_in_every_process(
    world: World, settings: Settings, path: str
) -> None:
    settings.PORTAL_EMBED_SITES = ["https://commune.example"]
    directives = Client().get(path).headers["Content-Security-Policy"].split("; ")
    assert directives == sorted(directives)


def test_open_data_keeps_its_caching_for_somebody_signed_in(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/api/collections/plui-zones/items")
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("public, no-cache", True)


def test_the_map_may_ask_where_its_reader_is_and_nobody_the_camera() -> None:
    assert "geolocation=(self)" in PERMISSIONS_POLICY
    assert "camera=()" in PERMISSIONS_POLICY


def test_other_sites_embed_open_data_and_no_page(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    embedded = [
        client.get(path).headers.get("Cross-Origin-Resource-Policy") for path in ("/", "/api/collections")
    ]
    assert embedded == ["same-origin", None]


def security_txt(client: Client) -> dict[str, str]:
    answer = client.get("/.well-known/security.txt", headers={"host": "localhost"})
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


@pytest.mark.django_db
def test_a_security_contact_is_an_address_to_write_to(client: Client, settings: Settings) -> None:
    settings.PORTAL_SECURITY_CONTACT, settings.PORTAL_CONTACT = "", "sig@example.org"
    assert security_txt(client)["Contact"] == "mailto:sig@example.org"


@pytest.mark.django_db
def test_the_security_contact_comes_first_and_may_be_a_form(client: Client, settings: Settings) -> None:
    settings.PORTAL_SECURITY_CONTACT, settings.PORTAL_CONTACT = (
        "https://example.org/faille",
        "sig@example.org",
    )
    settings.PORTAL_SECURITY_POLICY = "https://example.org/regles"
    told = security_txt(client)
    assert (told["Contact"], told["Policy"]) == ("https://example.org/faille", "https://example.org/regles")


@pytest.mark.django_db
def test_the_security_file_expires_within_a_year_and_says_where_it_belongs(
    client: Client, settings: Settings
) -> None:
    settings.PORTAL_CONTACT = "sig@example.org"
    told = security_txt(client)
    left = dt.datetime.fromisoformat(told["Expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)
    assert told["Canonical"] == "http://localhost/.well-known/security.txt"
    assert told["Preferred-Languages"] == "fr, en"


@pytest.mark.django_db
def test_there_is_no_security_file_when_nobody_is_named(client: Client, settings: Settings) -> None:
    settings.PORTAL_SECURITY_CONTACT = settings.PORTAL_CONTACT = ""
    assert client.get("/.well-known/security.txt", headers={"host": "localhost"}).status_code == 404


def test_a_session_signed_with_a_key_of_before_is_still_believed(world: World, settings: Settings) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 60
    settings.SECRET_KEY_FALLBACKS = [before]
    assert client.get("/compte/").status_code == 200


def test_the_settings_of_a_real_portal_pass_djangos_checks(settings: Settings) -> None:
    settings.SECRET_KEY = "".join(chr(33 + number) for number in range(64))
    settings.PORTAL_DEMO = settings.DEBUG = False
    settings.PORTAL_AUTHORITIES = settings.ALLOWED_HOSTS = ["portail.example.org"]
    settings.PORTAL_ADDRESS, settings.APPLICATION_ROLE = "https://portail.example.org", "portal"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.PROXY_COUNT, settings.TRUSTED_PROXIES = 1, ["10.0.0.0/8"]
    settings.EMAIL_HOST = "mail.example.org"
    call_command("check", deploy=True, fail_level="WARNING")
