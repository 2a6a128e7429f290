"""Trees of states, tracking tables and trajectories show what the database computed, and keep what was not chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dashboards.panels.kinds import PanelAnswer
from dashboards.registry import PANEL_KINDS
from layers.errors import UnknownProperty
from plans.models import Indicator, Measure
from tests.factories import BOULOGNE, MEUDON
from tests.panels import page_of, panel_request, presented, read_panel
from tests.people import ADMINISTRATOR
from tests.plans import INDICATORS, indicator_of

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
STATES = {
    "state": "etat",
    "good": ["atteint", "en_bonne_voie"],
    "warn": ["en_retard"],
    "bad": ["hors_trajectoire"],
}
TREE = STATES | {"level_1": "axe", "level_2": "sous_axe", "clears": ["code"]}
FOLLOWED = STATES | {
    "measure": "valeur_mesure", "measure_year": "annee_mesure", "reference": "valeur_reference",
    "reference_year": "annee_reference", "expected": "valeur_attendue", "target": "valeur_cible",
    "target_year": "annee_cible", "gap": "ecart", "units": "unite", "decimals": "decimales", "direction": "sens",
    "up": "hausse", "selects": "code", "records": "mesures", "record_source": "source",
    "record_filter": "commune IS NULL", "steps": "jalons",
}  # fmt: skip
CURVE = FOLLOWED | {
    "projection": "projection",
    "relative_gap": "ecart_relatif",
    "rule": "À {tolerance} % près.",
}
COMMUNES: dict[str, Any] = {
    "relation": "mesures", "relation_filter": "commune IS NOT NULL", "by": ("commune",), "measures": ("sum:valeur",),
}  # fmt: skip


@pytest.fixture
def plan(catalogue: Any) -> list[Indicator]:
    """An indicator behind its trajectory, one on it, one that nobody measured, and a part of the first."""
    way = {NOW - 6: 100.0, NOW + 4: 50.0}
    late = indicator_of(way, {NOW - 3: 84.0, NOW - 2: 81.0, NOW - 1: 78.0})
    Measure.objects.bulk_create(
        [
            Measure(indicator=late, annee=NOW - 1, valeur=90.0, source="Estimation"),
            Measure(indicator=late, annee=NOW + 2, valeur=70.0),
            Measure(indicator=late, annee=NOW - 2, valeur=20.0, commune_id=MEUDON),
            Measure(indicator=late, annee=NOW - 1, valeur=30.0, commune_id=MEUDON),
            Measure(indicator=late, annee=NOW - 1, valeur=48.0, commune_id=BOULOGNE),
        ]
    )
    on_track = indicator_of(way, {NOW - 1: 74.0}, code="energie", axis="1")
    unknown = indicator_of(way, {}, code="sols", axis="1")
    part = indicator_of(way, {NOW - 1: 70.0}, code="part", parent=late)
    return [late, on_track, unknown, part]


def read(kind: str, chosen: str = "", **asked: Any) -> PanelAnswer:
    """Return a panel as an administrator sees it, an indicator of the page ``chosen``."""
    request = panel_request(kind, INDICATORS, person=ADMINISTRATOR, **asked)
    if chosen:
        narrowed = panel_request(
            kind, INDICATORS, person=ADMINISTRATOR, filters={"code": chosen}, **asked
        ).query
        whole = request.query
        request = replace(
            request,
            query=narrowed,
            unfiltered_query=whole,
            chosen={"code": (chosen,)},
            without_filters=lambda _names: whole,
        )
    return PANEL_KINDS[kind].read(request)


def test_a_tree_counts_the_states_that_the_database_computed(plan: list[Indicator]) -> None:
    answer = read("outline", options=TREE, filter="parent IS NULL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT etat, count(*) FROM plans_indicator WHERE parent_id IS NULL GROUP BY etat")
        counted = dict(cursor.fetchall())
    whole = (answer.context or {})["lines"][0]
    assert {mark.state.code: mark.count for mark in whole.marks} == counted
    assert answer.value == counted["en_bonne_voie"]
    assert whole.summary == "1 sur 3 : Atteint ou En bonne voie"
    assert answer.table.filters[1] == ("axe", "1. Réduire")
    assert [mark.state.tone for mark in whole.marks] == ["good", "warn", "none"]


def test_the_words_of_a_document_say_what_a_tree_counts(plan: list[Indicator]) -> None:
    answer = read("outline", options=TREE | {"good_words": "tenus"}, filter="parent IS NULL")
    assert (answer.context or {})["lines"][0].summary == "1 sur 3 tenus"


def test_a_tree_says_what_its_marks_mean(plan: list[Indicator]) -> None:
    answer = read("outline", options=TREE, filter="parent IS NULL")
    legend = {line.state.tone: line.titles for line in (answer.context or {})["legend"]}
    assert legend == {"good": "En bonne voie", "warn": "En retard", "none": "Sans donnée"}


def test_the_state_of_a_row_has_the_mark_that_it_has_in_a_tree(plan: list[Indicator]) -> None:
    tree = page_of(presented("outline", INDICATORS, person=ADMINISTRATOR, options=TREE))
    rows = page_of(presented("tracking", INDICATORS, person=ADMINISTRATOR, options=FOLLOWED))
    legend = tree.partition("panel-marks")[2].partition("En retard")[0].rpartition("<li>")[2]
    pill = rows.partition('<span class="panel-state warn">')[2].partition("En retard")[0]
    assert legend == pill
    assert legend.startswith('<svg class="state-mark warn"')


def test_a_row_of_the_table_says_what_the_database_says(plan: list[Indicator]) -> None:
    answer = read("tracking", options=FOLLOWED | {"parent": "parent"})
    late = plan[0]
    late.refresh_from_db()
    rows = {row[0]: row for row in answer.table.rows}
    assert set(rows) == {"Emissions", "Energie", "Sols"}
    assert rows["Emissions"][3:6] == (NOW - 1, late.valeur_mesure, late.valeur_attendue)
    html = page_of(presented("tracking", INDICATORS, person=ADMINISTRATOR, options=FOLLOWED))
    assert "+3" in html
    assert 'class="small-trajectory' in html
    assert "En retard" in html


def test_the_chosen_row_stays_among_the_others_with_its_parts(plan: list[Indicator]) -> None:
    answer = read("tracking", "emissions", options=FOLLOWED | {"parent": "parent"})
    assert [row[0] for row in answer.table.rows] == ["Emissions", "Part", "Energie", "Sols"]
    cards = read(
        "tracking", "emissions", options=FOLLOWED | {"parent": "parent", "display": "cards", "steady": True}
    )
    assert [row[0] for row in cards.table.rows] == ["Part"]


def test_the_farthest_rows_come_first(plan: list[Indicator]) -> None:
    worst = read("tracking", options=FOLLOWED | {"rank": "worst"}, limit=1)
    best = read("tracking", options=FOLLOWED | {"rank": "best"}, limit=1)
    assert [worst.table.rows[0][0], best.table.rows[0][0]] == ["Emissions", "Part"]


def test_a_curve_tells_measures_sources_and_what_is_planned_apart(plan: list[Indicator]) -> None:
    answer = read("trajectory", "emissions", options=CURVE)
    late = plan[0]
    late.refresh_from_db()
    context = answer.context or {}
    missed = round((late.projection or 0) - (late.valeur_cible or 0))
    assert context["headline"] == f"Au rythme actuel, la cible {NOW + 4} serait manquée de {missed}\u00a0kt"
    assert "3\u00a0kt de plus qu’attendu (+4" in context["gap_sentence"]
    assert "2 % près" in context["rule"]
    assert (NOW - 1, 78.0, None, 90.0) in answer.table.rows
    assert any(str(NOW + 2) in note for note in context["notes"])


def test_communes_are_compared_for_the_latest_year_of_one_indicator(plan: list[Indicator]) -> None:
    answer = read("bar", options={"one": "code", "latest": "annee", "units": "unite"}, **COMMUNES)
    assert sorted(row[1] for row in answer.table.rows) == [30.0, 48.0]
    assert answer.notes[0] == f"Emissions, en kt\u00a0: {NOW - 1}"


def test_a_field_that_is_not_there_is_named(plan: list[Indicator]) -> None:
    with pytest.raises(UnknownProperty, match="couleur"):
        read_panel("outline", INDICATORS, person=ADMINISTRATOR, options=TREE | {"level_1": "couleur"})
