"""What the database knows of the transactions of the last minute: the version each began, when, and whose it was."""

from __future__ import annotations

import pghistory
import pytest
from django.db import transaction

from heritage.models import RemarkableTree
from layers.sql.catalogue import RecentWrites, recent_writes
from tests import factories
from tests.former_answers import written_before

TABLE = RemarkableTree._meta.db_table
pytestmark = pytest.mark.django_db(transaction=True)


def writes() -> RecentWrites:
    return recent_writes([TABLE])[TABLE]


def test_statements_of_one_transaction_are_one_write() -> None:
    factories.tree()
    before = writes().version
    with transaction.atomic():
        factories.tree()
        factories.tree()
    since = writes().since(before)
    assert since is not None
    assert [writer for writer, _age in since] == [None]


def test_each_transaction_has_the_account_that_wrote() -> None:
    factories.tree()
    before = writes().version
    for account in (7, 8):
        with pghistory.context(user=account):
            RemarkableTree.objects.update(genre="Acer")
    RemarkableTree.objects.update(genre="Tilia")
    since = writes().since(before)
    assert since is not None
    assert [writer for writer, _age in since] == [None, 8, 7]


def test_an_account_that_is_named_late_in_its_transaction_is_the_writer() -> None:
    factories.tree()
    before = writes().version
    with transaction.atomic():
        RemarkableTree.objects.update(genre="Acer")
        with pghistory.context(user=7):
            RemarkableTree.objects.update(genre="Tilia")
    assert [writer for writer, _age in writes().since(before) or ()] == [7]


def test_the_age_of_a_write_is_that_of_its_instant() -> None:
    factories.tree()
    before = writes().version
    RemarkableTree.objects.update(genre="Acer")
    written_before(20)
    ((_writer, age),) = writes().since(before) or ()
    assert 20 <= age < 50


def test_writes_of_more_than_a_minute_ago_are_forgotten_by_the_next() -> None:
    factories.tree()
    before = writes().version
    RemarkableTree.objects.update(genre="Acer")
    written_before(61)
    RemarkableTree.objects.update(genre="Tilia")
    assert writes().since(before) is None


def test_nothing_is_since_the_present_version() -> None:
    factories.tree()
    assert writes().since(writes().version) == ()


def test_sixty_writes_are_remembered_at_most() -> None:
    factories.tree()
    for _number in range(70):
        RemarkableTree.objects.update(genre="Acer")
    assert len(writes().writers) == 60
