"""``/gestion/annuaires/``: the tokens of directories are made, limited to groups, put live and revoked from pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import DirectoryToken
from gisportal.journal.models import JournalEntry
from tests.people import Person
from tests.staff import permissions, signed_in, text

pytestmark = pytest.mark.django_db
LIST = "/gestion/annuaires/"
LAST_DAY = timezone.localdate() + dt.timedelta(days=30)


@pytest.fixture
def client() -> Client:
    """Return the browser of an administrator."""
    return signed_in(Person("cheffe", is_administrator=True))


@pytest.fixture
def trees() -> Group:
    """Return a group that a directory may fill, beside one that administers."""
    Group.objects.create(name="Chefs").permissions.set(permissions("layers.change_grant"))
    return Group.objects.create(name="Espaces verts")


def made(client: Client, *groups: Group, **values: Any) -> Any:
    sent = {"name": "Entra", "last_day": LAST_DAY.isoformat(), "groups": [group.pk for group in groups]}
    return client.post(f"{LIST}nouveau/", sent | values)


def calls(secret: str) -> int:
    headers = {"authorization": f"Bearer {secret}"}
    return Client(headers=headers).get("/scim/v2/Groups").status_code


def test_a_new_token_is_written_once_begins_on_trial_and_serves(client: Client, trees: Group) -> None:
    page = made(client, trees)
    token, secret = DirectoryToken.objects.get(), page.context["text"]
    assert (token.is_trial, token.last_day, [*token.groups.all()]) == (True, LAST_DAY, [trees])
    assert calls(secret) == 200
    (call,) = client.get(f"{LIST}{token.pk}/").context["calls"]
    assert (call.words, call.is_trial, call.is_refused) == ("lit des groupes", True, False)
    pages = [client.get(address) for address in (LIST, f"{LIST}{token.pk}/", f"{LIST}?format=csv")]
    assert [secret in str(b"".join(each)) for each in pages] == [False] * 3
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert "token-created" in JournalEntry.objects.filter(subject=f"directory {token.pk}").values_list(
        "event", flat=True
    )


def test_no_page_offers_a_group_that_administers(client: Client, trees: Group) -> None:
    chiefs = Group.objects.get(name="Chefs")
    assert made(client, chiefs).status_code == 422
    made(client, trees)
    address = f"{LIST}{DirectoryToken.objects.get().pk}/"
    assert client.post(address, {"action": "groupes", "groups": [chiefs.pk]}).status_code == 422
    assert "Chefs" not in text(client.get(address))


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"last_day": "2020-01-01"}, {"last_day": "2999-01-01"}, {"groups": ["x"]}]
)
def test_a_faulty_token_is_not_made(client: Client, trees: Group, values: dict[str, Any]) -> None:
    assert made(client, **values).status_code == 422
    assert not DirectoryToken.objects.exists()


def test_a_token_goes_live_and_ends_after_a_page_that_confirms(client: Client, trees: Group) -> None:
    secret = made(client, trees).context["text"]
    token = DirectoryToken.objects.get()
    address = f"{LIST}{token.pk}/"
    client.post(address, {"action": "service"})
    assert not DirectoryToken.objects.get().is_trial
    assert "Révoquer le jeton" in text(client.post(address, {"action": "revoquer"}))
    assert calls(secret) == 200
    client.post(address, {"action": "revoquer", "confirme": "oui"})
    assert calls(secret) == 401
    assert client.post(address, {"action": "service"}).status_code == 400
    assert client.post(address, {"action": "autre"}).status_code == 400
