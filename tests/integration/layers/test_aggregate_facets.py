"""What pages ask of a selection: values with counts, histograms, suggestions and totals, each in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.aggregates import Facet, FieldTotals, facet, histogram, suggestions, totals
from layers.errors import InvalidParameter, UnknownLayer, UnknownProperty
from layers.parsing.query import MAX_TEXT
from layers.queries import Selection
from tests import factories
from tests.deliveries import BENCH_TITLES, BENCHES, bench, counts, dataset, field, published
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT
from tests.selections import aggregated, selected
from tests.world import PLAYGROUNDS, TREES, ZONES, World

pytestmark = pytest.mark.django_db
LINES = "plui-prescriptions-lin"


def statements(ask: Callable[[], object]) -> list[str]:
    """Return the statements of a question, savepoints and time limit left out."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    texts = [query["sql"] for query in captured]
    return [text for text in texts if "SAVEPOINT" not in text and "statement_timeout" not in text]


def test_values_come_with_their_counts_the_most_frequent_first(catalogue: object) -> None:
    with factories.in_bulk():
        for height in (3.0, None, 5.0, None, 5.0, None):
            factories.tree(hauteur=height)
    found = facet(selected(TREES), "hauteur")
    assert [(v.value, v.count) for v in found.values] == [(None, 3), (5.0, 2), (3.0, 1)]
    assert found.more == 0
    assert found.matched == 6
    assert found.counts_once is True


def test_how_many_more_values_is_said(catalogue: object) -> None:
    with factories.in_bulk():
        for genre in ("A", "B", "B", "C", "D"):
            factories.tree(genre=genre)
    found = facet(selected(TREES), "genre", limit=2)
    assert ([(v.value, v.count) for v in found.values], found.more) == ([("B", 2), ("A", 1)], 2)


def test_values_are_those_of_the_current_filter(catalogue: object) -> None:
    factories.tree(genre="Cedrus", at=MEUDON)
    factories.tree(genre="Platanus", at=SEVRES)
    found = facet(selected(TREES, commune=MEUDON), "genre")
    assert [v.value for v in found.values] == ["Cedrus"]


def test_coded_values_and_communes_are_given_in_words(catalogue: object) -> None:
    factories.zone(typezone="N")
    assert [v.label for v in facet(selected(ZONES), "typezone").values] == ["Zone naturelle et forestière"]
    assert [v.label for v in facet(selected(ZONES), "commune").values] == ["Meudon"]


def test_a_town_agent_is_told_of_their_rows_alone(world: World) -> None:
    found = facet(selected(PLAYGROUNDS, TOWN_AGENT), "commune")
    assert [(v.value, v.count) for v in found.values] == [(MEUDON, 2)]


def test_a_portal_counts_what_it_shows(world: World) -> None:
    found = facet(selected(ZONES, portal=BOULOGNE), "libelle")
    assert [v.value for v in found.values] == ["UFrontiere"]


QUESTIONS: dict[str, Callable[[Selection, str], object]] = {
    "facet": facet,
    "histogram": histogram,
    "suggestions": lambda selection, name: suggestions(selection, name, "a"),
    "totals": lambda selection, name: totals(selection, [name]),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ["matricule", "etat_sanitaire", "date_dernier_diagnostic"])
def test_a_hidden_field_is_refused_like_an_unknown_one(world: World, question: str, name: str) -> None:
    told = []
    for asked in (name, "rien_du_tout"):
        with pytest.raises(UnknownProperty) as caught:
            QUESTIONS[question](selected(TREES, PLANNER), asked)
        told.append((caught.value.detail.replace(asked, "…"), caught.value.parameter))
    assert told[0] == told[1]


def test_its_reader_is_told_of_it(world: World) -> None:
    assert facet(selected(TREES, GARDENER), "etat_sanitaire").matched == 2


def test_a_histogram_shows_empty_bins_and_counts_missing_values(catalogue: object) -> None:
    with factories.in_bulk():
        for height in (10.0, 10.5, 14.0, 30.0, None):
            factories.tree(hauteur=height)
    found = histogram(selected(TREES), "hauteur", bins=4)
    assert [(b.start, b.end, b.count) for b in found.bins] == [
        (10.0, 15.0, 3), (15.0, 20.0, 0), (20.0, 25.0, 0), (25.0, 30.0, 1),
    ]  # fmt: skip
    assert found.min == 10.0
    assert found.max == 30.0
    assert found.nulls == 1
    assert found.has_closed_end is True


