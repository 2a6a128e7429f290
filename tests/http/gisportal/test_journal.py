"""What people do is in the journal: who came in, who changed which right, who took what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from datasets.publication.services import restore
from gisportal.accounts.models import Token, User
from gisportal.accounts.services import create_token, revoke_tokens
from gisportal.accounts.vocabulary import TokenScope
from gisportal.journal.models import JournalEntry
from gisportal.journal.queries import names_of
from gisportal.journal.services import name_digest, origin, record
from gisportal.journal.vocabulary import Event
from layers.models import Grant, Layer, ProtectedField, Theme
from layers.visitor import system_visitor
from tests.deliveries import bench, dataset, published
from tests.http.administration.test_account_rights import address, form
from tests.people import ADMINISTRATOR, GARDENER, PASSWORD, PLANNER, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World, grant, protect

SIGN_IN = "/compte/connexion/"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.EXPORT_FOLDER, settings.PREPARED_FOLDER = tmp_path / "exports", tmp_path / "prepared"


def last(event: Event) -> JournalEntry:
    """Return the latest entry of an event."""
    return JournalEntry.objects.filter(event=event).order_by("-pk")[0]


def count(event: Event) -> int:
    return JournalEntry.objects.filter(event=event).count()


def browser(person: Person) -> Client:
    """Return the browser of somebody signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def try_password(name: str, password: str) -> Client:
    client = Client(headers={"host": "localhost"}, REMOTE_ADDR="203.0.113.9")
    client.post(SIGN_IN, {"username": name, "password": password, "login": name})
    return client


def test_a_sign_in_is_told_with_its_address(world: World) -> None:
    try_password(PLANNER.name, PASSWORD)
    entry = last(Event.SIGN_IN)
    assert (entry.actor_name, entry.address) == (PLANNER.name, "203.0.113.9")


def test_a_sign_in_is_told_with_its_proofs(world: World) -> None:
    try_password(PLANNER.name, PASSWORD)
    assert last(Event.SIGN_IN).detail == {"proofs": ["password"]}


def test_a_sign_out_is_told(world: World) -> None:
    client = try_password(PLANNER.name, PASSWORD)
    client.post("/compte/deconnexion/")
    assert last(Event.SIGN_OUT).actor_name == PLANNER.name


def test_a_failure_keeps_the_account_that_was_tried(world: World) -> None:
    try_password(PLANNER.name, "faux")
    entry = last(Event.SIGN_IN_FAILED)
    assert (entry.subject, entry.actor_id) == (f"account {PLANNER.account().pk}", None)


def test_a_name_that_is_nobodys_is_kept_as_a_digest(world: World) -> None:
    try_password("mon-mot-de-passe", "faux")
    entry = last(Event.SIGN_IN_FAILED)
    assert entry.detail == {"name_digest": name_digest("mon-mot-de-passe")}
    assert "mon-mot-de-passe" not in str(JournalEntry.objects.values_list("subject", "detail", "actor_name"))


def test_attempts_that_are_not_judged_are_told_as_such(world: World, settings: Settings) -> None:
    settings.ATTEMPT_LIMITS = settings.ATTEMPT_LIMITS | {"password": {"pair": 1, "network": 1, "account": 1}}
    for _attempt in range(3):
        try_password(GARDENER.name, "faux")
    assert last(Event.LOCK_OUT).subject == f"account {GARDENER.account().pk}"


def test_a_failure_outlives_the_transaction_that_fails(world: World) -> None:
    before = count(Event.SIGN_IN_FAILED)
    with origin(RequestFactory().get("/")), pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Event.SIGN_IN_FAILED, survives_rollback=True)
        raise ZeroDivisionError
    assert count(Event.SIGN_IN_FAILED) == before + 1


def test_a_change_that_fails_leaves_no_entry(world: World) -> None:
    before = count(Event.GRANT)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        grant(PLANNER, ZONES)
        raise ZeroDivisionError
    assert count(Event.GRANT) == before


