"""Rows of the demonstration are copied as ``bulk_create`` writes them, and files are read before their turn."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gisportal.demo.datasets import loading
from gisportal.demo.sample_rows import insert_rows
from reference_data.models import Address
from tests.factories import MEUDON, SQUARES

COUNT = 60


@pytest.fixture
def addresses(communes: object) -> list[Address]:
    west, south, *_rest = SQUARES[MEUDON]
    return [
        Address(
            id_ban=f"92048_x001_{number:05d}",
            numero=number,
            nom_voie="Rue d’Exemple",
            code_postal="92190",
            code_insee=MEUDON,
            nom_commune="Meudon",
            cad_parcelles=[f"92048000AB{number:04d}"] if number % 2 else [],
            geom=Point(west + 0.001, south + 0.001, srid=4326),
        )
        for number in range(1, COUNT + 1)
    ]


@pytest.mark.django_db
def test_many_features_are_copied_though_their_instants_have_defaults(addresses: list[Address]) -> None:
    with CaptureQueriesContext(connection) as statements:
        insert_rows(addresses)
    assert not [each for each in statements.captured_queries if str(each["sql"]).startswith("INSERT")]
    stored = Address.objects.in_bulk()
    assert {row.pk: row.id_ban for row in addresses} == {key: row.id_ban for key, row in stored.items()}
    assert stored[addresses[0].pk].cad_parcelles == addresses[0].cad_parcelles
    assert {row.commune_id for row in stored.values()} == {MEUDON}
    assert None not in {row.updated_at for row in stored.values()}


def test_files_opened_before_their_turn_are_closed_with_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [Path(f"{number}.csv") for number in range(6)]
    is_open = dict[Path, bool]()

    def read(path: Path, _communes: object) -> loading.Reading:
        is_open[path] = True
        source = SimpleNamespace(close=lambda: is_open.update({path: False}))
        return loading.Reading(path, cast("Any", source), cast("Any", None))

    monkeypatch.setattr(loading, "_read", read)
    with ThreadPoolExecutor(1) as threads:
        readings: Iterator[loading.Reading] = loading._read_ahead(threads, paths, {})
        with next(readings) as first:
            assert first.path == paths[0]
        cast("Any", readings).close()
    assert len(is_open) < len(paths)
    assert not any(is_open.values())
