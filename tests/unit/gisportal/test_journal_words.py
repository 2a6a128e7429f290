"""The journal in words: what an entry is about, what changed and from what to what."""

from __future__ import annotations

from typing import Any

import pytest

from gisportal.journal.presenters import LENGTH, detail_text, subject_text


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("account 7", "compte n° 7"),
        ("layer aires-de-jeux", "couche aires-de-jeux"),
        ("unknown", "nom inconnu"),
        ("accounts.user 4", "accounts.user 4"),
    ],
)
def test_a_subject_is_told_in_words(subject: str, words: str) -> None:
    assert subject_text(subject) == words


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
    ],
)
def test_a_detail_is_told_in_words(detail: dict[str, Any], words: str) -> None:
    assert detail_text(detail) == words


def test_a_long_detail_is_cut_in_the_list_and_says_so() -> None:
    text = detail_text({"added": ["Peut modifier"] * 100})
    assert (len(text), text[-1]) == (LENGTH, "…")