def test_tokens_are_told_by_their_beginning_alone(world: World) -> None:
    token, text = create_token(user=PLANNER.account(), name="QGIS", scope=TokenScope.READ, days=3)
    created = last(Event.TOKEN_CREATED)
    revoke_tokens(Token.objects.filter(pk=token.pk))
    revoked = last(Event.TOKEN_REVOKED)
    assert [entry.detail["prefix"] for entry in (created, revoked)] == [token.prefix, token.prefix]
    assert text not in str([created.detail, revoked.detail])


def _change(model: type[Any], pk: int, **values: Any) -> None:
    found = model.objects.get(pk=pk)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()


def test_an_account_that_becomes_an_administrator_is_told_before_and_after(world: World) -> None:
    account = GARDENER.account()
    _change(User, account.pk, is_superuser=True, organisation="Ville")
    entry = last(Event.ACCOUNT)
    assert (entry.subject, entry.detail["before"], entry.detail["after"]) == (
        f"account {account.pk}",
        {"is_superuser": False},
        {"is_superuser": True},
    )


def test_what_is_no_right_is_not_told(world: World) -> None:
    before = count(Event.ACCOUNT)
    _change(User, GARDENER.account().pk, organisation="Ville")
    assert count(Event.ACCOUNT) == before


def test_a_narrowed_grant_is_told_before_and_after(world: World) -> None:
    held = Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name__in=PLANNER.groups).get()
    _change(Grant, held.pk, rows="commune = '92048'")
    entry = last(Event.GRANT)
    assert (entry.subject, entry.detail["before"], entry.detail["after"]) == (
        f"layer {PLAYGROUNDS}",
        {"rows": ""},
        {"rows": "commune = '92048'"},
    )


def test_a_removed_grant_is_told(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name__in=PLANNER.groups).get().delete()
    entry = last(Event.GRANT)
    assert (entry.detail["after"], entry.detail["before"]["can_download"]) == (None, True)


def test_a_layer_that_becomes_open_is_told(world: World) -> None:
    _change(Layer, Layer.objects.get(slug=PLAYGROUNDS).pk, visibility="open")
    assert last(Event.LAYER).detail["after"] == {"visibility": "open"}


def test_versions_of_a_dataset_that_come_online_and_come_back_are_entries(world: World) -> None:
    first = published(dataset("bancs"), bench("B1"))
    second = published(first.dataset, bench("B2"))
    entry = last(Event.VERSION)
    assert (entry.subject, entry.detail) == (
        "layer bancs",
        {"before": {"version": first.number}, "after": {"version": second.number}, "restored": False},
    )
    restore(delivery=first, visitor=system_visitor())
    entry = last(Event.VERSION)
    assert (entry.detail["after"], entry.detail["restored"]) == ({"version": first.number}, True)


def test_readers_of_a_protected_field_are_told(world: World) -> None:
    entry = protect(TREES, "genre", PLANNER)
    told = last(Event.PROTECTED_FIELD)
    assert (told.subject, told.detail["added"]) == (f"layer {TREES}", list(PLANNER.groups))
    ProtectedField.objects.get(pk=entry.pk).delete()
    assert last(Event.PROTECTED_FIELD).detail["before"] == {"name": "genre"}


@pytest.mark.parametrize("side", ["account", "group"])
def test_a_new_member_of_a_group_is_told_from_either_side(world: World, side: str) -> None:
    account, group = PLANNER.account(), Group.objects.get(name=GARDENER.groups[0])
    if side == "account":
        account.groups.add(group)
    else:
        group.user_set.add(account)
    wanted = (
        (f"account {account.pk}", [group.name])
        if side == "account"
        else (f"group {group.pk}", [PLANNER.name])
    )
    entry = last(Event.MEMBERSHIP)
    assert (entry.subject, entry.detail["added"]) == wanted


@pytest.mark.parametrize("way", ["remove", "clear"])
def test_a_member_who_leaves_is_told(world: World, way: str) -> None:
    account, group = PLANNER.account(), Group.objects.get(name=PLANNER.groups[0])
    account.groups.remove(group) if way == "remove" else account.groups.clear()
    assert last(Event.MEMBERSHIP).detail["removed"] == [group.name]


