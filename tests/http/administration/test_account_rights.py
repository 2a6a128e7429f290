"""Who gives which rights to which account: the table *role × deed*, and what is sent although no form offers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from explorer.models import SavedView
from gisportal.accounts.access import RIGHTS, check_resignation, rights_of
from gisportal.accounts.models import User
from gisportal.accounts.vocabulary import TokenScope
from interface.text import fold
from layers.errors import Forbidden
from tests.people import (
    ADMINISTRATOR,
    GARDENER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PASSWORD,
    PLANNER,
    TOWN_AGENT,
    Person,
)
from tests.staff import SITE, permissions, signed_in, staff, text, told
from tests.tokens import made as token
from tests.world import PLAYGROUNDS, World, grant

LIST = f"{SITE}accounts/user/"
SECOND = Person("seconde-administratrice", is_administrator=True)
MANAGES = ("accounts.*", "auth.*", "layers.view_layer")
# Nobody's right of the manager: a permission, and a group of people who see what the manager does not.
BEYOND = "heritage.change_remarkabletree"


def address(person: Person, page: str = "change") -> str:
    return f"{LIST}{person.account().pk}/{page}/"


@pytest.fixture
def manager(world: World) -> Client:
    """The browser of somebody who manages accounts and sees the playgrounds: a planner."""
    Group.objects.create(name="Accueil").permissions.set(permissions("accounts.view_user"))
    Group.objects.create(name="Herboristes").permissions.set(permissions(BEYOND))
    return staff(PLANNER, *MANAGES)


@pytest.fixture
def administrator(world: World) -> Client:
    """The browser of the only administrator."""
    return signed_in(ADMINISTRATOR)


def form(person: Person, **changes: Any) -> dict[str, Any]:
    """Return what the form of an account sends when nothing is changed but this: None takes a field out."""
    account = User.objects.get(username=person.name)
    rights = rights_of(account)
    sent: dict[str, Any] = {"username": account.username, "kind": account.kind, "organisation": ""}
    sent |= {"date_joined_0": "01/01/2026", "date_joined_1": "00:00:00", "email": account.email}
    sent |= {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(rights, name)}
    sent |= {name: sorted(getattr(rights, name)) for name in ("groups", "user_permissions")}
    return {name: value for name, value in (sent | changes).items() if value not in (None, [])}


def group(name: str) -> list[int]:
    return [Group.objects.get(name=name).pk]


def permission(name: str) -> list[int]:
    return [found.pk for found in permissions(name)]


def without_rights(sent: dict[str, Any]) -> dict[str, Any]:
    """Leave out the rights that the form of one's own account does not offer."""
    return {name: value for name, value in sent.items() if name not in RIGHTS}


def test_a_manager_does_not_make_itself_an_administrator(manager: Client) -> None:
    sent = without_rights(form(PLANNER)) | {"is_superuser": "on"}
    response = manager.post(address(PLANNER), sent)
    assert "is_superuser" in " ".join(told(response)["__all__"])
    assert not PLANNER.account().is_superuser


@dataclass(frozen=True)
class Deed:
    """Something that a manager does to an account: ``refused`` is the field that names the refusal, empty for none."""

    person: Person
    changes: Callable[[], dict[str, Any]]
    refused: str = ""


