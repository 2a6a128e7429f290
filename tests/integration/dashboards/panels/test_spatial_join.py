"""A panel that crosses two layers: counts by the zones where features lie, under the rights on both."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.documents.document import Document, Panel, PanelQuestion, Section
from dashboards.models import Dashboard
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.spatial_join.kind import SPATIAL_JOIN
from dashboards.reading.dashboard_page import open_document
from dashboards.services.checks import document_faults
from layers.errors import InvalidParameter, UnknownLayer, UnknownProperty
from layers.models import Layer
from tests import factories
from tests.builder import making
from tests.factories import BOULOGNE, MEUDON, SEVRES, SQUARES, box
from tests.panels import read_panel, values_of
from tests.people import ADMINISTRATOR, PUBLIC
from tests.selections import visitor
from tests.world import TREES, ZONES

pytestmark = pytest.mark.django_db
OTHER = {"other": ZONES, "other_field": "typezone"}


@pytest.fixture
def town(catalogue: Any) -> None:
    """Two trees in a zone U, one in a zone N, one in none."""
    factories.zone("UA", typezone="U")
    factories.zone("N1", typezone="N", geom=box(*SQUARES[BOULOGNE]))
    west, south = SQUARES[MEUDON][:2]
    for name, at, genus in (
        ("A", MEUDON, "Cedrus"),
        ("B", (west + 0.001, south + 0.001), "Acer"),
        ("C", BOULOGNE, "Cedrus"),
        ("D", SEVRES, "Acer"),
    ):
        factories.tree(name, at=at, genre=genus)


def counts(answer: PanelAnswer) -> dict[str, int]:
    return {": ".join(str(cell) for cell in row[:-1]): row[-1] for row in answer.table.rows}


def test_features_count_in_the_zone_where_they_lie(town: None) -> None:
    answer = read_panel("spatial_join", TREES, options=OTHER)
    assert counts(answer) == {
        "Zone urbaine": 2,
        "Zone naturelle et forestière": 1,
        "Hors de «\u00a0PLUi\u00a0: zones\u00a0»": 1,
    }


def test_bars_are_cut_by_a_field_of_the_features(town: None) -> None:
    answer = read_panel("spatial_join", TREES, by=("genre",), options=OTHER)
    assert counts(answer)["Zone urbaine: Acer"] == 1
    assert answer.matched == 4


def test_the_filters_of_the_page_narrow_what_is_counted(town: None) -> None:
    answer = read_panel("spatial_join", TREES, options=OTHER, filters={"commune": MEUDON})
    assert counts(answer) == {"Zone urbaine": 2}


def test_the_filter_of_the_panel_narrows_what_is_counted(town: None) -> None:
    answer = read_panel("spatial_join", TREES, options=OTHER, filter="genre = 'Acer'")
    assert answer.matched == 2


def test_a_mark_sets_no_filter_of_a_field_that_the_features_do_not_have(town: None) -> None:
    rows = values_of(read_panel("spatial_join", TREES, options=OTHER))
    assert [row["filters"] for row in rows] == [[], [], []]


def test_a_surface_counts_in_each_value_that_it_goes_into(town: None) -> None:
    west, south, _east, north = SQUARES[MEUDON]
    factories.prescription_surf("Parc", box(west, south, SQUARES[BOULOGNE][2], north))
    answer = read_panel("spatial_join", "plui-prescriptions-surf", options=OTHER)
    assert set(counts(answer).values()) == {1}
    assert answer.notes[-1] == "Un objet qui va dans plusieurs valeurs compte dans chacune."


def test_outsider_has_no_panel_over_a_hidden_layer(town: None) -> None:
    Layer.objects.filter(slug=ZONES).update(visibility="internal")
    page = open_document(visitor(PUBLIC), Dashboard(slug="essai", title="Essai"), a_document())
    assert list(page.panels) == []
    with pytest.raises(UnknownLayer):
        read_panel("spatial_join", TREES, options=OTHER)


def test_a_field_that_is_not_read_is_refused_by_its_name(town: None) -> None:
    with pytest.raises(UnknownProperty) as error:
        read_panel("spatial_join", TREES, options={**OTHER, "other_field": "secret"})
    assert error.value.name == "secret"


def test_a_field_of_many_values_is_refused(town: None) -> None:
    for number in range(13):
        factories.zone(f"Z{number}", geom=box(2.3 + number / 100, 48.8, 2.305 + number / 100, 48.81))
    with pytest.raises(InvalidParameter):
        read_panel("spatial_join", TREES, options={**OTHER, "other_field": "libelle"})


def test_two_keys_of_its_own_are_refused(town: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("spatial_join", TREES, by=("genre", "commune"), options=OTHER)


def test_another_measure_than_the_count_is_refused(town: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("spatial_join", TREES, measures=("avg:hauteur",), options=OTHER)


def test_an_author_reads_which_layer_is_not_there(catalogue: Any) -> None:
    faults = document_faults(a_document(other="zones-perdues"), visitor(ADMINISTRATOR))
    assert [fault.key.rpartition(".")[2] for fault in faults] == ["other"]


def test_the_builder_makes_one_that_reads(town: None) -> None:
    panel = making("spatial_join", TREES).panel
    assert panel.options["other"] in {ZONES, "plui-prescriptions-surf", "servitudes", "parcelles"}
    assert SPATIAL_JOIN.needed_layers(panel) == (panel.options["other"],)


def a_document(other: str = ZONES) -> Document:
    panel = Panel(
        "croisement",
        "spatial_join",
        title="Croisement",
        question=PanelQuestion(TREES),
        options={**OTHER, "other": other},
    )
    return Document("essai", "Essai", sections=(Section("s", "", (panel,)),))
