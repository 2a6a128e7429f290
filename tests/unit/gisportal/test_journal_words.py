"""The journal in words: what an entry is about, what changed and from what to what."""

from __future__ import annotations

from typing import Any

import pytest

from gisportal.journal.presenters import LENGTH, detail_text, subject_text

NAMES = {
    ("account", "7"): "jardin",
    ("group", "18"): "Urbanisme",
    ("layer", "aires-de-jeux"): "Aires de jeux",
    ("layers.layer", "46"): "Arbres remarquables",
    ("commune", "92072"): "Sèvres",
}


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("account 7", "compte « jardin »"),
        ("account 8", "compte n° 8"),
        ("group 18", "groupe « Urbanisme »"),
        ("layer aires-de-jeux", "couche « Aires de jeux »"),
        ("layer disparue", "couche disparue"),
        ("report 5", "signalement n° 5"),
        ("layers.layer 46", "Couche « Arbres remarquables »"),
        ("layers.layer 47", "Couche n° 47"),
        ("amenities.playground 4", "Aire de jeux n° 4"),
        ("unknown", "nom inconnu"),
        ("nothing.known 4", "nothing.known 4"),
    ],
)
def test_a_subject_is_told_in_words(subject: str, words: str) -> None:
    assert subject_text(subject, NAMES) == words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"proofs": ["password", "mfa totp"]}, "preuves : mot de passe, application de codes"),
        ({"added": ["Élus"], "added_ids": [7]}, "ajouté : Élus"),
        (
            {"id": 7, "before": {"is_staff": False}, "after": {"is_staff": True}},
            "entre dans l’administration : non → oui",
        ),
        ({"before": {}, "after": {"username": "elu", "is_active": True}}, "identifiant : elu ; actif : oui"),
        ({"id": 3, "before": {"name": "Élus"}, "after": None}, "supprimé ; nom : Élus"),
        ({"valid_until": None, "rows": 1200}, "lignes : 1\u202f200"),
        ({"before": {"group_id": 18}, "after": {"group_id": 19}}, "groupe : Urbanisme → n° 19"),
        ({"before": {}, "after": {"producer_id": 18}}, "producteur : Urbanisme"),
        ({"before": {}, "after": {"portal_id": "92072"}}, "commune du portail : Sèvres"),
        (
            {"before": {"state": "draft"}, "after": {"state": "published"}},
            "état : brouillon → en ligne",
        ),
        ({"after": {"visibility": "statistics"}}, "visibilité : interne, statistiques ouvertes"),
        (
            {"before": {}, "after": {"can_add": False, "rows": "", "valid_from": None}},
            "ajout : non",
        ),
        ({"layer": "aires-de-jeux", "answered": True}, "couche : Aires de jeux ; répondu : oui"),
        ({"after": {"valid_until": "2027-03-31T21:59:59+00:00"}}, "jusqu’au : 31 mars 2027 à 23:59"),
        ({"action": "change", "fields": "Titre"}, "action : modification ; champs : titre"),
        ({"action": "addition", "fields": "Ajout."}, "action : ajout"),
        (
            {"action": "change", "fields": "Modification de Groups et Organisme."},
            "action : modification ; champs : groupes, organisme",
        ),
        (
            {"action": "change", "fields": ["groups", "titre"]},
            "action : modification ; champs : groupes, titre",
        ),
        ({"after": {"version": 3}, "abandoned": True}, "version : 3 ; abandonnée : oui"),
        ({"added": ["Catalogue | couche | Can change couche"]}, "ajouté : modifier (couche)"),
    ],
)
def test_a_detail_is_told_in_words(detail: dict[str, Any], words: str) -> None:
    assert detail_text(detail, NAMES) == words


def test_a_long_detail_is_cut_in_the_list_and_says_so() -> None:
    text = detail_text({"added": ["Peut modifier"] * 100}, {})
    assert (len(text), text[-1]) == (LENGTH, "…")
