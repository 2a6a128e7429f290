"""Who must have a second factor has the rights of the public until they have given one, on every way in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gisportal.accounts.models import User
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from tests import dashboards
from tests.people import ADMINISTRATOR, PLANNER, Person
from tests.second_factors import add_application, code_of, give_code, give_password
from tests.world import World

ACCOUNT = "/compte/"
HOME = "/compte/double-authentification/"
APPLICATION = f"{HOME}application/"


@pytest.fixture
def _enforced(settings: Settings) -> None:
    settings.SECOND_FACTOR_GRACE = False


@pytest.fixture
def session(_enforced: None, world: World) -> Client:
    """The browser of an administrator who signed in by a password alone."""
    client = Client()
    give_password(client, ADMINISTRATOR.account())
    return client


def set_up(client: Client) -> str:
    """Add an application in a session, as its page does; return the secret."""
    client.get(APPLICATION)
    secret: str = client.session["mfa.totp.secret"]
    client.post(APPLICATION, {"code": code_of(secret)})
    return secret


def pages_of_administration() -> list[str]:
    """Return the list and the form of each model, and the front page."""
    names = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    lists = [reverse(f"admin:{name}_changelist") for name in names]
    return [reverse("admin:index"), *lists, *(f"{address}add/" for address in lists)]


def test_no_page_of_the_administration_opens_before_a_factor_is_set_up(session: Client) -> None:
    led = {page: session.get(page).headers.get("Location") for page in pages_of_administration()}
    assert set(led.values()) == {HOME}


def test_no_action_of_the_administration_is_done_before_a_factor_is_set_up(session: Client) -> None:
    planner = PLANNER.account()
    address = reverse("admin:accounts_user_delete", args=[planner.pk])
    session.post(address, {"post": "yes"})
    assert User.objects.filter(pk=planner.pk).exists()


@pytest.mark.parametrize("page", ["/", "/catalogue/", "/compte/", "/compte/jetons/", "/jeux/", "/carte/"])
def test_other_pages_lead_to_the_set_up_too(session: Client, page: str) -> None:
    assert session.get(page)["Location"] == HOME


def test_no_token_is_made_before_a_factor_is_set_up(session: Client) -> None:
    session.post("/compte/jetons/", {"name": "QGIS", "scope": "edit", "days": "30"})
    assert ADMINISTRATOR.account().tokens.count() == 0


def test_machine_addresses_open_what_is_public_alone(session: Client) -> None:
    seen = session.get("/api/collections?f=json").json()["collections"]
    public = Client().get("/api/collections?f=json").json()["collections"]
    assert [layer["id"] for layer in seen] == [layer["id"] for layer in public]


def test_setting_a_factor_up_opens_the_administration(session: Client) -> None:
    session.get("/administration/")
    set_up(session)
    assert session.get("/administration/").status_code == 200


def test_the_page_wanted_is_offered_once_the_factor_is_there(session: Client) -> None:
    session.get("/administration/layers/grant/")
    set_up(session)
    assert 'href="/administration/layers/grant/"' in session.get(f"{HOME}codes-de-secours/").content.decode()


def test_another_session_opened_by_the_password_alone_stays_without_rights(session: Client) -> None:
    other = Client()
    give_password(other, ADMINISTRATOR.account())
    set_up(session)
    assert other.get("/administration/")["Location"].startswith(f"{HOME}confirmation/")


def test_giving_the_factor_restores_the_rights_of_a_session(session: Client) -> None:
    other = Client()
    give_password(other, ADMINISTRATOR.account())
    secret = set_up(session)
    other.post(f"{HOME}confirmation/?next=/administration/", {"code": code_of(secret, steps=1)})
    assert other.get("/administration/").status_code == 200


def test_a_sign_in_with_the_factor_opens_the_administration(_enforced: None, world: World) -> None:
    secret, client = add_application(ADMINISTRATOR.account()), Client()
    give_password(client, ADMINISTRATOR.account())
    give_code(client, code_of(secret))
    assert client.get("/administration/").status_code == 200


def test_the_last_factor_of_an_administrator_stays(session: Client) -> None:
    set_up(session)
    session.post(f"{APPLICATION}retrait/")
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_staff_that_is_no_superuser_is_required_too(_enforced: None, world: World) -> None:
    account = PLANNER.account()
    account.is_staff = True
    account.save()
    account.user_permissions.add(Permission.objects.get(codename="view_layer"))
    client = Client()
    give_password(client, account)
    assert client.get("/administration/")["Location"] == HOME


def test_who_administers_nothing_is_not_required(_enforced: None, world: World) -> None:
    client = Client()
    give_password(client, PLANNER.account())
    assert client.get("/compte/").status_code == 200


def test_everyone_is_required_when_the_setting_says_so(
    _enforced: None, world: World, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = "everyone"
    client = Client()
    give_password(client, PLANNER.account())
    assert client.get("/compte/")["Location"] == HOME


REMINDER = "sans second facteur"


def reminded(client: Client, addresses: list[str]) -> list[str]:
    """Return the addresses whose page reminds of the second factor."""
    return [address for address in addresses if REMINDER in client.get(address).content.decode()]


def test_with_grace_the_administration_opens_and_the_account_alone_reminds(
    world: World, settings: Settings
) -> None:
    settings.SECOND_FACTOR_GRACE = True
    dashboards.dashboard("parc", sections=[], is_public=True)
    client = Client()
    give_password(client, ADMINISTRATOR.account())
    page = "/tableaux-de-bord/parc/"
    pages = [
        "/administration/",
        "/",
        "/carte/",
        page,
        f"{page}ecran/",
        f"{page}integrer/",
        f"{page}imprimer/",
        ACCOUNT,
    ]
    assert client.get("/administration/").status_code == 200
    assert reminded(client, pages) == [ACCOUNT]


def test_with_grace_who_administers_nothing_is_not_reminded(world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR_GRACE, settings.SECOND_FACTOR_REQUIRED = True, "everyone"
    client = Client()
    give_password(client, PLANNER.account())
    assert reminded(client, [ACCOUNT]) == []


def test_with_grace_staff_is_reminded_once_there_is_something_to_administer(
    world: World, settings: Settings
) -> None:
    settings.SECOND_FACTOR_GRACE = True
    account = PLANNER.account()
    account.is_staff = True
    account.save()
    client = Client()
    give_password(client, account)
    before = reminded(client, [ACCOUNT])
    account.user_permissions.add(Permission.objects.get(codename="view_layer"))
    assert (before, reminded(client, [ACCOUNT])) == ([], [ACCOUNT])


def basic(person: Person, address: str) -> int:
    """Return the status of an answer to a name and its password."""
    return Client().get(address, headers={"Authorization": person.basic()}).status_code


def test_a_password_alone_is_no_credential_of_an_account_with_a_factor(world: World) -> None:
    add_application(PLANNER.account())
    answer = Client().get("/api/collections", headers={"Authorization": PLANNER.basic()})
    assert (answer.status_code, "jeton personnel" in answer.content.decode()) == (401, True)


def test_a_password_alone_is_no_credential_of_an_administrator(_enforced: None, world: World) -> None:
    assert basic(ADMINISTRATOR, "/api/collections") == 401


def test_a_password_alone_opens_no_page_of_the_administration(_enforced: None, world: World) -> None:
    assert basic(ADMINISTRATOR, "/administration/") == 401


def test_an_account_without_factor_keeps_its_password_for_machines(_enforced: None, world: World) -> None:
    assert basic(PLANNER, "/api/collections") == 200


def test_a_token_of_an_account_with_a_factor_opens_what_it_opened(_enforced: None, world: World) -> None:
    account = ADMINISTRATOR.account()
    add_application(account)
    _token, text = create_token(user=account, name="QGIS", scope=TokenScope.READ, days=30)
    answer = Client().get("/api/collections?f=json", headers={"Authorization": f"Bearer {text}"})
    public = Client().get("/api/collections?f=json")
    assert len(answer.json()["collections"]) > len(public.json()["collections"])
