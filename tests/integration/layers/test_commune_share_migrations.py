"""Rows of before lines and surfaces had communes: the migrations compute them, in batches, deliveries included."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryKind
from layers import registry
from plui.models import ZoneUrba
from tests import factories
from tests.deliveries import dataset, field, published
from tests.examples import is_thorough
from tests.factories import MEUDON, SEVRES, SQUARES
from tests.migration_states import migrate, migrate_to_latest

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not is_thorough(), reason="a way through former states takes twenty seconds: --thorough"
    ),
]
BEFORE = [("plui", "0001_squashed_0002_history"), ("datasets", "0010_upload_job")]
BLOCKS = DatasetSchema(
    fields=(field("code"),), geometry=GeometryKind.SURFACE, key=("code",), title_field="code"
)
BORDER = SQUARES[MEUDON][0]
ACROSS = (BORDER - 0.001, 48.805, BORDER + 0.003, 48.81)
ALONG = (BORDER, 48.805, BORDER + 0.003, 48.81)


@pytest.fixture
def old_rows(disposable_database: None) -> str:
    """Two zones and two blocks in tables of before; return the table of blocks."""
    factories.communes()
    for shape in (ACROSS, ALONG):
        factories.zone(geom=Polygon.from_bbox(shape))
    lines = [[f"I{number}", Polygon.from_bbox(shape).wkt] for number, shape in enumerate((ACROSS, ALONG))]
    recipe = GeometryRecipe("wkt", (1,))
    published(dataset("ilots", BLOCKS), *lines, schema=BLOCKS, titles=("code", "wkt"), recipe=recipe)
    table: str = registry.definition("ilots").model._meta.db_table.rpartition('"')[2]
    migrate(BEFORE)
    return table


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        return {name for (name,) in cursor.fetchall()}


def test_rows_of_before_get_their_communes_and_shares(old_rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "communes" not in columns("plui_zoneurba")
    assert "_communes" not in columns(old_rows)
    monkeypatch.setattr(import_module("layers.migrations.0016_commune_shares"), "BATCH", 1)
    migrate_to_latest()
    for model in (ZoneUrba, registry.definition("ilots").model):
        stored = list(model._default_manager.order_by("pk").values_list("communes", "commune_shares"))
        assert [communes for communes, _shares in stored] == [[MEUDON, SEVRES], [MEUDON]]
        assert stored[0][1][MEUDON] == pytest.approx(3 * stored[0][1][SEVRES], rel=1e-3)
