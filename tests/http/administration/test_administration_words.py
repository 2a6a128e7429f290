"""The administration in French: names of applications, permissions, links, days and counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.utils import formats, translation

from administration.portal_admin import kind_words
from gisportal.accounts.admin import permission_words
from gisportal.accounts.models import User
from tests.people import ADMINISTRATOR, PLANNER
from tests.staff import SITE, signed_in
from tests.world import World


@pytest.fixture
def administrator(communes: object) -> Client:
    """The browser of an administrator."""
    return signed_in(ADMINISTRATOR)


def test_applications_are_in_the_order_of_a_french_dictionary(world: World) -> None:
    administrator = signed_in(ADMINISTRATOR)
    names = [str(each["name"]) for each in administrator.get(SITE).context["app_list"]]
    assert names.index("Équipements") < names.index("Signalements") < names.index("Tableaux de bord")
    assert "Tâches de fond" in names


def test_what_is_done_most_often_is_on_the_first_page_alone(administrator: Client) -> None:
    pages = [administrator.get(address).content.decode() for address in (SITE, f"{SITE}journal/")]
    assert ["Le plus souvent" in page for page in pages] == [True, False]


def test_entries_of_the_journal_are_counted_in_the_plural(administrator: Client) -> None:
    page = administrator.get(f"{SITE}journal/journalentry/").content.decode()
    assert "entrées du journal" in page.partition('class="paginator"')[2]


def test_permissions_are_offered_in_words_and_those_that_open_nothing_are_not(administrator: Client) -> None:
    page = administrator.get(f"{SITE}auth/group/add/").content.decode()
    assert "Équipements, aire de jeux : modifier" in page
    for words in ("Can add", "email address", "playground event", "Procrastinate"):
        assert words not in page


def test_a_permission_that_opens_nothing_stays_with_the_group_that_has_it(administrator: Client) -> None:
    held = Permission.objects.get(codename="add_playgroundevent")
    group = Group.objects.create(name="Ancien")
    group.permissions.add(held)
    page = administrator.get(f"{SITE}auth/group/{group.pk}/change/").content.decode()
    assert permission_words(held) in page


def test_links_between_models_are_called_by_their_field() -> None:
    through: type[models.Model] = User.groups.through
    assert kind_words(through) == "lien entre compte et groupes"
    assert kind_words(through, many=True) == "liens entre compte et groupes"


@pytest.mark.usefixtures("communes")
def test_deletion_of_a_group_counts_no_relation_in_english() -> None:
    PLANNER.account()
    group = Group.objects.get(name=PLANNER.groups[0])
    page = signed_in(ADMINISTRATOR).get(f"{SITE}auth/group/{group.pk}/delete/").content.decode()
    assert "elation user" not in page


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("fr", 1, "1er décembre 2026 08:19"),
        ("fr", 2, "2 décembre 2026 08:19"),
        ("en", 1, "Dec. 1, 2026, 8:19 a.m."),
    ],
)
def test_the_first_of_a_month_is_written_as_people_do(language: str, day: int, words: str) -> None:
    with translation.override(language):
        assert formats.localize(dt.datetime(2026, 12, day, 8, 19)) == words
