"""Heritage: what the database itself refuses, and what the triggers set."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from heritage.models import HeritageBuilding, RemarkableTree
from layers.models import Commune
from tests import factories

pytestmark = pytest.mark.django_db


def building(**values: Any) -> HeritageBuilding:
    neutral = {"denomination": "Villa d’essai", "geom": factories.point(*factories.MIDDLES[factories.MEUDON])}
    return HeritageBuilding(**neutral | values)


@pytest.mark.parametrize(
    "values",
    [
        {"ref_merimee": "PA0008811"},
        {"ref_merimee": "<script>"},
        {"protection": "sacre"},
        {"siecle": "12"},
        {"confiance": "aveugle"},
        {"interet": ["commercial"]},
        {"interet": ["architectural", "commercial"]},
        {"code_plui": "7-1"},
    ],
)
def test_the_database_refuses_what_is_not_in_the_lists_of_buildings(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        building(**values).save()


@pytest.mark.parametrize(
    "values",
    [
        {"critere": ["beau"]},
        {"protection": "aucune idée"},
        {"statut_foncier": "mixte"},
        {"etat_sanitaire": "moyen"},
        {"stade_developpement": "V"},
        {"hauteur": 0},
        {"hauteur": 500},
        {"circonference": -1},
        {"diametre_couronne": 81},
    ],
)
def test_the_database_refuses_an_impossible_tree(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.tree(**values)


def test_a_building_without_reference_is_possible() -> None:
    building(ref_merimee="").save()
    assert HeritageBuilding.objects.get().ref_merimee == ""


def test_a_wrong_reference_is_refused_in_words_before_the_database() -> None:
    with pytest.raises(ValidationError) as caught:
        building(ref_merimee="AB12").full_clean()
    assert "ref_merimee" in caught.value.message_dict


def test_a_building_is_placed_in_its_commune(communes: dict[str, Commune]) -> None:
    result = building()
    result.save()
    result.refresh_from_db()
    assert result.commune_id == factories.MEUDON


def test_a_tree_that_moves_changes_commune(communes: dict[str, Commune]) -> None:
    tree = factories.tree(at=factories.MEUDON)
    RemarkableTree.objects.update(geom=factories.point(*factories.MIDDLES[factories.SEVRES]))
    tree.refresh_from_db()
    assert tree.commune_id == factories.SEVRES
