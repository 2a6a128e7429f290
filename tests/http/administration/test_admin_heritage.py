"""The administration of the heritage: lists of codes are ticked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heritage.models import RemarkableTree
from tests import factories
from tests.people import ADMINISTRATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(catalogue: Any) -> Client:
    client = Client()
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def tree(**values: Any) -> dict[str, Any]:
    neutral = {
        "nom_vernaculaire": "Cèdre",
        "geom": factories.point(*factories.MIDDLES[factories.MEUDON]).json,
        "protection": "aucune",
        "statut_foncier": "public",
        "photos-TOTAL_FORMS": "0",
        "photos-INITIAL_FORMS": "0",
    }
    return neutral | values


def test_ticked_criteria_are_saved_with_the_commune_of_the_position(administrator: Client) -> None:
    address = reverse("admin:heritage_remarkabletree_add")
    response = administrator.post(address, tree(critere=["age", "historique"]))
    found = RemarkableTree.objects.get()
    assert response.status_code == 302
    assert found.critere == ["age", "historique"]
    assert found.commune_id == factories.MEUDON


def test_a_criterion_outside_the_list_is_refused_on_the_form(administrator: Client) -> None:
    response = administrator.post(reverse("admin:heritage_remarkabletree_add"), tree(critere=["beau"]))
    assert (response.status_code, RemarkableTree.objects.count()) == (200, 0)


def test_a_tree_without_criterion_is_possible(administrator: Client) -> None:
    administrator.post(reverse("admin:heritage_remarkabletree_add"), tree())
    assert RemarkableTree.objects.get().critere == []