def test_a_permission_is_told(world: World) -> None:
    permission = Permission.objects.get(codename="change_user")
    PLANNER.account().user_permissions.add(permission)
    assert last(Event.PERMISSIONS).detail["added_ids"] == [permission.pk]


def test_who_takes_an_internal_layer_is_told_with_the_question_and_the_rows(world: World) -> None:
    browser(PLANNER).get(f"/export/{PLAYGROUNDS}.csv", {"commune": "92048"}).getvalue()
    entry = last(Event.EXPORT)
    told = (
        entry.actor_name,
        entry.subject,
        entry.detail["format"],
        entry.detail["rows"],
        entry.detail["question"],
    )
    assert told == (PLANNER.name, f"layer {PLAYGROUNDS}", "csv", 2, {"commune": ["92048"]})


def test_a_file_of_an_open_layer_that_touches_an_internal_one_is_told(world: World) -> None:
    browser(PLANNER).get(f"/export/{TREES}.csv", {"touching": PLAYGROUNDS}).getvalue()
    assert last(Event.EXPORT).subject == f"layer {TREES}"


def test_open_data_is_nobodys_business(world: World) -> None:
    before = count(Event.EXPORT)
    browser(PLANNER).get(f"/export/{TREES}.csv").getvalue()
    assert count(Event.EXPORT) == before


def test_a_file_read_by_parts_is_told_once(world: World) -> None:
    client, before = browser(PLANNER), count(Event.EXPORT)
    for part in ("bytes=1-5", "bytes=6-9", "bytes=10-20"):
        client.get(f"/export/{PLAYGROUNDS}.csv", headers={"Range": part}).getvalue()
    assert count(Event.EXPORT) == before + 1


def test_what_is_done_in_the_administration_is_told_once(world: World) -> None:
    client = browser(ADMINISTRATOR)
    start = JournalEntry.objects.latest("pk").pk
    client.post("/administration/auth/group/add/", {"name": "Archives"})
    (entry,) = JournalEntry.objects.filter(pk__gt=start)
    assert (entry.actor_name, entry.event) == (ADMINISTRATOR.name, Event.GROUP)
    assert entry.detail["after"] == {"name": "Archives"}


def test_what_no_event_of_its_own_tells_is_an_action_of_the_administration(world: World) -> None:
    theme = Theme.objects.first()
    assert theme is not None
    sent = {
        "title": "Autre titre",
        "slug": theme.slug,
        "rank": theme.rank,
        "token": theme.token,
        "icon": theme.icon,
    }
    browser(ADMINISTRATOR).post(f"/administration/layers/theme/{theme.pk}/change/", sent)
    entry = last(Event.ADMINISTRATION)
    assert (entry.subject, entry.detail) == (
        f"layers.theme {theme.pk}",
        {"action": "change", "fields": ["titre"]},
    )


def test_a_change_of_rights_and_of_texts_is_told_with_the_texts(world: World) -> None:
    client, sent = browser(ADMINISTRATOR), form(PLANNER, groups=[], first_name="Paule")
    start = JournalEntry.objects.latest("pk").pk
    client.post(address(PLANNER), sent)
    events = JournalEntry.objects.filter(pk__gt=start).exclude(event=Event.SIGN_IN)
    assert set(events.values_list("event", flat=True)) == {Event.MEMBERSHIP, Event.ADMINISTRATION}
    assert set(last(Event.ADMINISTRATION).detail["fields"]) >= {"first name", "groups"}


def told_by_deletion(model: str, keys: list[int]) -> list[JournalEntry]:
    """Delete several rows at once in the administration; return what the journal tells of it."""
    before = JournalEntry.objects.latest("pk").pk
    chosen = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    browser(ADMINISTRATOR).post(f"/administration/{model}/", chosen)
    return list(JournalEntry.objects.filter(pk__gt=before).exclude(event=Event.SIGN_IN).order_by("pk"))


def held_groups() -> list[Group]:
    """Two groups: members and grants on layers, a permission, a field that they alone read."""
    groups = list(Group.objects.filter(name__in=[*PLANNER.groups[:1], *GARDENER.groups[:1]]).order_by("pk"))
    groups[0].permissions.add(Permission.objects.get(codename="change_user"))
    protect(TREES, "genre", PLANNER, GARDENER)
    return groups