def test_a_histogram_of_whole_numbers_keeps_them_whole(catalogue: object) -> None:
    with factories.in_bulk():
        for metres in (1, 2, 2, 5):
            factories.tree(precision_position=metres)
    found = histogram(selected(TREES), "precision_position")
    assert [(b.start, b.end, b.count) for b in found.bins] == [
        (1, 2, 1), (2, 3, 2), (3, 4, 0), (4, 5, 0), (5, 6, 1),
    ]  # fmt: skip
    assert found.min == 1
    assert found.max == 5
    assert found.has_closed_end is False


def test_a_histogram_of_dates_is_in_days(catalogue: object) -> None:
    with factories.in_bulk():
        for day in (1, 2, 10):
            factories.tree(date_releve=dt.date(2024, 1, day))
    found = histogram(selected(TREES), "date_releve", bins=2)
    assert [(b.start, b.end, b.count) for b in found.bins] == [
        (dt.date(2024, 1, 1), dt.date(2024, 1, 6), 2), (dt.date(2024, 1, 6), dt.date(2024, 1, 11), 1),
    ]  # fmt: skip
    assert (found.min, found.max) == (dt.date(2024, 1, 1), dt.date(2024, 1, 10))


def test_a_histogram_of_nothing_has_no_bin(catalogue: object) -> None:
    factories.tree()
    found = histogram(selected(TREES), "hauteur")
    assert found.min is None
    assert found.max is None
    assert found.bins == ()
    assert found.nulls == 1


def instants() -> None:
    """Publish benches whose date of installation is an instant on the last evening of 2023, in Paris and in UTC."""
    schema = replace(BENCHES, fields=(*BENCHES.fields, field("releve", "datetime")))
    lines = [
        [*bench(f"B{index}"), text]
        for index, text in enumerate(("2023-12-31T22:30:00Z", "2023-12-31T23:30:00Z", None))
    ]
    published(dataset("bancs", schema), *lines, schema=schema, titles=(*BENCH_TITLES, "releve"))


def test_an_instant_belongs_to_the_day_of_paris(catalogue: object) -> None:
    instants()
    years = aggregated("bancs", group_by="year:releve").rows
    assert years == ((dt.date(2023, 1, 1), 1), (dt.date(2024, 1, 1), 1), (None, 1))


def test_a_histogram_of_instants_gives_instants(catalogue: object) -> None:
    instants()
    found = histogram(selected("bancs"), "releve", bins=2)
    assert [b.count for b in found.bins] == [1, 1]
    assert (found.bins[0].start, found.bins[-1].end) == (found.min, found.max)
    assert isinstance(found.min, dt.datetime)


@pytest.mark.parametrize("text", ["epi", "ÉPI", "Épicéa"])
def test_a_suggestion_ignores_case_and_accents(catalogue: object, text: str) -> None:
    with factories.in_bulk():
        for genre in ("Épicéa", "Épicéa", "Cedrus", "Faux-épi"):
            factories.tree(genre=genre)
    found = [(v.value, v.count) for v in suggestions(selected(TREES), "genre", text)]
    assert found[0] == ("Épicéa", 2)
    assert all(value != "Cedrus" for value, _count in found)


def test_a_suggestion_takes_wildcards_as_they_are(catalogue: object) -> None:
    with factories.in_bulk():
        for genre in ("100 %", "Cedrus", "a_b"):
            factories.tree(genre=genre)
    found = [[v.value for v in suggestions(selected(TREES), "genre", text)] for text in ("%", "_", "'")]
    assert found == [["100 %"], ["a_b"], []]


def test_suggestions_of_a_list_are_its_elements(catalogue: object) -> None:
    factories.tree(critere=["dimensions", "historique"])
    factories.tree(critere=["historique"])
    factories.tree()
    found = suggestions(selected(TREES), "critere", "hist")
    assert [(v.value, v.label, v.count) for v in found] == [("historique", "Historique", 2)]


def test_codes_are_suggested_by_their_label_and_communes_by_their_name(catalogue: object) -> None:
    factories.zone(typezone="N")
    factories.zone(typezone="U")
    assert [v.value for v in suggestions(selected(ZONES), "typezone", "FORESTIERE")] == ["N"]
    assert [v.value for v in suggestions(selected(ZONES), "commune", "meu")] == [MEUDON]


def test_without_a_text_the_most_frequent_values_are_suggested(catalogue: object) -> None:
    with factories.in_bulk():
        for genre in ("Quercus", "Cedrus", "Quercus"):
            factories.tree(genre=genre)
    assert [v.value for v in suggestions(selected(TREES), "genre", "", limit=1)] == ["Quercus"]


