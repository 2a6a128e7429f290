"""Works in words: dates, hours, modes, steps."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from roadworks.presenters.timelines import neighbourhood, year_calendar
from roadworks.presenters.words import dates_words, hours_words, mode_words, progress, state_steps
from roadworks.queries import SiteRecords

TODAY = dt.date(2026, 12, 2)


def phase(**values: Any) -> Any:
    columns: dict[str, Any] = {
        "date_debut": TODAY,
        "date_fin": TODAY,
        "heure_debut": None,
        "heure_fin": None,
        "jours": [],
    }
    return SimpleNamespace(**columns | {"sauf_feries": False, "numero": 1, "titre": ""} | values)


def site(**values: Any) -> Any:
    columns: dict[str, Any] = {
        "pk": 1, "objet": "Conduite d’eau", "voie": "Rue du Moulin", "nature": "Eau", "etat": "published",
        "statut": "En cours", "impact_circulation": "Route barrée", "date_debut": TODAY, "date_fin": TODAY,
        "fin_reelle": None, "debut_confirme": False, "fin_confirmee": False, "commune": None,
        "entreprise": "", "maitre_ouvrage": "Ville", "get_nature_display": lambda: "Eau",
    }  # fmt: skip
    return SimpleNamespace(**columns | values)


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (dt.date(2026, 12, 7), dt.date(2026, 12, 18), "du 7 au 18 décembre"),
        (dt.date(2026, 12, 28), dt.date(2027, 1, 8), "du 28 décembre au 8 janvier 2027"),
        (dt.date(2026, 12, 7), dt.date(2026, 12, 7), "le 7 décembre"),
        (dt.date(2026, 11, 7), dt.date(2026, 12, 7), "jusqu’au 7 décembre"),
    ],
)
def test_dates_say_what_is_not_past(begin: dt.date, end: dt.date, words: str) -> None:
    assert dates_words(site(date_debut=begin, date_fin=end), [], today=TODAY) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "jour et nuit"),
        (
            {"heure_debut": dt.time(21), "heure_fin": dt.time(6), "jours": [1, 2, 3, 4, 5, 7]},
            "de 21 h à 6 h, sauf le samedi",
        ),
        (
            {"heure_debut": dt.time(8, 30), "heure_fin": dt.time(17), "jours": [5, 4, 3, 2, 1]},
            "de 8 h 30 à 17 h, du lundi au vendredi",
        ),
    ],
)
def test_hours_and_days_are_one_sentence(values: dict[str, Any], words: str) -> None:
    assert hours_words(phase(**values)).replace("\xa0", " ") == words


def test_each_mode_has_its_worst_effect_in_the_order_of_modes() -> None:
    effects = [
        SimpleNamespace(mode="velo", impact="ferme", sens="deux"),
        SimpleNamespace(mode="voiture", impact="ralenti", sens="deux"),
        SimpleNamespace(mode="voiture", impact="ferme", sens="aller"),
    ]
    assert [(each.title, each.words) for each in mode_words(effects)] == [
        ("Voiture", "déviée dans un sens"),
        ("Vélo", "à la main"),
    ]


def test_the_end_of_a_site_is_said_to_be_confirmed_or_not() -> None:
    over = site(statut="Terminé", date_fin=TODAY - dt.timedelta(days=1))
    assert progress(SiteRecords(over, (), ()), today=TODAY)[-1].detail == "1er décembre 2026, non confirmé"
    over.fin_confirmee = True
    assert (
        progress(SiteRecords(over, (), ()), today=TODAY)[-1].detail == "1er décembre 2026, confirmé sur place"
    )


def test_a_suspended_site_is_at_the_step_of_those_online() -> None:
    (current,) = [step.title for step in state_steps("suspended") if step.is_current]
    assert current == "Suspendu"


def test_the_streets_of_conflicts_come_after_the_site_itself_and_before_the_others() -> None:
    own, rival, other = site(), site(pk=2, voie="Rue Pasteur", etat="submitted"), site(pk=3, voie="Allée A")
    rows = [SiteRecords(each, (), ()) for each in (other, rival)]
    timeline = neighbourhood(rows, SiteRecords(own, (), ()), numbers={2: 1}, today=TODAY)
    assert [row.title for row in timeline.rows] == ["Rue du Moulin", "Rue Pasteur", "Allée A"]
    assert [row.bars[0].is_pending for row in timeline.rows] == [False, True, False]


def test_the_calendar_of_a_year_groups_by_company_else_by_who_the_works_are_for() -> None:
    rows = [SiteRecords(site(entreprise="B"), (), ()), SiteRecords(site(), (), ())]
    timeline = year_calendar(rows, year=2026, grouping="entreprise", today=TODAY)
    assert [title for title, _rows in timeline.groups] == ["B", "Ville"]
