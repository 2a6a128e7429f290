"""``/gestion/personnes/``: who sees whom, filters and pages, actions with preview and undo, imports of a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import AccountBatch, GroupManager, Token, User
from gisportal.accounts.people import queries
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from gisportal.journal.models import JournalEntry
from layers.models import Grant, Layer, ProtectedField, Theme
from tests.dashboards import dashboard
from tests.people import Person
from tests.staff import permissions, signed_in, text

pytestmark = pytest.mark.django_db
LIST = "/gestion/personnes/"
ADMINISTRATOR = Person("cheffe", is_administrator=True)
MANAGER = Person("gestionnaire")
TITLES = "courriel;prénom;nom;type;organisme;groupes\n"


@pytest.fixture
def trees() -> Group:
    """Return a group of two members that somebody manages without being in it."""
    group = Group.objects.create(name="Espaces verts")
    for name in ("lou", "noa"):
        user = User.objects.create(
            username=name, email=f"{name}@example.org", first_name=name, last_name="Petit"
        )
        user.groups.add(group)
    GroupManager.objects.create(user=MANAGER.account(), group=group)
    return group


@pytest.fixture
def roads() -> Group:
    group = Group.objects.create(name="Voirie")
    user = User.objects.create(username="sam", email="sam@example.org", first_name="Sam", last_name="Roux")
    user.groups.add(group)
    return group


def names(page: Any) -> list[str]:
    return [row.user.username for row in page.context["rows"]]


def act(client: Client, action: str, *users: str, **more: Any) -> Any:
    """Send an action on accounts by their names."""
    pks = list(User.objects.filter(username__in=users).values_list("pk", flat=True))
    return client.post(f"{LIST}action/", {"action": action, "accounts": pks, **more})


def send(client: Client, content: bytes) -> Any:
    return client.post(f"{LIST}import/", {"file": SimpleUploadedFile("personnes.csv", content)})


def test_who_manages_nothing_finds_no_such_page(trees: Group) -> None:
    addresses = [LIST, "/gestion/personnes.csv", f"{LIST}import/", f"/gestion/groupes/{trees.pk}/"]
    client = signed_in(Person("lou"))
    assert [client.get(address).status_code for address in addresses] == [404] * 4


def test_the_pages_of_a_group_and_of_a_person_say_what_themes_give(trees: Group) -> None:
    theme, lou = Theme.objects.create(slug="nature", title="Nature"), User.objects.get(username="lou")
    Grant.objects.create(theme=theme, group=trees)
    Grant.objects.create(theme=theme, person=lou)
    client = signed_in(ADMINISTRATOR)
    group = client.get(f"/gestion/groupes/{trees.pk}/").context["rights"]
    person = client.get(f"{LIST}{lou.pk}/").context["personal_rights"]
    assert [each.detail for each in [*group, *person]] == ["toutes les lignes, lit, télécharge"] * 2


def test_a_refused_action_comes_back_with_the_chosen_accounts(trees: Group) -> None:
    page = act(signed_in(ADMINISTRATOR), "join", "lou")
    assert page.status_code == 422
    assert page.context["ticked"] == {str(User.objects.get(username="lou").pk)}


def test_a_manager_sees_the_members_of_their_groups_alone(trees: Group, roads: Group) -> None:
    client = signed_in(MANAGER)
    page = client.get(LIST)
    assert names(page) == ["lou", "noa"]
    assert "Voirie" not in text(page)
    outsider = User.objects.get(username="sam")
    assert client.get(f"{LIST}{outsider.pk}/").status_code == 404
    assert client.get(f"/gestion/groupes/{roads.pk}/").status_code == 404
    assert client.get(LIST, {"groupe": roads.pk}).context["page"].total == 0


def test_a_manager_never_sees_who_holds_more(trees: Group) -> None:
    User.objects.filter(username="lou").update(is_superuser=True)
    User.objects.get(username="noa").user_permissions.set(permissions("accounts.change_user"))
    assert names(signed_in(MANAGER).get(LIST)) == []


def test_the_list_is_searched_and_narrowed(trees: Group, roads: Group) -> None:
    User.objects.filter(username="noa").update(is_active=False)
    client = signed_in(ADMINISTRATOR)
    assert names(client.get(LIST, {"q": "petit LOU"})) == ["lou"]
    assert names(client.get(LIST, {"groupe": roads.pk})) == ["sam"]
    assert names(client.get(LIST, {"etat": "desactives"})) == ["noa"]
    past = timezone.now() - dt.timedelta(days=1)
    User.objects.filter(username="sam").update(ends_at=past, date_joined=past - dt.timedelta(days=1))
    User.objects.filter(username="lou").update(ends_at=past + dt.timedelta(days=21))
    assert names(client.get(LIST, {"fin": "passee"})) == ["sam"]
    assert names(client.get(LIST, {"fin": "mois"})) == ["lou"]
    assert client.get(LIST, {"etat": "autre"}).status_code == 400
    assert client.get(LIST, {"inconnu": "1"}).status_code == 400


def test_pages_follow_each_other_by_key(trees: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_ROWS", 1)
    client = signed_in(MANAGER)
    first = client.get(LIST)
    second = client.get(LIST + first.context["next_address"])
    assert [*names(first), *names(second)] == ["lou", "noa"]
    assert second.context["page"].next_key is None
    assert client.get(LIST, {"apres": "999999"}).status_code == 400


def test_the_file_of_the_list_runs_no_formula(trees: Group) -> None:
    User.objects.filter(username="lou").update(last_name="=1+1", organisation="@x")
    content = b"".join(signed_in(MANAGER).get("/gestion/personnes.csv").streaming_content).decode("utf-8-sig")
    (row,) = [row for row in csv.reader(io.StringIO(content), delimiter=";") if row[0] == "lou@example.org"]
    assert (row[2], row[4], row[5]) == ("'=1+1", "'@x", "Espaces verts")


def test_the_file_of_groups_has_those_of_the_manager_alone(trees: Group, roads: Group) -> None:
    content = b"".join(signed_in(MANAGER).get("/gestion/groupes.csv").streaming_content).decode("utf-8-sig")
    assert content.splitlines()[1:] == ["Espaces verts;2;gestionnaire;0"]


def test_nothing_is_done_before_the_preview_is_applied(trees: Group) -> None:
    client = signed_in(MANAGER)
    page = act(client, "disable", "lou")
    assert "Rien n’est encore fait" in text(page)
    assert User.objects.get(username="lou").is_active


def test_disabling_ends_what_is_open_and_is_undone(trees: Group) -> None:
    user = User.objects.get(username="lou")
    create_token(user=user, name="x", scope=TokenScope.READ, days=9)
    client = signed_in(MANAGER)
    answer = act(client, "disable", "lou", apply=1)
    user.refresh_from_db()
    assert not user.is_active
    assert not Token.objects.filter(revoked_at=None).exists()
    assert JournalEntry.objects.filter(
        event="account", subject=f"account {user.pk}", actor_name="gestionnaire"
    ).exists()
    client.post(answer["Location"])
    user.refresh_from_db()
    assert user.is_active
    assert client.post(answer["Location"]).status_code == 403


def test_undoing_leaves_what_changed_meanwhile(trees: Group) -> None:
    client = signed_in(ADMINISTRATOR)
    answer = act(client, "leave", "lou", "noa", group=trees.pk, apply=1)
    assert not trees.user_set.exists()
    trees.user_set.add(User.objects.get(username="lou"))
    page = client.post(answer["Location"], follow=True)
    assert "Changés depuis, laissés tels quels" in text(page)
    assert set(trees.user_set.values_list("username", flat=True)) == {"lou", "noa"}


@pytest.mark.parametrize("values", [{"action": "join"}, {"action": "leave"}])
def test_a_manager_gives_no_group_of_others(trees: Group, roads: Group, values: dict[str, str]) -> None:
    client = signed_in(MANAGER)
    lou = User.objects.get(username="lou")
    client.post(f"{LIST}action/", {**values, "group": roads.pk, "accounts": [lou.pk], "apply": 1})
    assert set(lou.groups.values_list("name", flat=True)) == {"Espaces verts"}
    act(client, "disable", "sam", apply=1)
    assert User.objects.get(username="sam").is_active


def test_an_invitation_creates_an_account_in_a_group_of_theirs(trees: Group, roads: Group) -> None:
    client = signed_in(MANAGER)
    newcomer = {"email": "Nina@Example.org", "kind": "agent", "first_name": "Nina", "last_name": "Bon"}
    refused = client.post(f"{LIST}inviter/", newcomer | {"group": roads.pk})
    assert refused.status_code == 422
    past = client.post(f"{LIST}inviter/", newcomer | {"group": trees.pk, "last_day": "2020-01-01"})
    assert past.status_code == 422
    sent = newcomer | {"group": trees.pk, "last_day": "2999-06-30"}
    assert client.post(f"{LIST}inviter/", sent).status_code == 302
    user = User.objects.get(email="nina@example.org")
    assert user.ends_at == dt.datetime(2999, 6, 30, 22, tzinfo=dt.UTC)  # midnight in Paris
    again = client.post(f"{LIST}inviter/", sent | {"email": "sam@example.org"})
    assert again.status_code == 422
    assert (user.has_usable_password(), user.invited_at is None) == (False, False)
    assert [group.name for group in user.groups.all()] == ["Espaces verts"]
    stranger = client.post(f"{LIST}inviter/", newcomer | {"email": "sam@example.org", "group": trees.pk})
    assert stranger.status_code == 422


def test_managers_are_chosen_by_administrators(trees: Group) -> None:
    address = f"/gestion/groupes/{trees.pk}/"
    assert signed_in(MANAGER).post(address, {"managers": "lou"}).status_code == 403
    client = signed_in(ADMINISTRATOR)
    assert client.post(address, {"managers": "lou\nnobody"}).status_code == 422
    assert client.post(address, {"managers": "lou"}).status_code == 302
    assert [manager.user.username for manager in trees.managers.all()] == ["lou"]


def test_the_page_of_a_group_names_what_its_grants_open(trees: Group) -> None:
    theme = Theme.objects.create(slug="nature-en-ville", title="Nature en ville")
    Grant.objects.create(group=trees, theme=theme)
    dashboard("canopee").grants.create(group=trees)
    hidden = Layer.objects.create(slug="reserves", title="Réserves de faune", theme=theme)
    ProtectedField.objects.create(layer=hidden, name="nid").groups.add(trees)
    words = ("Thème « Nature en ville »", "canopee", "Réserves de faune")
    pages = [
        text(signed_in(person).get(f"/gestion/groupes/{trees.pk}/")) for person in (ADMINISTRATOR, MANAGER)
    ]
    # Who manages the group reads neither the dashboard nor the layer.
    assert [[each for each in words if each in page] for page in pages] == [list(words), [words[0]]]


def test_a_file_of_newcomers_takes_a_choice_and_two_buttons(trees: Group) -> None:
    lines = "".join(f"p{n}@example.org;P{n};Neuf;agent;Ici;Espaces verts\n" for n in range(20))
    client = signed_in(MANAGER)
    preview = send(client, (TITLES + lines).encode())
    assert len(preview.context["plan"].new) == 20
    assert not User.objects.filter(last_name="Neuf").exists()
    sent = {"text": preview.context["text"], "apply": "invite"}
    answer = client.post(f"{LIST}import/", sent)
    assert User.objects.filter(last_name="Neuf", groups=trees).exclude(invited_at=None).count() == 20
    assert client.post(f"{LIST}import/", {"text": sent["text"]}).context["plan"].plan.changes == ()
    client.post(answer["Location"])
    assert not User.objects.filter(last_name="Neuf").exists()


def test_the_file_of_the_list_imported_again_changes_nothing(trees: Group, roads: Group) -> None:
    client = signed_in(ADMINISTRATOR)
    User.objects.filter(username="lou").update(last_name="=1+1", kind="town")
    User.objects.filter(email="").update(email="autre@example.org")
    User.objects.filter(username="gestionnaire").update(email="gestion@example.org")
    ends = {
        "lou": dt.datetime(2999, 12, 31, 23, tzinfo=dt.UTC),
        "noa": dt.datetime(2999, 7, 1, 12, 30, 5, 6, tzinfo=dt.UTC),
    }
    for name, end in ends.items():
        User.objects.filter(username=name).update(ends_at=end)
    past = timezone.now() - dt.timedelta(days=1)
    User.objects.filter(username="sam").update(ends_at=past, date_joined=past - dt.timedelta(days=1))
    content = b"".join(client.get("/gestion/personnes.csv").streaming_content)
    plan = send(client, content).context["plan"]
    assert (plan.plan.changes, plan.errors, plan.absent) == ((), (), ())
    assert "second facteur" in plan.unread


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Aucune colonne"),
        ("nom;prénom\na;b\n".encode(), "Aucune colonne"),
        (b"courriel;email\na@b.fr;a@b.fr\n", "deux fois"),
        (b'courriel;nom\n"a@b.fr;x\n', "Ligne 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    trees: Group, content: bytes, message: str
) -> None:
    answer = send(signed_in(ADMINISTRATOR), content or b" ")
    assert answer.status_code == 422
    assert message in text(answer)
    assert not AccountBatch.objects.exists()