# Rights of the manager: those of MANAGES, and of the planners. Everybody here but GARDENER holds no more than that.
DEEDS = {
    "their own permission": Deed(OUTSIDER, lambda: {"user_permissions": permission("accounts.view_user")}),
    "a permission they have not": Deed(
        OUTSIDER, lambda: {"user_permissions": permission(BEYOND)}, "user_permissions"
    ),
    "their own group": Deed(OUTSIDER, lambda: {"groups": group("Urbanisme")}),
    "a group within their rights": Deed(OUTSIDER, lambda: {"groups": group("Accueil")}),
    "a group of other permissions": Deed(OUTSIDER, lambda: {"groups": group("Herboristes")}, "groups"),
    "a group that reads a protected field": Deed(
        OUTSIDER, lambda: {"groups": group("Espaces verts")}, "groups"
    ),
    "a group whose grant is within theirs": Deed(OUTSIDER, lambda: {"groups": group("Partenaires")}, ""),
    "entering the administration": Deed(OUTSIDER, lambda: {"is_staff": "on"}),
    "closing an account": Deed(OUTSIDER, lambda: {"is_active": None}),
    "administrator": Deed(OUTSIDER, lambda: {"is_superuser": "on"}, "__all__"),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_manager_gives_what_it_holds(manager: Client, name: str) -> None:
    deed = DEEDS[name]
    before = rights_of(deed.person.account())
    response = manager.post(address(deed.person), form(deed.person, **deed.changes()))
    after = rights_of(deed.person.account())
    refused = sorted(told(response)) if response.status_code == 200 else []
    assert refused == ([deed.refused] if deed.refused else [])
    assert (after == before) is bool(deed.refused)


@pytest.mark.parametrize("name", [name for name, deed in DEEDS.items() if deed.refused])
def test_an_administrator_gives_everything_to_others(administrator: Client, name: str) -> None:
    Group.objects.create(name="Accueil")
    Group.objects.create(name="Herboristes")
    deed = DEEDS[name]
    response = administrator.post(address(deed.person), form(deed.person, **deed.changes()))
    assert response.status_code == 302


@pytest.fixture
def stronger(manager: Client) -> dict[str, Person]:
    """People who hold what the manager does not, each in one way."""
    TOWN_AGENT.account().user_permissions.set(permissions(BEYOND))
    OUTSIDER.account().groups.add(Group.objects.get(name="Herboristes"))
    grant(NEWCOMER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    return {
        "administrator": ADMINISTRATOR,
        "permission": TOWN_AGENT,
        "permission of a group": OUTSIDER,
        "reader of a field": GARDENER,
        "grant": NEWCOMER,
    }


WAYS = ("administrator", "permission", "permission of a group", "reader of a field", "grant")


@pytest.mark.parametrize("way", WAYS)
def test_the_account_of_who_holds_more_is_only_looked_at(
    manager: Client, stronger: dict[str, Person], way: str
) -> None:
    person = stronger[way]
    page = text(manager.get(address(person)))
    assert 'name="_save"' not in page and "/password/" not in page


@pytest.mark.parametrize("way", WAYS)
def test_nothing_sent_changes_the_account_of_who_holds_more(
    manager: Client, stronger: dict[str, Person], way: str
) -> None:
    person = stronger[way]
    answers = {
        "form": manager.post(address(person), form(person, email="pris@exemple.fr")),
        "password": manager.post(address(person, "password"), new_password()),
        "deletion": manager.post(address(person, "delete"), {"post": "yes"}),
        "action": manager.post(LIST, chosen(person)),
    }
    account = User.objects.get(username=person.name)
    assert {deed: answer.status_code for deed, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert account.email == "" and account.check_password(PASSWORD)


def new_password() -> dict[str, str]:
    text = "une autre phrase de passe"
    return {"password1": text, "password2": text, "usable_password": "true", "set-password": "1"}


def chosen(*people: Person) -> dict[str, Any]:
    keys = [person.account().pk for person in people]
    return {"action": "delete_selected", "_selected_action": keys, "post": "yes"}


def test_who_holds_less_is_sent_a_link_to_choose_a_password(manager: Client) -> None:
    User.objects.filter(username=OUTSIDER.name).update(email="passant@exemple.fr")
    response = manager.post(address(OUTSIDER, "password"), {"send": "1"})
    assert response["Location"] == address(OUTSIDER)


@pytest.mark.parametrize("way", ["{}", "0{}", "_2B{}"])
def test_ones_own_password_is_changed_where_the_present_one_is_asked(manager: Client, way: str) -> None:
    number = way.format(PLANNER.account().pk)
    response = manager.post(f"{LIST}{number}/password/", new_password())
    assert response["Location"] == reverse("account_change_password")
    assert PLANNER.account().check_password(PASSWORD)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_staff": "on"},
        {"is_active": "on"},
        {"groups": "1"},
        {"user_permissions": "1"},
        {"is_superuser": "on"},
    ],
    ids=str,
)
@pytest.mark.parametrize("person", [PLANNER, ADMINISTRATOR], ids=str)
def test_nobody_changes_their_own_rights(world: World, person: Person, changes: dict[str, str]) -> None:
    browser = staff(person, *MANAGES) if person is PLANNER else signed_in(person)
    sent = without_rights(form(person)) | changes
    response = browser.post(address(person), sent)
    assert next(iter(changes)) in " ".join(told(response)["__all__"])


def test_one_still_changes_ones_own_name(manager: Client) -> None:
    response = manager.post(address(PLANNER), without_rights(form(PLANNER, first_name="Ugo")))
    assert response.status_code == 302
    assert PLANNER.account().first_name == "Ugo"


def test_groups_are_offered_by_name(administrator: Client) -> None:
    Group.objects.bulk_create([Group(name="Zonage"), Group(name="Accueil")])
    choices = administrator.get(address(OUTSIDER)).context["adminform"].form.fields["groups"].queryset
    names = [choice.name for choice in choices]
    assert names == sorted(names, key=fold)
    assert names[0] == "Accueil"


def test_the_last_administrator_stays_one(administrator: Client) -> None:
    sent = without_rights(form(ADMINISTRATOR))
    administrator.post(address(ADMINISTRATOR), sent)
    assert ADMINISTRATOR.account().is_superuser


def test_an_administrator_resigns_when_another_is_left(administrator: Client) -> None:
    SECOND.account()
    response = administrator.post(address(ADMINISTRATOR), without_rights(form(ADMINISTRATOR)))
    assert response.status_code == 302
    assert not ADMINISTRATOR.account().is_superuser


def test_nobody_deletes_their_own_account(administrator: Client) -> None:
    SECOND.account()
    statuses = [
        administrator.post(address(ADMINISTRATOR, "delete"), {"post": "yes"}).status_code,
        administrator.post(LIST, chosen(ADMINISTRATOR)).status_code,
    ]
    assert statuses == [403, 403]


RECRUIT = {"username": "recrue", "email": "recrue@exemple.fr", "kind": "agent"}


def test_a_new_account_is_given_no_right(manager: Client) -> None:
    sent = RECRUIT | {"is_superuser": "on", "groups": group("Accueil")}
    response = manager.post(f"{LIST}add/", sent)
    assert {word for word in ("is_superuser", "groups") if word in " ".join(told(response)["__all__"])} == {
        "is_superuser",
        "groups",
    }
    assert not User.objects.filter(username="recrue").exists()


def test_a_new_account_is_made_without_right(manager: Client) -> None:
    manager.post(f"{LIST}add/", RECRUIT)
    made = rights_of(User.objects.get(username="recrue"))
    assert [made.is_staff, made.is_superuser, made.groups] == [False, False, frozenset()]


def test_what_a_form_let_pass_is_refused_when_it_is_saved(
    manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gisportal.accounts.admin_forms.check_rights", lambda *_arguments: None)
    every = {"groups": Group, "user_permissions": Permission}
    monkeypatch.setattr("gisportal.accounts.admin._choices", lambda _visitor, name: every[name].objects.all())
    response = manager.post(address(OUTSIDER), form(OUTSIDER, groups=group("Herboristes")))
    assert response.status_code == 403
    assert not OUTSIDER.account().groups.filter(name="Herboristes").exists()


def test_the_last_administrator_is_not_deleted_by_another_way(administrator: Client) -> None:
    with pytest.raises(Forbidden):
        check_resignation([ADMINISTRATOR.account(), OUTSIDER.account()])


def test_one_administrator_of_two_is_deleted(administrator: Client) -> None:
    administrator.post(address(SECOND, "delete"), {"post": "yes"})
    assert not User.objects.filter(username=SECOND.name).exists()


def test_a_list_of_accounts_is_filtered_by_group(manager: Client) -> None:
    found = manager.get(f"{LIST}?groups__id__exact={group('Urbanisme')[0]}").context["cl"].result_list
    assert [account.username for account in found] == [PLANNER.name]


def test_a_list_is_not_filtered_on_passwords(manager: Client) -> None:
    assert manager.get(f"{LIST}?password__startswith=argon2").status_code == 400


GROUPS = f"{SITE}auth/group/"


def named(name: str) -> Group:
    return Group.objects.get(name=name)


def group_form(name: str, given: Iterable[Permission]) -> dict[str, Any]:
    return {"name": name, "permissions": [found.pk for found in given]}


def test_a_manager_changes_a_group_within_its_rights(manager: Client) -> None:
    sent = group_form("Accueil", permissions("accounts.view_user", "accounts.change_user"))
    manager.post(f"{GROUPS}{named('Accueil').pk}/change/", sent)
    assert named("Accueil").permissions.count() == 2


def test_a_manager_gives_a_group_no_permission_that_it_has_not(manager: Client) -> None:
    response = manager.post(
        f"{GROUPS}{named('Accueil').pk}/change/", group_form("Accueil", permissions(BEYOND))
    )
    assert list(told(response)) == ["permissions"]


@pytest.mark.parametrize("name", ["Herboristes", "Espaces verts", "Urbanisme"])
def test_a_group_that_gives_more_or_is_ones_own_is_only_looked_at(manager: Client, name: str) -> None:
    one = f"{GROUPS}{named(name).pk}/"
    answers = [
        manager.get(f"{one}change/"),
        manager.post(f"{one}change/", group_form(name, [])),
        manager.post(f"{one}delete/", {"post": "yes"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 403, 403]


TOKENS = f"{SITE}accounts/token/"


@pytest.fixture
def tokens(manager: Client) -> dict[str, int]:
    """A token of an administrator, of the manager and of somebody who holds less, by the name of its owner."""
    people = (ADMINISTRATOR, PLANNER, PARTNER)
    for person in people:
        token(person, scope=TokenScope.READ)
    return {person.name: person.account().tokens.get().pk for person in people}


def test_the_tokens_of_who_holds_more_are_absent(manager: Client, tokens: dict[str, int]) -> None:
    owners = {found.user.username for found in manager.get(TOKENS).context["cl"].result_list}
    assert owners == {PLANNER.name, PARTNER.name}


def test_the_tokens_of_who_holds_more_are_not_revoked(manager: Client, tokens: dict[str, int]) -> None:
    manager.post(TOKENS, {"action": "revoke", "_selected_action": list(tokens.values())})
    assert {owner for owner, pk in tokens.items() if is_revoked(pk)} == {PLANNER.name, PARTNER.name}


def is_revoked(pk: int) -> bool:
    return User.objects.filter(tokens__pk=pk, tokens__revoked_at__isnull=False).exists()


def test_a_list_is_not_filtered_on_the_digests_of_tokens(manager: Client, tokens: dict[str, int]) -> None:
    assert manager.get(f"{TOKENS}?digest__startswith=0").status_code == 400


def test_a_deletion_names_nothing_of_somebody_that_is_not_administered(manager: Client) -> None:
    SavedView.objects.create(owner=OUTSIDER.account(), title="Vue-secrete", address="couches=a")
    page = text(manager.get(address(OUTSIDER, "delete")))
    assert "Vue-secrete" not in page and "vue enregistrée" in page.lower()
