"""What is written of an indicator at the same time all counts in what is computed of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from plans.models import Indicator, Measure, Milestone
from tests.plans import indicator_of
from tests.waiting import somebody_waits, until

NOW = timezone.localdate().year


@pytest.mark.django_db(transaction=True)
def test_a_measure_written_while_a_target_moves_is_not_forgotten() -> None:
    found = indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {})

    def move_target() -> None:
        try:
            Milestone.objects.filter(indicator_id=found.pk, annee=NOW + 4).update(valeur=80)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Measure.objects.create(indicator=found, annee=NOW - 1, valeur=90)
            moving = pool.submit(move_target)
            until(somebody_waits)
        moving.result(timeout=30)
    read = Indicator.objects.get(pk=found.pk)
    assert (read.annee_mesure, read.valeur_cible, read.etat) == (NOW - 1, 80, "en_bonne_voie")
