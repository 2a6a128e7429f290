"""The pages of a departure, of the data of a person and of their erasure are for administrators."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from gisportal.accounts.models import GroupManager, User
from gisportal.journal.models import JournalEntry
from tests.people import Person
from tests.staff import signed_in, text

pytestmark = pytest.mark.django_db
CHIEF = Person("cheffe", is_administrator=True)


@pytest.fixture
def page() -> str:
    """Return the address of a member of a group that somebody manages."""
    user = User.objects.create(username="lou", email="lou@example.org")
    group = Group.objects.create(name="Espaces verts")
    group.user_set.add(user)
    GroupManager.objects.create(user=user, group=group)
    GroupManager.objects.create(user=Person("gestionnaire").account(), group=group)
    return f"/gestion/personnes/{user.pk}/"


def test_a_manager_of_groups_finds_none_of_them(page: str) -> None:
    client = signed_in(Person("gestionnaire"))
    assert client.get(page).status_code == 200
    addresses = [f"{page}depart/", f"{page}donnees.zip", f"{page}effacement/"]
    assert [client.get(address).status_code for address in addresses] == [404] * 3


def test_a_departure_requires_a_colleague_then_erasure_is_possible(page: str) -> None:
    client = signed_in(CHIEF)
    User.objects.create(username="noa")
    assert "groupes gérés" in text(client.get(f"{page}depart/"))
    assert client.post(f"{page}depart/", {"heir": ""}).status_code == 422
    assert client.post(f"{page}depart/", {"heir": "nobody"}).status_code == 422
    assert client.post(f"{page}effacement/").status_code == 403
    assert client.post(f"{page}depart/", {"heir": "noa"}).status_code == 302
    assert not User.objects.get(username="lou").is_active
    assert client.post(f"{page}effacement/").status_code == 302
    assert not User.objects.filter(username="lou").exists()


def test_the_archive_is_recorded(page: str) -> None:
    answer = signed_in(CHIEF).get(f"{page}donnees.zip")
    assert answer.content[:2] == b"PK"
    assert JournalEntry.objects.filter(event="personal-data", actor_name="cheffe").count() == 1
