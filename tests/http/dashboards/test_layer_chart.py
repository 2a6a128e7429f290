"""The chart that a reader makes of a layer: their rights, sums of what adds up, the choice in the address, files."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from layers.models import Grant
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import Answer, get
from tests.world import PLAYGROUNDS, TREES, World

CHART = "/tableaux-de-bord/graphiques/{}/"
HEIGHTS = "hauteur"


def chart(layer: str, query: str = "", person: Person = PUBLIC, form: str = "") -> Answer:
    """Return the chart of a layer, or its file, as somebody's browser gets it."""
    place = CHART.format(layer) + (f"graphique.{form}" if form else "")
    return get(f"{place}?{query}", person, by_basic=False)


def cells(answer: Answer) -> list[list[str]]:
    """Return the rows of its table, in words."""
    table = answer.body.partition("<tbody")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def options(answer: Answer) -> list[str]:
    """Return what its form offers."""
    return re.findall(r'<option value="([^"]+)"', answer.body)


def test_a_chart_counts_the_features_of_the_layer(world: World) -> None:
    assert cells(chart(TREES, "par=commune")) == [["Boulogne-Billancourt", "1"], ["Meudon", "1"]]


def test_a_ring_of_shares_is_drawn(world: World) -> None:
    answer = chart(TREES, "par=commune&mesure=share:count&graphique=donut")
    assert "voici des barres" not in answer.body
    assert '<option value="donut" selected' in answer.body


def test_a_ring_of_means_is_drawn_as_bars_with_the_reason(world: World) -> None:
    body = chart(TREES, f"par=commune&mesure=avg:{HEIGHTS}&graphique=donut").body
    assert "Un anneau montre les parts d’un total, que cette mesure n’a pas\u00a0: voici des barres." in body


def test_the_filters_of_the_list_narrow_a_chart(world: World) -> None:
    assert cells(chart(TREES, "par=commune&commune=92048")) == [["Meudon", "1"]]


def test_a_chart_counts_the_rows_of_its_reader(world: World) -> None:
    assert cells(chart(PLAYGROUNDS, "par=commune", TOWN_AGENT)) == [["Meudon", "2"]]
    assert ["Boulogne-Billancourt", "1"] in cells(chart(PLAYGROUNDS, "par=commune", PLANNER))


def test_a_hidden_layer_has_no_chart(world: World) -> None:
    assert chart(PLAYGROUNDS).status == 404


def test_a_protected_field_is_offered_and_drawn_to_its_readers_alone(world: World) -> None:
    assert "etat_sanitaire" in options(chart(TREES, person=GARDENER))
    assert "etat_sanitaire" not in options(chart(TREES, person=PLANNER))
    assert chart(TREES, "par=etat_sanitaire", PLANNER).status == 400


def test_heights_are_averaged_and_never_summed(world: World) -> None:
    offered = options(chart(TREES))
    assert f"avg:{HEIGHTS}" in offered
    assert f"sum:{HEIGHTS}" not in offered
    assert chart(TREES, f"mesure=sum:{HEIGHTS}").status == 400


@pytest.mark.parametrize("query", ["par=rien", "mesure=rien", "graphique=camembert", "inconnu=1"])
def test_what_cannot_be_drawn_is_named(world: World, query: str) -> None:
    answer = chart(TREES, query)
    assert answer.status == 400
    assert query.partition("=")[2] in answer.body or query.partition("=")[0] in answer.body


def test_a_kind_that_does_not_suit_is_replaced_and_says_so(world: World) -> None:
    assert "Une courbe suit une date ou un nombre" in chart(TREES, "par=commune&graphique=line").body


def test_the_address_of_a_chart_holds_its_choice(world: World) -> None:
    body = chart(TREES, f"par=commune&mesure=avg:{HEIGHTS}&graphique=bar&commune=92048").body
    link = f"{CHART.format(TREES)}?commune=92048&par=commune&mesure=avg%3A{HEIGHTS}&graphique=bar"
    assert f"/partager/?page={quote(link, safe='')}" in body


def test_a_chart_is_taken_as_its_table(world: World) -> None:
    answer = chart(TREES, "par=commune", form="csv")
    assert answer.body.splitlines()[1:] == ["Boulogne-Billancourt;1", "Meudon;1"]


def test_the_table_of_a_chart_asks_the_right_to_download(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    assert "graphique.csv" not in chart(PLAYGROUNDS, "par=commune", PLANNER).body
    assert chart(PLAYGROUNDS, "par=commune", PLANNER, form="csv").status == 403


def test_the_page_of_a_layer_has_the_place_of_its_chart_under_its_filters(world: World) -> None:
    body = get(f"/catalogue/{TREES}/?commune=92048&sortby=-nom_vernaculaire", by_basic=False).body
    assert f'data-layer-chart="{CHART.format(TREES)}?commune=92048"' in body
