"""A layer made without a file: the benches of a town, which its agents write row by row."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from datasets.definitions import DatasetSchema, FieldCondition, SchemaField
from datasets.vocabulary import ColumnType, ConditionOperator, GeometryKind
from gisportal.demo.datasets.town_layers import create_town_layer
from gisportal.demo.sample_rows import read_territory, seeded_random
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature

BENCHES = "inventaire-bancs"
_COMMUNE, _ROWS = "92048", 24
_STRING = ColumnType.STRING
SCHEMA = DatasetSchema(
    fields=(
        SchemaField(
            "reference", _STRING, "f1_reference", "Référence", title="Référence",
            pattern=r"[A-Z0-9]+(?:-[A-Z0-9]+)*", is_required=True, help="Sur la plaque, sous l’assise.",
        ),
        SchemaField(
            "etat", _STRING, "f2_etat", "État", title="État", enum=("bon", "use", "casse"),
            enum_labels=("Bon", "Usé", "Cassé"), enum_colours=("#1b9e77", "#d95f02", "#b30000"),
            default="bon", is_required=True, is_facet=True,
        ),
        SchemaField(
            "defaut", _STRING, "f3_defaut", "Ce qui est cassé", title="Ce qui est cassé",
            condition=FieldCondition("etat", ConditionOperator.EQUAL, "casse"),
        ),
        SchemaField(
            "materiau", _STRING, "f4_materiau", "Matériau", title="Matériau", enum=("bois", "metal", "pierre"),
            enum_labels=("Bois", "Métal", "Pierre"), is_facet=True,
        ),
        SchemaField(
            "places", ColumnType.INTEGER, "f5_places", "Places", title="Places", unit="places", minimum=1.0,
            maximum=12.0, default="3",
        ),
        SchemaField("pose", ColumnType.DATE, "f6_pose", "Posé le", title="Posé le"),
    ),
    geometry=GeometryKind.POINT,
    key=("reference",),
    title_field="reference",
)  # fmt: skip


def load_benches(*, anchor: dt.date) -> None:
    """Make the layer and its rows where it is missing; what people changed since stays."""
    scope = create_town_layer(
        slug=BENCHES,
        title="Inventaire des bancs",
        abstract="Bancs inventés de Meudon, que la ville tient à jour ligne par ligne, sans fichier.",
        schema=SCHEMA,
        nouns=("banc", "bancs"),
    )
    if scope is None:
        return
    territory, rng = read_territory(), seeded_random(BENCHES)
    states, materials = (
        cycle(("bon", "bon", "use", "bon", "casse")),
        cycle(("bois", "metal", "bois", "pierre")),
    )
    for number, state, material in zip(range(1, _ROWS + 1), states, materials, strict=False):
        values = {
            "reference": f"MEU-{number:03}",
            "etat": state,
            "defaut": "Une latte manque." if state == "casse" else None,
            "materiau": material,
            "places": rng.choice((2, 3, 3, 4)),
            "pose": anchor - dt.timedelta(days=rng.randrange(200, 4_000)),
        }
        create_feature(scope=scope, draft=FeatureInput(values, territory.point_in(_COMMUNE, rng)))
