"""A panel that its reader already has is not drawn again: its validators follow rights, data, question and document."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.models import Layer
from tests import dashboards, factories
from tests.factories import MEUDON
from tests.people import GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World

PART = {"HX-Request": "true"}
PAGE = "/tableaux-de-bord/fraicheur/"
BAR, TEXT, PLACES = f"{PAGE}genres/", f"{PAGE}mots/", f"{PAGE}jeux/"
PANELS: list[dict[str, Any]] = [
    {"id": "genres", "kind": "bar", "title": "Genres", "question": {"layer": TREES, "by": ["genre"]}},
    {"id": "jeux", "kind": "bar", "title": "Jeux", "question": {"layer": PLAYGROUNDS, "by": ["commune"]}},
    {"id": "mots", "kind": "text", "options": {"text": "Bonjour"}},
]
FILTERS = [{"field": "commune", "kind": "commune"}]


@pytest.fixture
def town(world: World) -> World:
    """A public dashboard over an open layer and an internal one."""
    sections = [{"id": "tout", "panels": PANELS}]
    dashboards.dashboard("fraicheur", sections=sections, filters=FILTERS, is_public=True)
    return world


def asked(person: Person, path: str, *, language: str = "fr", **headers: str) -> Any:
    """Return what somebody is answered."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if not person.is_anonymous:
        client.force_login(person.account())
    return client.get(path, headers={**PART, **headers})


def etag(person: Person, path: str) -> str:
    """Return the tag of a panel that is there."""
    response = asked(person, path)
    assert response.status_code == 200
    return str(response["ETag"])


def test_a_panel_that_did_not_change_is_a_304_that_reads_no_row(town: World) -> None:
    tag = etag(OUTSIDER, BAR)
    factories.tree()  # forgotten by the process, and another tag
    assert asked(OUTSIDER, BAR, If_None_Match=tag).status_code == 200
    tag = etag(OUTSIDER, BAR)
    with CaptureQueriesContext(connection) as captured:
        response = asked(OUTSIDER, BAR, If_None_Match=tag)
    assert (response.status_code, response.content) == (304, b"")
    assert not [query for query in captured if 'FROM "heritage_remarkabletree"' in query["sql"]]
    assert "HX-Request" in response["Vary"]


def test_the_tag_follows_the_question_the_language_and_the_document(town: World) -> None:
    tags = [etag(OUTSIDER, BAR), etag(OUTSIDER, f"{BAR}?commune={MEUDON}")]
    tags.append(str(asked(OUTSIDER, BAR, language="en")["ETag"]))
    layer = Layer.objects.get(slug=TREES)
    layer.title = "Arbres vénérables"
    layer.save()
    tags.append(etag(OUTSIDER, BAR))
    assert len(set(tags)) == 4


def test_a_panel_under_a_period_counted_from_today_turns_over_with_the_day(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = dt.date(2026, 5, 15)
    factories.tree(genre="Ginkgo", date_releve=day - dt.timedelta(days=13))
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: day)
    address = f"{BAR}?periode=last-14-days"
    first = asked(OUTSIDER, address)
    assert "Ginkgo" in first.content.decode()
    assert asked(OUTSIDER, address, If_None_Match=first["ETag"]).status_code == 304
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: day + dt.timedelta(days=1))
    after = asked(OUTSIDER, address, If_None_Match=first["ETag"])
    assert after.status_code == 200
    assert "Ginkgo" not in after.content.decode()


def test_what_everybody_reads_alike_may_be_kept_by_anybody(town: World) -> None:
    assert asked(OUTSIDER, BAR)["Cache-Control"] == "public, no-cache"
    assert asked(PLANNER, PLACES)["Cache-Control"] == "private, no-cache"


def test_a_panel_of_an_internal_dashboard_is_kept_by_its_reader_alone(world: World) -> None:
    dashboards.dashboard(
        "interne", sections=[{"id": "tout", "panels": PANELS}], groups=[GARDENER.groups[0]], is_public=False
    )
    assert asked(GARDENER, "/tableaux-de-bord/interne/genres/")["Cache-Control"] == "private, no-cache"


def test_a_page_and_a_panel_without_a_question_have_the_tag_of_a_cached_page(town: World) -> None:
    assert asked(OUTSIDER, TEXT)["ETag"].startswith("W/")
    assert Client().get(BAR)["ETag"].startswith("W/")


def test_a_fault_is_never_kept(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = etag(OUTSIDER, BAR)
    factories.tree()

    def failing(*_arguments: object) -> None:
        raise ValueError

    monkeypatch.setattr("dashboards.reading.panels._answers.recall", failing)
    response = asked(OUTSIDER, BAR, If_None_Match=tag)
    assert response.status_code == 200
    assert "ETag" not in response


def whole(person: Person) -> str:
    """Return the page that somebody gets."""
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client.get(PAGE).content.decode()


def test_a_page_holds_the_panels_that_were_drawn_for_readers_of_the_same_rights(town: World) -> None:
    first = asked(PLANNER, PLACES).content.decode()
    assert first.strip() in whole(PLANNER)
    assert first.strip() not in whole(TOWN_AGENT)
    assert asked(OUTSIDER, PLACES).status_code == 404


def test_a_panel_that_was_drawn_is_not_drawn_again(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(OUTSIDER, BAR)
    monkeypatch.setattr("dashboards.reading.frames.render_to_string", None)
    assert asked(OUTSIDER, BAR).content == first.content
    assert first.content.decode().strip() in whole(OUTSIDER)


def test_the_same_panel_of_two_dashboards_leads_each_to_its_own(town: World) -> None:
    sections = [{"id": "tout", "panels": PANELS}]
    dashboards.dashboard("autre", sections=sections, filters=FILTERS, is_public=True)
    assert f'data-address="{BAR}"' in asked(OUTSIDER, BAR).content.decode()
    other = "/tableaux-de-bord/autre/genres/"
    assert f'data-address="{other}"' in asked(OUTSIDER, other).content.decode()