@pytest.mark.parametrize(
    ("name", "text"), [("hauteur", "1"), ("genre", "x" * (MAX_TEXT + 1)), ("genre", "a\x00")]
)
def test_what_cannot_be_suggested_is_refused(catalogue: object, name: str, text: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        suggestions(selected(TREES), name, text, parameter="champ")
    assert caught.value.parameter == "champ"


def test_totals_are_those_of_the_rows(catalogue: object) -> None:
    with factories.in_bulk():
        for hauteur, metres in ((10.0, 5), (20.0, None), (None, 10)):
            factories.tree(hauteur=hauteur, precision_position=metres)
    found = totals(selected(TREES), ["hauteur", "precision_position"])
    assert found.count == 3
    assert found.length_m is None
    assert found.area_m2 is None
    assert found.fields["hauteur"] == FieldTotals(30.0, 15.0, 10.0, 20.0)
    assert found.fields["precision_position"] == FieldTotals(15, 7.5, 5, 10)


def test_totals_of_surfaces_and_lines_measure_them(catalogue: object) -> None:
    factories.zone()
    factories.prescription_lin("Alignement", factories.line((2.20, 48.80), (2.20, 48.81)))
    surfaces, lines = totals(selected(ZONES), []), totals(selected(LINES), [])
    assert surfaces.area_m2 == pytest.approx(1467 * 2224, rel=0.01)
    assert lines.length_m == pytest.approx(1112, rel=0.01)
    assert (surfaces.length_m, lines.area_m2) == (None, None)


def test_totals_of_a_table_have_no_ground(catalogue: object) -> None:
    counts()
    found = totals(selected("population"), ["habitants"])
    assert found.count == 3
    assert found.fields["habitants"].sum == 2_169_000
    assert found.area_m2 is None


ASKED: dict[str, Callable[[Selection], object]] = {
    "facet": lambda selection: facet(selection, "genre"),
    "facet of communes": lambda selection: facet(selection, "commune"),
    "facet of a list": lambda selection: facet(selection, "critere"),
    "histogram": lambda selection: histogram(selection, "hauteur"),
    "suggestions": lambda selection: suggestions(selection, "genre", "e"),
    "totals": lambda selection: totals(selection, ["hauteur", "circonference"]),
}


@pytest.mark.parametrize("question", ASKED)
def test_a_question_is_one_statement(world: World, question: str) -> None:
    selection = selected(TREES, PUBLIC)
    assert len(statements(lambda: ASKED[question](selection))) == 1


@pytest.mark.parametrize("question", ASKED)
def test_an_answer_is_remembered_until_the_data_changes(world: World, question: str) -> None:
    before = selected(TREES)
    first = ASKED[question](before)
    assert statements(lambda: ASKED[question](before)) == []
    factories.tree(genre="Sequoia", hauteur=99.0, critere=["age"])
    assert ASKED[question](selected(TREES)) != first


def test_an_answer_is_remembered_for_its_own_filter_and_text(world: World) -> None:
    everywhere, meudon = selected(TREES), selected(TREES, commune=MEUDON)
    assert (facet(everywhere, "commune").matched, facet(meudon, "commune").matched) == (2, 1)
    names = [len(suggestions(everywhere, "nom_vernaculaire", text)) for text in ("cedre", "platane", "")]
    assert names == [1, 1, 2]


def test_nothing_that_can_match_is_answered_without_a_statement(catalogue: object) -> None:
    selection = selected(TREES)
    nothing = replace(selection, queryset=selection.queryset.none())
    answers = [ASKED[question](nothing) for question in ASKED]
    assert statements(lambda: [ASKED[question](nothing) for question in ASKED]) == []
    assert answers[:1] == [Facet((), 0, 0, True)]
    assert histogram(nothing, "hauteur").bins == ()
    assert totals(nothing, ["hauteur"]).fields["hauteur"] == FieldTotals(None, None, None, None)


def test_an_aggregate_has_its_own_time(world: World, settings: object) -> None:
    settings.LAYER_TIMEOUTS = {"aggregate": 7}  # type: ignore[attr-defined]  # pytest-django's settings take any name
    with CaptureQueriesContext(connection) as captured:
        facet(selected(TREES), "genre")
    assert any("set_config('statement_timeout', '7000ms', true)" in query["sql"] for query in captured)


def test_an_aggregate_sees_the_other_layer_through_its_own_door(world: World) -> None:
    with pytest.raises(UnknownLayer):
        facet(selected(TREES, PUBLIC, touching=f"{PLAYGROUNDS}@100"), "genre")
    assert facet(selected(TREES, PLANNER, touching=f"{PLAYGROUNDS}@100"), "genre").matched == 2
    assert facet(selected(TREES, TOWN_AGENT, touching=f"{PLAYGROUNDS}@100"), "genre").matched == 1
