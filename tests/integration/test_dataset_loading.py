"""A delivery becomes a typed, checked table; what is wrong is told by line, field and value."""

from __future__ import annotations

import datetime as dt

from datasets.registry import definition_of
from layers.models import Commune
from tests.deliveries import bench, dataset, deliver
from tests.factories import MEUDON


def test_texts_become_typed_values(communes: dict[str, Commune]) -> None:
    delivery = deliver(dataset(), bench("B1", "Banc d’été"))
    row = definition_of(delivery).model._default_manager.values_list("f0", "f1", "f2", "f3", "f4", "f5").get()
    assert row == ("B1", "Banc d’été", 3, 12.5, True, dt.date(2024, 12, 31)), delivery.report


def test_point_has_its_commune(communes: dict[str, Commune]) -> None:
    delivery = deliver(dataset(), bench(at=MEUDON))
    assert definition_of(delivery).model._default_manager.values_list("commune_id", flat=True).get() == MEUDON
