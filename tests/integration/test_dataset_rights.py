"""Who may make a dataset, load a delivery, put it online, bring it back, thin and drop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission

from datasets.access import Actor
from datasets.models import Dataset, Delivery
from datasets.publication.datasets import create_dataset, drop_dataset
from datasets.publication.services import publish, restore
from datasets.publication.thinning import thin
from layers.errors import Forbidden
from layers.models import Grant
from tests.deliveries import BENCHES, bench, dataset, deliver, published, theme
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER

pytestmark = pytest.mark.usefixtures("communes")

Deed = Callable[[Dataset, Actor], object]


def _publish(to: Dataset, user: Actor) -> None:
    publish(delivery=deliver(to, bench()), user=user)


def _restore(to: Dataset, user: Actor) -> None:
    first = published(to, bench("B1"))
    published(to, bench("B2"))
    restore(delivery=first, user=user)


LOAD: Deed = lambda to, user: deliver(to, bench(), user=user)  # noqa: E731  (a table of deeds)
DECISIONS: dict[str, Deed] = {
    "publish": _publish,
    "restore": _restore,
    "thin": lambda to, user: thin(dataset=to, user=user),
    "drop": lambda to, user: drop_dataset(dataset=to, user=user),
}


def _grant(to: Dataset, **rights: bool) -> None:
    group = Group.objects.get_or_create(name=GARDENER.groups[0])[0]
    Grant.objects.create(group=group, layer=to.layer, **rights)


@pytest.mark.parametrize("deed", [LOAD, *DECISIONS.values()], ids=["load", *DECISIONS])
def test_outsider_may_do_nothing(deed: Deed) -> None:
    with pytest.raises(Forbidden):
        deed(dataset(), OUTSIDER.account())


@pytest.mark.parametrize("deed", [LOAD, *DECISIONS.values()], ids=["load", *DECISIONS])
def test_public_may_do_nothing(deed: Deed) -> None:
    with pytest.raises(Forbidden):
        deed(dataset(), AnonymousUser())


@pytest.mark.parametrize("deed", [LOAD, *DECISIONS.values()], ids=["load", *DECISIONS])
def test_administrator_may_do_everything(deed: Deed) -> None:
    deed(dataset(), ADMINISTRATOR.account())


def test_editor_may_load() -> None:
    to = dataset()
    _grant(to, can_edit=True)
    assert deliver(to, bench(), user=GARDENER.account()).delivered_by == GARDENER.account()


@pytest.mark.parametrize("deed", DECISIONS.values(), ids=list(DECISIONS))
def test_editor_may_not_decide_what_is_online(deed: Deed) -> None:
    to = dataset()
    _grant(to, can_edit=True)
    with pytest.raises(Forbidden):
        deed(to, GARDENER.account())


@pytest.mark.parametrize("deed", DECISIONS.values(), ids=list(DECISIONS))
def test_approver_decides_what_is_online(deed: Deed) -> None:
    to = dataset()
    _grant(to, can_approve=True)
    deed(to, GARDENER.account())


def test_approver_may_not_load() -> None:
    to = dataset()
    _grant(to, can_approve=True)
    with pytest.raises(Forbidden):
        deliver(to, bench(), user=GARDENER.account())


def test_refused_person_leaves_no_delivery() -> None:
    with pytest.raises(Forbidden):
        deliver(dataset(), bench(), user=OUTSIDER.account())
    assert not Delivery.objects.exists()


def _create(user: Actor) -> Dataset:
    return create_dataset(slug="essai", title="Essai", theme=theme(), schema=BENCHES, user=user)


def test_making_a_dataset_needs_the_permission() -> None:
    with pytest.raises(Forbidden):
        _create(OUTSIDER.account())


def test_permission_makes_datasets() -> None:
    account = OUTSIDER.account()
    account.user_permissions.add(Permission.objects.get(codename="add_dataset"))
    assert _create(account).layer.slug == "essai"