def test_groups_deleted_together_are_told_one_by_one_with_what_leaves(
    world: World, subtests: pytest.Subtests
) -> None:
    groups = held_groups()
    members = {
        f"group {group.pk}": sorted(group.user_set.values_list("username", flat=True)) for group in groups
    }
    grants = Grant.objects.filter(group__in=groups).count()
    told = told_by_deletion("auth/group", [group.pk for group in groups])

    def of(event: Event) -> list[JournalEntry]:
        return [entry for entry in told if entry.event == event]

    claims = {
        # One of them has a manager, whose entry is of the same event.
        "the groups": (sorted({entry.subject for entry in of(Event.GROUP)}), sorted(members)),
        "their members": (
            {entry.subject: entry.detail["removed"] for entry in of(Event.MEMBERSHIP)},
            members,
        ),
        "their permissions": (
            [entry.subject for entry in of(Event.PERMISSIONS)],
            [f"group {groups[0].pk}"],
        ),
        "their grants": (len(of(Event.GRANT)), grants),
        "the fields that they read": ({entry.subject for entry in of(Event.PROTECTED_FIELD)}, set(members)),
        "each deletion once": (list(of(Event.ADMINISTRATION)), []),
        "who did it": ({entry.actor_name for entry in told}, {ADMINISTRATOR.name}),
    }
    for claim, (found, wanted) in claims.items():
        with subtests.test(claim):
            assert found == wanted


def test_accounts_deleted_together_are_told_one_by_one(world: World) -> None:
    accounts = [PLANNER.account(), GARDENER.account()]
    told = told_by_deletion("accounts/user", [account.pk for account in accounts])
    assert {(entry.event, entry.subject) for entry in told} >= {
        (event, f"account {account.pk}")
        for event in (Event.ACCOUNT, Event.MEMBERSHIP)
        for account in accounts
    }


JOURNAL = "/administration/journal/journalentry/"


def test_administrators_read_the_journal_and_filter_it(world: World) -> None:
    text = browser(ADMINISTRATOR).get(JOURNAL, {"event": "grant"}).content.decode()
    assert "Droit sur une couche" in text and "Télécharger ces entrées en CSV" in text


def test_the_list_reads_in_names(world: World) -> None:
    grant(PLANNER, ZONES, rows="typezone = 'U'")
    page = browser(ADMINISTRATOR).get(JOURNAL, {"event": "grant"}).content.decode()
    title = Layer.objects.get(slug=ZONES).title
    assert f"couche « {title} »" in page
    assert f"groupe : {PLANNER.groups[0]}" in page
    assert "groupe n°" not in page


def test_names_are_read_for_a_page_together(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entries = list(JournalEntry.objects.all()[:100])
    kinds = {entry.subject.partition(" ")[0] for entry in entries}
    with django_assert_max_num_queries(len(kinds) + 3):
        names_of(entries)
    assert len(entries) > len(kinds) + 3


@pytest.mark.parametrize("place", ["", "journal.csv"])
def test_nobody_else_reads_the_journal(world: World, place: str) -> None:
    account = PLANNER.account()
    account.is_staff = True
    account.save()
    account.user_permissions.set(Permission.objects.filter(content_type__app_label="journal"))
    assert browser(PLANNER).get(JOURNAL + place).status_code in {403, 404}


def test_the_journal_is_taken_as_csv_with_the_filters_of_the_list(world: World) -> None:
    answer = browser(ADMINISTRATOR).get(f"{JOURNAL}journal.csv", {"event": "grant"})
    lines = answer.getvalue().decode().splitlines()
    assert lines[0].startswith("\ufeffnumber;at;event;")
    assert {line.split(";")[2] for line in lines[1:]} == {"grant"}


@pytest.mark.parametrize("place", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_nobody_writes_to_the_journal_by_hand(world: World, place: str) -> None:
    path = JOURNAL + place.format(pk=JournalEntry.objects.latest("pk").pk)
    assert browser(ADMINISTRATOR).post(path, {"subject": "autre"}).status_code == 403
