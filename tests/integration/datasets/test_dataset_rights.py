"""Who may make a dataset, load a delivery, put it online, bring it back, thin and drop: the table *person × right*.

What a table asks is the service itself, which every page and command calls; the pages are asked the same in
``tests/http/access/test_access_datasets.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datasets.access import dataset_of, feeds_something
from datasets.imports.actions import _dataset
from datasets.imports.proposal import Identity
from datasets.models import Dataset, Delivery
from datasets.publication.services import create_dataset, drop_dataset, publish, restore
from datasets.publication.thinning import thin
from datasets.versions.queries import datasets_of
from layers import access
from layers.errors import Forbidden, UnknownLayer
from layers.models import Commune, Grant, Layer
from layers.visitor import Visitor, system_visitor
from tests.deliveries import BENCHES, bench, dataset, deliver, published, theme
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC

pytestmark = pytest.mark.usefixtures("communes")

DAY = dt.timedelta(days=1)
EVERYTHING, NOTHING = {"create", "load", "publish", "restore", "thin", "drop"}, set[str]()
DECISIONS = {"publish", "restore", "thin", "drop"}
Visiting = Callable[[], Visitor]


@dataclass(frozen=True)
class Case:
    """Somebody who asks, the grant of the gardeners at that moment, and what they may do."""

    visitor: Visiting
    may: set[str]
    grant: dict[str, Any] = field(default_factory=dict)


BOTH = {"can_add": True, "can_change": True, "can_delete": True, "can_approve": True}
CASES = {
    "system": Case(system_visitor, EVERYTHING),
    "administrator": Case(ADMINISTRATOR.visitor, EVERYTHING),
    "every row": Case(GARDENER.visitor, DECISIONS | {"load"}, BOTH),
    "edits alone": Case(
        GARDENER.visitor, {"load"}, {"can_add": True, "can_change": True, "can_delete": True}
    ),
    "approves alone": Case(GARDENER.visitor, DECISIONS, {"can_approve": True}),
    "reads alone": Case(GARDENER.visitor, NOTHING, {"can_download": True}),
    "rows of a commune": Case(GARDENER.visitor, NOTHING, BOTH | {"rows": f"commune = '{MEUDON}'"}),
    "ended": Case(GARDENER.visitor, NOTHING, BOTH | {"valid_until": timezone.now() - DAY}),
    "not begun": Case(GARDENER.visitor, NOTHING, BOTH | {"valid_from": timezone.now() + DAY}),
    "outsider": Case(OUTSIDER.visitor, NOTHING, BOTH),
    "public": Case(PUBLIC.visitor, NOTHING, BOTH),
    "commune portal": Case(lambda: GARDENER.visitor(portal=MEUDON), NOTHING, BOTH),
    "administrator on a commune portal": Case(lambda: ADMINISTRATOR.visitor(portal=MEUDON), NOTHING),
    "reading token": Case(lambda: GARDENER.visitor(may_write=False), NOTHING, BOTH),
    "reading token of an administrator": Case(lambda: ADMINISTRATOR.visitor(may_write=False), NOTHING),
}


@dataclass(frozen=True)
class Benches:
    """A dataset with a past version, one online and one ready."""

    dataset: Dataset
    past: Delivery
    ready: Delivery


@pytest.fixture
def benches(communes: dict[str, Commune]) -> Benches:
    """The dataset that every case asks for."""
    made = dataset()
    past = published(made, bench("B1"))
    published(made, bench("B2"))
    return Benches(made, past, deliver(made, bench("B3")))


def _create(visitor: Visitor) -> Dataset:
    return create_dataset(slug="essai", title="Essai", theme=theme(), schema=BENCHES, visitor=visitor)


DEEDS: dict[str, Callable[[Benches, Visitor], object]] = {
    "create": lambda to, visitor: _create(visitor),
    "load": lambda to, visitor: deliver(to.dataset, bench("B4"), visitor=visitor),
    "publish": lambda to, visitor: publish(delivery=to.ready, visitor=visitor),
    "restore": lambda to, visitor: restore(delivery=to.past, visitor=visitor),
    "thin": lambda to, visitor: thin(dataset=to.dataset, visitor=visitor),
    "drop": lambda to, visitor: drop_dataset(dataset=to.dataset, visitor=visitor),
}


def _grant(to: Dataset, **values: Any) -> Grant:
    group = Group.objects.get_or_create(name=GARDENER.groups[0])[0]
    return Grant.objects.create(group=group, layer=to.layer, **values)


def _visitor(to: Benches, name: str) -> Visitor:
    """Return who asks in a case, after giving the grant of the case."""
    if CASES[name].grant:
        _grant(to.dataset, **CASES[name].grant)
    return CASES[name].visitor()


def _done(to: Benches, visitor: Visitor) -> Iterator[str]:
    """Yield the deeds that are not refused, each undone before the next."""
    for name, deed in DEEDS.items():
        with transaction.atomic():
            try:
                deed(to, visitor)
                yield name
            except Forbidden:
                pass
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", CASES)
def test_each_person_does_what_their_rights_say(benches: Benches, name: str) -> None:
    assert set(_done(benches, _visitor(benches, name))) == CASES[name].may


@pytest.mark.parametrize("name", CASES)
def test_the_door_answers_what_the_services_do(benches: Benches, name: str) -> None:
    rights = access.rights(_visitor(benches, name), benches.dataset.layer)
    assert rights.can_load == ("load" in CASES[name].may)
    assert rights.can_publish == ("publish" in CASES[name].may)


@pytest.mark.parametrize("name", CASES)
def test_the_scope_of_what_is_online_says_the_same(benches: Benches, name: str) -> None:
    scope = access.scope(_visitor(benches, name), "bancs")
    assert scope.can_load == ("load" in CASES[name].may)
    assert scope.can_publish == ("publish" in CASES[name].may)


# Who feeds the dataset finds it in every place that shows it, the places where they may not change it too.
FEEDERS = {
    name for name, case in CASES.items() if case.may or "commune portal" in name or "reading token" in name
}


@pytest.mark.parametrize("name", CASES)
def test_versions_exist_for_who_feeds_the_dataset(benches: Benches, name: str) -> None:
    visitor = _visitor(benches, name)
    result = [entry.dataset for entry in datasets_of(visitor)]
    assert (result == [benches.dataset]) == (name in FEEDERS)
    assert feeds_something(visitor) == (name in FEEDERS)
    if name not in FEEDERS:
        with pytest.raises(UnknownLayer):
            dataset_of(visitor, "bancs")


def test_grants_on_parts_do_not_add_up_to_every_row(benches: Benches) -> None:
    _grant(benches.dataset, **BOTH, rows=f"commune = '{MEUDON}'")
    _grant(benches.dataset, **BOTH, rows=f"commune <> '{MEUDON}'")
    assert not access.rights(GARDENER.visitor(), benches.dataset.layer).can_load


def test_a_grant_to_read_every_row_does_not_widen_one_that_edits_some(benches: Benches) -> None:
    _grant(benches.dataset, **BOTH, rows=f"commune = '{MEUDON}'")
    _grant(benches.dataset)
    assert not access.rights(GARDENER.visitor(), benches.dataset.layer).can_load


@pytest.mark.parametrize("rows", ["", " ", "\n\t "])
def test_an_empty_filter_is_every_row_in_the_list_and_in_the_right(benches: Benches, rows: str) -> None:
    _grant(benches.dataset, **BOTH, rows=rows)
    visitor = GARDENER.visitor()
    assert access.rights(visitor, benches.dataset.layer).can_load
    assert feeds_something(visitor)


def test_who_feeds_a_draft_feeds_it_before_anybody_sees_it() -> None:
    made = dataset()
    Layer.objects.filter(pk=made.layer_id).update(state="draft")
    _grant(made, **BOTH)
    assert dataset_of(GARDENER.visitor(), "bancs") == made
    assert deliver(made, bench(), visitor=GARDENER.visitor()).state == "ready"


def test_the_list_of_datasets_costs_two_questions_however_long(benches: Benches) -> None:
    _grant(benches.dataset, **BOTH)
    for slug in ("parcs", "squares"):
        _grant(dataset(slug), **BOTH)
    visitor = GARDENER.visitor()
    with CaptureQueriesContext(connection) as asked:
        assert len(datasets_of(visitor)) == 3
    assert len(asked) == 2


def test_a_delivery_is_signed_by_its_author() -> None:
    to = dataset()
    _grant(to, can_add=True, can_change=True, can_delete=True)
    assert deliver(to, bench(), visitor=GARDENER.visitor()).delivered_by == GARDENER.account()


def test_what_the_system_delivers_has_no_author() -> None:
    assert deliver(dataset(), bench(), visitor=system_visitor()).delivered_by is None


def test_refused_person_leaves_no_delivery() -> None:
    with pytest.raises(Forbidden):
        deliver(dataset(), bench(), visitor=OUTSIDER.visitor())
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("by_group", [False, True], ids=["account", "group"])
def test_permission_makes_datasets(by_group: bool) -> None:
    permission, account = Permission.objects.get(codename="add_dataset"), OUTSIDER.account()
    if by_group:
        account.groups.get().permissions.add(permission)
    else:
        account.user_permissions.add(permission)
    assert _create(OUTSIDER.visitor()).layer.slug == "essai"


def test_permission_makes_no_dataset_where_a_part_of_the_rows_is_shown() -> None:
    OUTSIDER.account().user_permissions.add(Permission.objects.get(codename="add_dataset"))
    with pytest.raises(Forbidden, match="portail"):
        _create(OUTSIDER.visitor(portal=MEUDON))


def test_nobody_entrusts_a_dataset_to_a_group_that_is_not_theirs() -> None:
    OUTSIDER.account().user_permissions.add(Permission.objects.get(codename="add_dataset"))
    PLANNER.account()
    strangers = Group.objects.get(name=PLANNER.groups[0])
    with pytest.raises(Forbidden):
        _dataset(Identity("Essai", "essai", theme(), strangers), BENCHES, OUTSIDER.visitor())
