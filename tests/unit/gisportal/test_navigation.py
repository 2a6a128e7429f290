"""The links of the header: which is current, who sees which, and that nobody is asked before a template does."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import reverse

from gisportal.navigation import ACCOUNT, SECTIONS, is_current, navigation

MAP, CATALOGUE, DASHBOARDS, API = SECTIONS


@pytest.mark.parametrize("here", ["explorer:catalogue", "explorer:layer", "explorer:feature"])
def test_catalogue_is_current_on_its_layers_and_their_sheets(here: str) -> None:
    assert is_current(CATALOGUE, here)


def test_dashboards_are_current_on_their_pages() -> None:
    assert is_current(DASHBOARDS, "dashboards:dashboard")


def test_api_is_current_on_all_of_its_pages() -> None:
    assert is_current(API, "ogc:items")


def test_nothing_is_current_on_a_page_of_no_section() -> None:
    assert [entry for entry in SECTIONS if is_current(entry, "accounts:home")] == []


def test_sections_are_there_on_an_address_that_leads_nowhere() -> None:
    links = navigation(RequestFactory().get("/"))["navigation"].sections
    assert [link.address for link in links] == [reverse(entry.view) for entry in SECTIONS]


def test_nobody_is_asked_who_they_are_before_a_menu_shows() -> None:
    assert set(navigation(RequestFactory().get("/"))) == {"navigation"}  # a request without a user


@pytest.mark.parametrize("entry", ACCOUNT, ids=lambda entry: entry.view)
def test_every_entry_of_the_account_has_a_pictogram(entry: object) -> None:
    assert getattr(entry, "icon", "")
