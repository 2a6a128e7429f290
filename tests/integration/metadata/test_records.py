"""Public records: of what everybody sees, and of nothing else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from layers.models import Layer
from metadata.models import LayerMetadata
from metadata.records import Record, public_records
from tests.deliveries import counts
from tests.factories import MEUDON
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db


def records(portal: str = "") -> dict[str, Record]:
    return {record.slug: record for record in public_records(instant=timezone.now(), portal=portal)}


def test_no_draft_withdrawn_or_internal_layer_has_a_record(world: World) -> None:
    found = records()
    assert TREES in found
    assert {DRAFT, ARCHIVED, PLAYGROUNDS} & found.keys() == set()


def test_corrected_values_replace_those_that_are_computed(world: World) -> None:
    LayerMetadata.objects.create(
        layer=Layer.objects.get(slug=TREES), bounds=[2.0, 48.7, 2.3, 48.9], former_id="arbres"
    )
    record = records()[TREES]
    assert record.bounds == (2.0, 48.7, 2.3, 48.9)
    assert record.path == "/explore/dataset/arbres/"


def test_a_commune_has_the_records_of_its_part(world: World) -> None:
    assert records(MEUDON)[TREES].row_count == 1 < records()[TREES].row_count


def test_a_table_whose_rows_name_communes_covers_those_of_the_portal(world: World) -> None:
    counts("population")
    west, south, east, north = records()["population"].bounds or (0, 0, 0, 0)
    inner = records(MEUDON)["population"].bounds or (0, 0, 0, 0)
    assert west < east
    assert south < north
    assert inner[2] - inner[0] < east - west
