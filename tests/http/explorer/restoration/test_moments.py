"""A whole layer restored as it was at a moment: chosen, previewed, confirmed with a reason, and undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from heritage.models import RemarkableTree
from layers import access
from layers.models import events_of
from layers.services.bulk import delete_features, update_features
from layers.visitor import system_visitor
from tests.people import ADMINISTRATOR, Person
from tests.staff import BACKEND
from tests.world import TREES, World, grant

pytestmark = pytest.mark.django_db
PAGE = f"/catalogue/{TREES}/retablir/"
EDITOR = Person("elagueuse", groups=("Élagage",))


def _client(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend=BACKEND)
    return client


def _trees() -> dict[int, str]:
    return dict(RemarkableTree.objects.values_list("pk", "adresse"))


@pytest.fixture
def edited(world: World) -> tuple[dict[int, str], dt.datetime]:
    """The addresses of the trees, and an instant after which one changed and another left."""
    before, at = _trees(), timezone.now()
    changed, deleted = list(before)[:2]
    scope = access.scope(system_visitor(), TREES)
    update_features(scope=scope, values={"adresse": "ailleurs"}, pks=[changed])
    delete_features(scope=scope, pks=[deleted])
    # One transaction is one instant to PostgreSQL, and a test is one: events of before are those of the arrangement.
    _events().filter(pgh_label__in=["update", "delete"]).update(
        pgh_created_at=at + dt.timedelta(milliseconds=1)
    )
    _events().filter(pgh_label="insert").update(pgh_created_at=at - dt.timedelta(days=1))
    return before, at


def _events() -> Any:
    kind = events_of(RemarkableTree)
    assert kind is not None
    return kind._default_manager


def test_a_moment_is_previewed_then_restored_with_a_reason_and_undone(
    edited: tuple[dict[int, str], dt.datetime],
) -> None:
    before, at = edited
    after, client = _trees(), _client(ADMINISTRATOR)
    page = client.get(PAGE, {"at": at.isoformat()})
    assert [page.context[name] for name in ("changed", "created", "deleted")] == [1, 1, 0]
    assert "ailleurs" in page.content.decode()
    assert _trees() == after

    form = {"at": at.isoformat(), "last": str(page.context["form"]["last"].value())}
    assert client.post(PAGE, form | {"reason": ""}).status_code == 422
    assert _trees() == after
    client.post(PAGE, form | {"reason": "Erreur de fichier"})
    assert _trees() == before
    assert _events().latest("pgh_id").pgh_context.metadata["reason"] == "Erreur de fichier"

    client.post(f"/catalogue/{TREES}/modifier/annuler/")
    assert _trees() == after


def test_a_preview_that_is_no_longer_true_is_refused(edited: tuple[dict[int, str], dt.datetime]) -> None:
    before, at = edited
    client = _client(ADMINISTRATOR)
    last = client.get(PAGE, {"at": at.isoformat()}).context["form"]["last"].value()
    scope = access.scope(system_visitor(), TREES)
    update_features(scope=scope, values={"adresse": "encore"}, pks=list(before)[:1])
    answer = client.post(PAGE, {"at": at.isoformat(), "last": str(last), "reason": "Erreur de fichier"})
    assert answer.status_code == 409
    assert str(last) != str(answer.context["form"]["last"].value())
    assert list(_trees().values()) == ["encore"]


def test_the_last_changes_are_moments_and_a_date_is_read_in_words(
    edited: tuple[dict[int, str], dt.datetime],
) -> None:
    client = _client(ADMINISTRATOR)
    page = client.get(PAGE)
    assert [(each.changed, each.deleted) for each in page.context["changes"][:2]] == [(0, 1), (1, 0)]
    wrong = client.get(PAGE, {"at": "hier"})
    assert (wrong.status_code, "31/12/2026" in wrong.content.decode()) == (422, True)
    assert client.get(PAGE, {"at": "2999-01-01T00:00"}).status_code == 400


def test_who_writes_some_rows_restores_no_moment(world: World) -> None:
    grant(EDITOR, TREES, can_add=True, can_change=True, can_delete=True)
    assert _client(EDITOR).get(PAGE).status_code == 403
    assert PAGE not in _client(EDITOR).get(f"/catalogue/{TREES}/modifier/").content.decode()
    assert PAGE in _client(ADMINISTRATOR).get(f"/catalogue/{TREES}/modifier/").content.decode()
