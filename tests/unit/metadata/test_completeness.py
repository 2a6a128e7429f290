"""The score of metadata: its weights, and what each missing value costs."""

from __future__ import annotations

import datetime as dt

from layers.models import Layer, Theme
from metadata.completeness import CRITERIA, Facts, completeness
from metadata.models import LayerMetadata

FULL = {
    "title_en": "Trees",
    "abstract_en": "Trees of the city.",
    "lineage": "Relevé.",
    "quality": "Sûre.",
    "publisher": "Ville",
    "contact_name": "Nature en ville",
    "bounds": [2.0, 48.0, 3.0, 49.0],
    "starts_on": dt.date(2020, 1, 1),
    "ends_on": dt.date(2024, 1, 1),
    "topic_category": "environment",
}


def facts(**changes: object) -> Facts:
    layer = Layer(
        theme=Theme(slug="nature", title="Nature"), abstract="Arbres remarquables de la ville, relevés sur place.",
        keywords=["arbre", "nature", "ville"], frequency="ANNUAL", contact="sig@ville.fr", visibility="open",
    )  # fmt: skip
    row = LayerMetadata(layer=layer, **(FULL | changes))  # type: ignore[arg-type]
    return Facts(layer, row, documented=1.0)


def test_weights_add_up_to_a_hundred() -> None:
    assert sum(criterion.weight for criterion in CRITERIA) == 100


def test_complete_metadata_score_a_hundred() -> None:
    assert completeness(facts()).score == 100


def test_each_missing_value_costs_its_weight() -> None:
    empty = {
        "lineage": "",
        "publisher": "",
        "bounds": None,
        "contact_name": "",
        "topic_category": "",
        "title_en": "",
    }
    lost = {name: 100 - completeness(facts(**{name: value})).score for name, value in empty.items()}
    assert lost == {
        "lineage": 8, "publisher": 6, "bounds": 8, "contact_name": 10, "topic_category": 6, "title_en": 3,
    }  # fmt: skip


def test_what_is_computed_counts_as_written() -> None:
    computed = facts(bounds=None, starts_on=None, ends_on=None)
    read = Facts(
        computed.layer, computed.row, (2.0, 48.0, 3.0, 49.0), (dt.date(2020, 1, 1), dt.date(2024, 1, 1)), 1.0
    )
    assert completeness(computed).score == 84
    assert completeness(read).score == 100
