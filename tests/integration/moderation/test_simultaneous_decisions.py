"""Two people decide of one row at the same moment: one decision stands, the other one reads whose it is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from layers.errors import LayersError
from layers.models import Commune
from moderation.errors import InvalidTransition
from moderation.models import RowStep
from moderation.services import perform
from roadworks.models import RoadWorks
from tests.examples import count
from tests.factories import BOULOGNE
from tests.moderated_layer import open_works, works, works_scope
from tests.people import GARDENER, PLANNER, Person
from tests.waiting import somebody_waits, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _works(catalogue: dict[str, Commune], settings: Settings) -> None:
    open_works(catalogue, settings)


def decision(person: Person, pk: int, name: str) -> Callable[[], LayersError | None]:
    """Return a decision of a person: it returns why it is refused, None where it stands."""
    scope = works_scope(person)

    def decide() -> LayersError | None:
        try:
            perform(scope=scope, pk=pk, name=name, reason="Doublon")
        except LayersError as error:
            return error
        finally:
            if not connection.in_atomic_block:
                connection.close()
        return None

    return decide


def test_decision_that_waited_for_another_is_refused_and_says_whose_and_when() -> None:
    pk = works("Fouille", etat="submitted", at=BOULOGNE).pk
    first, second = decision(PLANNER, pk, "publish"), decision(GARDENER, pk, "refuse")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(second)
            until(lambda: somebody_waits() or waiting.done())
        error = waiting.result(timeout=30)
    assert isinstance(error, InvalidTransition)
    assert f"La dernière étape est de {PLANNER.name}, le " in error.detail


def test_one_of_two_decisions_at_once_stands_whichever_comes_first() -> None:
    barrier = Barrier(2, timeout=30)

    def at_once(decide: Callable[[], LayersError | None]) -> LayersError | None:
        barrier.wait()
        return decide()

    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for number in range(count(50, at_least=5)):
            pk = works(f"Fouille-{number}", etat="submitted", at=BOULOGNE).pk
            decisions = [decision(PLANNER, pk, "publish"), decision(GARDENER, pk, "refuse")]
            errors = list(pool.map(at_once, decisions))
            stands = [
                target for target, error in zip(("published", "refused"), errors, strict=True) if not error
            ]
            steps = list(RowStep.objects.filter(moderated__row=pk).values_list("target", flat=True))
            outcomes.append(stands == steps == [RoadWorks.objects.get(pk=pk).etat])
    assert all(outcomes)
