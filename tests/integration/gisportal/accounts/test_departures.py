"""Leaving, merging, the emergency key, the data of a person and their erasure."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from explorer.models import FeatureReport, SavedView
from gisportal.accounts.emergency import open_account, seal_key
from gisportal.accounts.models import EmergencyKey, GroupManager, ShareLink, Token, User
from gisportal.accounts.people.departures import leave, possessions
from gisportal.accounts.people.personal_data import archive, erase, personal_rows
from gisportal.accounts.services import LinkPurpose, create_token, read_key
from gisportal.accounts.vocabulary import TokenScope
from gisportal.journal.models import JournalEntry
from gisportal.journal.services import chain
from layers.errors import Forbidden, InvalidParameter, WrongCredentials
from layers.models import Grant, Layer, Theme
from management.models import AccessRequest
from tests.people import Person

pytestmark = pytest.mark.django_db
CHIEF = Person("cheffe", is_administrator=True)


@pytest.fixture
def lou() -> User:
    """Return somebody who owns a view, a token and the management of a group, beside a colleague."""
    user = User.objects.create(username="lou", email="lou@example.org", first_name="Lou", last_name="Petit")
    User.objects.create(username="noa", email="noa@example.org")
    group = Group.objects.create(name="Espaces verts")
    group.user_set.add(user)
    SavedView.objects.create(owner=user, title="Parcs", address="q=1")
    GroupManager.objects.create(user=user, group=group)
    create_token(user=user, name="QGIS", scope=TokenScope.READ, days=9)
    return user


def noa() -> User:
    return User.objects.get(username="noa")


def test_what_somebody_alone_owned_goes_to_a_colleague(lou: User) -> None:
    SavedView.objects.create(owner=noa(), title="Parcs", address="q=2")
    assert [len(possession.names) for possession in possessions(lou)] == [1, 1]
    leave(CHIEF.visitor(), lou, heir=noa())
    lou.refresh_from_db()
    assert (lou.is_active, possessions(lou)) == (False, [])
    assert set(SavedView.objects.filter(owner=noa()).values_list("title", flat=True)) == {
        "Parcs",
        "Parcs (2)",
    }
    assert [manager.user.username for manager in GroupManager.objects.all()] == ["noa"]
    assert not Token.objects.filter(revoked_at=None).exists()
    assert not noa().groups.exists()
    assert JournalEntry.objects.filter(event="account", detail__left=True).exists()


def test_nothing_is_closed_while_it_owns_what_nobody_takes_over(lou: User) -> None:
    with pytest.raises(InvalidParameter):
        leave(CHIEF.visitor(), lou, heir=None)
    with pytest.raises(InvalidParameter):
        leave(CHIEF.visitor(), lou, heir=lou)
    assert User.objects.get(pk=lou.pk).is_active


def test_two_accounts_of_a_person_become_one(lou: User) -> None:
    report = FeatureReport.objects.create(layer="x", feature=1, category="other", message="x", author=lou)
    leave(CHIEF.visitor(), lou, heir=noa(), is_merge=True)
    report.refresh_from_db()
    assert report.author == noa()
    assert [group.name for group in noa().groups.all()] == ["Espaces verts"]


def test_links_end_with_who_leaves_and_follow_a_person_to_their_other_account(lou: User) -> None:
    end = timezone.now() + dt.timedelta(days=9)
    link = ShareLink.objects.create(author=lou, title="AMO", address="/carte/", digest="1", expires_at=end)
    theme = Theme.objects.create(slug="jeux-test", title="Jeux")
    grant = Grant.objects.create(person=lou, theme=theme)
    with transaction.atomic():
        leave(CHIEF.visitor(), lou, heir=noa(), is_merge=True)
        assert (Grant.objects.get(pk=grant.pk).person, ShareLink.objects.get(pk=link.pk).author) == (
            noa(),
            noa(),
        )
        assert ShareLink.objects.get(pk=link.pk).revoked_at is None
        transaction.set_rollback(True)
    leave(CHIEF.visitor(), lou, heir=noa())
    assert (Grant.objects.get(pk=grant.pk).person, ShareLink.objects.get(pk=link.pk).author) == (lou, lou)
    assert ShareLink.objects.get(pk=link.pk).revoked_at is not None


def test_only_an_administrator_closes_an_account(lou: User) -> None:
    with pytest.raises(Forbidden):
        leave(Person("noa").visitor(), lou, heir=noa())
    with pytest.raises(Forbidden):
        leave(CHIEF.visitor(), CHIEF.account(), heir=lou)


def test_the_archive_has_what_the_portal_has_and_no_secret(lou: User) -> None:
    with zipfile.ZipFile(io.BytesIO(archive(lou))) as file:
        data = json.loads(file.read("data.json"))
        texts = "".join(file.read(name).decode() for name in file.namelist())
    token = Token.objects.get()
    assert (data["account"][0]["email"], data["views"][0]["title"]) == ("lou@example.org", "Parcs")
    assert [row["event"] for row in data["journal"] if row["event"] == "token-created"] == ["token-created"]
    assert token.digest not in texts
    assert lou.password not in texts or lou.password == ""


# What the archive has without a table of its own, and what has no more than another table of it.
ELSEWHERE = {
    "accounts.User_groups": "groups",
    "accounts.User_user_permissions": "is of administrators, and in the journal",
    "accounts.AccountBatch": "the journal has each change of an account",
    "admin.LogEntry": "the journal has it",
    "pghistory.MiddlewareEvents": "a view of what the journal is made of",
    "usersessions.UserSession": "sessions",
}


def test_every_table_that_names_an_account_is_in_the_archive() -> None:
    columns = {
        (field.related_model._meta.label, field.field.name)
        for field in User._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and not field.many_to_many
    }
    archived = {
        (rows.model._meta.label, owner)
        for rows in personal_rows()
        for owner in rows.owners
        if "__" not in owner
    }
    assert {column for column in columns - archived if column[0] not in ELSEWHERE} == set()


def test_the_emergency_key_opens_once_and_alerts(lou: User) -> None:
    chief = CHIEF.account()
    User.objects.filter(pk=chief.pk).update(is_active=False, email="cheffe@example.org")
    former, key = seal_key(), seal_key()
    for wrong, name in ((former, "cheffe"), (key, "lou"), ("x", "cheffe")):
        with pytest.raises(WrongCredentials):
            open_account(key=wrong, username=name)
    address = open_account(key=key.upper(), username="cheffe")
    match = read_key(address.rstrip("/").rpartition("/")[2], LinkPurpose.RESET)
    assert match is not None
    assert match[0] == chief
    assert JournalEntry.objects.filter(event="emergency", subject=f"account {chief.pk}").count() == 1
    assert key not in "".join(EmergencyKey.objects.values_list("digest", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'to' FROM procrastinate_jobs WHERE task_name = 'accounts.send_mail'")
        assert ("cheffe@example.org",) in cursor.fetchall()
    with pytest.raises(WrongCredentials):
        open_account(key=key, username="cheffe")


def test_the_command_refuses_a_wrong_key(lou: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    with pytest.raises(CommandError):
        call_command("emergency_key", "open", "cheffe")


@pytest.fixture
def sealed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Seal entries at each statement, as at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS journal_seal IMMEDIATE")
    yield


def test_an_open_account_is_not_erased(lou: User) -> None:
    with pytest.raises(Forbidden):
        erase(CHIEF.visitor(), lou)


def test_a_person_is_erased_and_the_chain_still_verifies(sealed: None, lou: User) -> None:
    leave(CHIEF.visitor(), lou, heir=noa())
    JournalEntry.objects.create(
        event="sign-in", actor_id=lou.pk, actor_name="lou", subject=f"account {lou.pk}"
    )
    theme = Theme.objects.create(slug="x", title="X")
    AccessRequest.objects.create(
        person=lou,
        layer=Layer.objects.create(slug="x", title="X", theme=theme),
        reason="x",
        valid_until=timezone.now(),
    )
    erase(CHIEF.visitor(), lou)
    assert not AccessRequest.objects.exists()
    lou.refresh_from_db()
    rows = JournalEntry.objects.values_list("actor_name", "detail")
    assert (lou.username, lou.email, lou.last_name) == (f"compte-{lou.pk}", "", "")
    assert [row for row in rows if row[0] == "lou" or '"lou"' in json.dumps(row[1])] == []
    assert (chain().broken, chain().fault) == (0, "")
    assert JournalEntry.objects.filter(event="erasure", subject=f"account {lou.pk}").count() == 1


def test_no_other_change_of_a_sealed_entry_passes_for_an_erasure(sealed: None, lou: User) -> None:
    entry = JournalEntry.objects.create(event="sign-in", actor_name="x")
    with pytest.raises(Exception, match="append-only"):
        JournalEntry.objects.filter(pk=entry.pk).update(actor_name="")
