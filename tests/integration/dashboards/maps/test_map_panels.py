"""What a map panel shows to its visitor: places, classes, legend, and the table that says the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from amenities.vocabulary import PlaygroundState
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.files import map_picture
from dashboards.maps.kind import MAP, read_drawing
from dashboards.maps.presenters import map_panel_config
from dashboards.panels.kinds import PanelRequest, PaperLimits
from dashboards.panels.presenters import present
from heritage.models import RemarkableTree
from layers import access
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from tests import factories
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import ADMINISTRATOR, PUBLIC, Person
from tests.selections import visitor
from tests.world import PLAYGROUNDS, TREES, ZONES, World


def asked(
    layer: str,
    options: dict[str, Any],
    *,
    person: Person = PUBLIC,
    filters: dict[str, str] | None = None,
    **question: Any,
) -> PanelRequest:
    """Return a map panel on a layer, asked by somebody with filters of the page."""
    asking = visitor(person)
    scope = access.scope(asking, layer)
    questioned = PanelQuestion(layer, **question)
    query = parse_query({name: [text] for name, text in (filters or {}).items()})
    panel = Panel("carte", "map", question=questioned, options=options)
    return PanelRequest(panel, questioned, asking, scope, query)


CHOROPLETH = {"mode": "choropleth"}


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Three trees in Meudon, one in Boulogne, none in Sèvres."""
    with factories.in_bulk():
        for number, at in enumerate((MEUDON, MEUDON, MEUDON, BOULOGNE)):
            factories.tree(f"Arbre {number}", at=at, genre="Cedrus", hauteur=10 * (number + 1))


def test_features_are_coloured_by_the_values_of_a_chosen_list(trees: None) -> None:
    RemarkableTree.objects.filter(nom_vernaculaire="Arbre 0").update(genre="Quercus")
    drawing = read_drawing(asked(TREES, {"mode": "categories", "category": "genre"}))
    assert [(line.title, line.detail) for line in drawing.legend] == [("Cedrus", "3"), ("Quercus", "1")]
    assert len({line.token for line in drawing.legend}) == 2
    assert drawing.field == "genre"


def test_tiles_carry_the_field_that_colours_them(trees: None) -> None:
    request = asked(TREES, {"mode": "categories", "category": "genre"}, filters={"commune": MEUDON})
    config = map_panel_config(request, read_drawing(request))
    assert (config["layer"]["field"], "genre" in config["query"]) == ("genre", True)


def test_colours_by_value_are_those_of_the_page_without_filter(trees: None) -> None:
    RemarkableTree.objects.filter(commune_id=BOULOGNE).update(genre="Acer")
    options = {"mode": "categories", "category": "genre"}
    whole = read_drawing(asked(TREES, options))
    narrowed = read_drawing(asked(TREES, options, filters={"commune": MEUDON}))
    colours = {line.title: line.token for line in whole.legend}
    assert {line.title: line.token for line in narrowed.legend} == {"Cedrus": colours["Cedrus"]}


def test_communes_colour_features_under_their_names(trees: None) -> None:
    drawing = read_drawing(asked(TREES, {"mode": "categories", "category": "commune"}))
    assert {line.title: line.detail for line in drawing.legend} == {
        "Meudon": "3",
        "Boulogne-Billancourt": "1",
    }


@pytest.mark.parametrize("name", ["etat_sanitaire", "nulle-part"])
def test_a_map_is_coloured_by_no_field_that_its_reader_lacks(name: str, trees: None) -> None:
    with pytest.raises(UnknownProperty):
        read_drawing(asked(TREES, {"mode": "categories", "category": name}))


def test_a_map_is_coloured_by_no_field_of_free_values(trees: None) -> None:
    with pytest.raises(InvalidParameter, match="hauteur"):
        read_drawing(asked(TREES, {"mode": "categories", "category": "hauteur"}))


def test_a_choropleth_measures_each_commune(trees: None) -> None:
    places = read_drawing(asked(TREES, CHOROPLETH)).areas
    assert {place.key: place.value for place in places} == {MEUDON: 3, BOULOGNE: 1, SEVRES: None}


def test_a_choropleth_follows_the_filters_of_the_page(trees: None) -> None:
    drawing = read_drawing(asked(TREES, CHOROPLETH, filters={"commune": BOULOGNE}))
    assert {place.key: place.value for place in drawing.areas} == {MEUDON: None, BOULOGNE: 1, SEVRES: None}


def test_the_legend_tells_the_classes_and_how_many_communes_they_hold(trees: None) -> None:
    legend = read_drawing(asked(TREES, CHOROPLETH)).legend
    assert [(line.title, line.detail) for line in legend] == [
        ("1", "1 commune"),
        ("3", "1 commune"),
        ("Rien, ou aucune valeur", "1 commune"),
    ]


def test_a_row_of_the_table_filters_on_its_commune(trees: None) -> None:
    table = MAP.read(asked(TREES, CHOROPLETH)).table
    assert dict(zip(table.rows, table.filters, strict=True))["Meudon", 3] == ("commune", MEUDON)


def test_surfaces_are_joined_by_their_key(world: World) -> None:
    options = {"mode": "choropleth", "join": {"layer": ZONES, "key": "libelle"}}
    drawing = read_drawing(asked(ZONES, options, by=("libelle",), measures=("area",)))
    placed = {place.key: place.ids for place in drawing.areas if place.value is not None}
    assert placed == {name: (zone.pk,) for name, zone in world.zones.items()}


def test_symbols_of_joined_surfaces_stand_on_them(world: World) -> None:
    options = {"mode": "symbols", "join": {"layer": ZONES, "key": "libelle"}}
    drawing = read_drawing(asked(ZONES, options, by=("libelle",), measures=("area",)))
    for place in drawing.areas:
        assert place.position is not None
        assert world.zones[place.key].geom.contains(Point(*place.position, srid=4326))


def test_a_symbol_stands_on_the_largest_surface_of_its_key(world: World) -> None:
    zones = sorted(world.zones.values(), key=lambda zone: zone.geom.area)
    type(zones[0]).objects.filter(pk__in=[zone.pk for zone in zones]).update(libelle="U")
    options = {"mode": "symbols", "join": {"layer": ZONES, "key": "libelle"}}
    (place,) = read_drawing(asked(ZONES, options, by=("libelle",))).areas
    assert place.position is not None
    assert zones[-1].geom.contains(Point(*place.position, srid=4326))


def test_a_key_that_nothing_carries_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter, match="join"):
        read_drawing(asked(TREES, CHOROPLETH, by=("genre",)))


def test_points_are_not_joined(trees: None) -> None:
    options = {"mode": "choropleth", "join": {"layer": TREES, "key": "genre"}}
    with pytest.raises(InvalidParameter, match="surfaces"):
        read_drawing(asked(TREES, options, by=("genre",)))


def test_a_measure_that_is_no_number_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_drawing(asked(TREES, CHOROPLETH, measures=("max:date_releve",)))
    assert refused.value.parameter == "measures"


def test_categories_count_what_the_legend_names(world: World) -> None:
    factories.zone("N", typezone="N")
    drawing = read_drawing(asked(ZONES, {"mode": "categories"}))
    assert {line.filter: line.detail for line in drawing.legend} == {
        ("typezone", "U"): "3",
        ("typezone", "N"): "1",
    }


def test_categories_of_points_differ_by_colour_and_by_shape(world: World) -> None:
    states = PlaygroundState.values
    with factories.in_bulk():
        for place, state in enumerate(states):
            factories.playground(f"Jeux {place}", etat=state)
    drawing = read_drawing(asked(PLAYGROUNDS, {"mode": "categories"}, person=ADMINISTRATOR))
    assert len({line.token for line in drawing.legend}) == len(states)
    assert len({line.corners for line in drawing.legend}) == len(states)
    assert [line.corners for line in drawing.legend] == [each.corners for each in drawing.categories]
    on_paper = map_picture(drawing, visitor(), width=400)
    assert on_paper.svg.count("<polygon") == len(states) - 1


def test_one_colour_for_all_is_one_shape_too(world: World) -> None:
    options = {"mode": "categories", "colour": "t-nature"}
    drawing = read_drawing(asked(PLAYGROUNDS, options, person=ADMINISTRATOR))
    assert [(line.token, line.corners) for line in drawing.legend] == [("t-nature", ())]


def test_clusters_are_told_by_commune(trees: None) -> None:
    table = MAP.read(asked(TREES, {"mode": "clusters"})).table
    assert table.rows == (("Meudon", 3), ("Boulogne-Billancourt", 1))


def test_surfaces_have_no_density(world: World) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_drawing(asked(ZONES, {"mode": "heat"}))
    assert refused.value.parameter == "mode"


def test_symbols_list_the_largest_first(trees: None) -> None:
    drawing = read_drawing(asked(TREES, {"mode": "symbols", "value": "hauteur"}))
    assert [float(row[1]) for row in drawing.table.rows] == [40, 30, 20, 10]


def test_a_hidden_field_sizes_nothing(world: World) -> None:
    with pytest.raises(UnknownProperty):
        read_drawing(asked(TREES, {"mode": "symbols", "value": "matricule"}))


def test_a_hidden_field_is_no_filter_of_a_click(world: World) -> None:
    with pytest.raises(UnknownProperty):
        read_drawing(asked(TREES, {"mode": "clusters", "field": "etat_sanitaire"}))


def test_tiles_are_asked_what_the_page_filters(trees: None) -> None:
    request = asked(TREES, {"mode": "heat"}, filters={"filter": "genre = 'Cedrus'", "commune": MEUDON})
    config = map_panel_config(request, read_drawing(request))
    assert config["query"] == f"commune={MEUDON}&filter=genre+%3D+%27Cedrus%27"


def test_a_value_of_the_data_stays_text_in_the_panel(catalogue: Any) -> None:
    factories.zone("<script>a", typezone="U")
    options = {"mode": "choropleth", "join": {"layer": ZONES, "key": "libelle"}}
    request = asked(ZONES, options, by=("libelle",))
    shown = present(request.panel, MAP, MAP.read(request))
    assert "<script>a" not in render_to_string("dashboards/panels/panel.html", {"panel": shown})


def test_a_map_of_groups_reads_its_rows_once(trees: None) -> None:
    request = asked(TREES, CHOROPLETH)
    with CaptureQueriesContext(connection) as captured:
        read_drawing(request)
    reads = [query["sql"] for query in captured if RemarkableTree._meta.db_table in query["sql"]]
    assert len(reads) == 1


MEUDON_WOODS = [2.2, 48.78, 2.25, 48.81]


def test_a_map_opens_on_the_view_of_its_maker(trees: None) -> None:
    request = asked(TREES, {"mode": "categories", "bbox": MEUDON_WOODS})
    assert map_panel_config(request, read_drawing(request))["bbox"] == tuple(MEUDON_WOODS)


def test_a_map_opens_on_the_communes_that_its_reader_chose(trees: None) -> None:
    request = asked(TREES, {"mode": "categories", "bbox": MEUDON_WOODS}, filters={"commune": MEUDON})
    config = map_panel_config(request, read_drawing(request))
    assert config["bbox"] is None
    assert config["lights"] == [MEUDON]


@pytest.mark.parametrize("options", [{"mode": "categories"}, CHOROPLETH, {"mode": "symbols"}])
def test_a_map_is_printed_on_the_view_of_its_maker(options: dict[str, Any], trees: None) -> None:
    pictures = [
        map_picture(read_drawing(request), request.visitor, width=400, height=300).svg
        for request in (asked(TREES, options), asked(TREES, {**options, "bbox": MEUDON_WOODS}))
    ]
    assert pictures[0] != pictures[1]


def test_a_view_whose_west_is_east_is_refused(trees: None) -> None:
    request = asked(TREES, {"mode": "categories", "bbox": [2.25, 48.78, 2.2, 48.81]})
    with pytest.raises(InvalidParameter, match="Vue de départ") as refused:
        map_panel_config(request, read_drawing(request))
    assert refused.value.parameter == "bbox"


def test_layers_around_are_those_that_the_visitor_sees(world: World) -> None:
    options = {"mode": "categories", "context": [ZONES, PLAYGROUNDS, "nulle-part"]}
    drawn = {person: read_drawing(asked(TREES, options, person=person)) for person in (PUBLIC, ADMINISTRATOR)}
    assert {person: [scope.slug for scope in drawing.context] for person, drawing in drawn.items()} == {
        PUBLIC: [ZONES],
        ADMINISTRATOR: [ZONES, PLAYGROUNDS],
    }
    titles = [layer["slug"] for layer in map_panel_config(asked(TREES, options), drawn[PUBLIC])["context"]]
    assert titles == [ZONES]


def test_layers_around_are_named_and_not_counted(world: World) -> None:
    alone = MAP.read(asked(TREES, {"mode": "categories"}))
    around = MAP.read(asked(TREES, {"mode": "categories", "context": [ZONES]}))
    assert around.matched == alone.matched
    assert around.table == alone.table
    (note,) = set(around.notes) - set(alone.notes)
    assert note.startswith("Aussi sur la carte, sans être comptés")
    assert note not in MAP.printed(around, PaperLimits()).notes


AROUND = {"mode": "categories", "context": [ZONES, PLAYGROUNDS]}


def on_paper(options: dict[str, Any], person: Person = PUBLIC) -> str:
    """Return the map of trees of somebody as a file of the dashboard has it."""
    request = asked(TREES, options, person=person)
    return map_picture(read_drawing(request), request.visitor, width=400, height=300).svg


@pytest.mark.parametrize("person", [PUBLIC, ADMINISTRATOR], ids=["public", "administrateur"])
def test_layers_around_are_printed_for_who_sees_them(person: Person, world: World) -> None:
    alone, around = on_paper({"mode": "categories"}, person), on_paper(AROUND, person)
    assert around.count('fill-opacity="0.55"') - alone.count('fill-opacity="0.55"') == (
        len(world.playgrounds) if person is ADMINISTRATOR else 0
    )
    assert around.count("<path") - alone.count("<path") == 3


@pytest.mark.parametrize(("options", "is_above"), [({"mode": "categories"}, False), (CHOROPLETH, True)])
def test_layers_around_are_printed_under_features_and_over_classes(
    options: dict[str, Any], is_above: bool, world: World
) -> None:
    alone = on_paper(options).split("<")
    painted = [part for part in on_paper({**options, "context": [ZONES]}).split("<") if "fill-rule" in part]
    around = [index for index, part in enumerate(painted) if part not in alone]
    own = [index for index, part in enumerate(painted) if part in alone]
    assert (min(around) > max(own)) is is_above
    assert (max(around) < min(own)) is not is_above


def test_the_legend_on_paper_has_the_layers_around_of_its_reader(world: World) -> None:
    for person, titles in ((PUBLIC, 1), (ADMINISTRATOR, 2)):
        request = asked(TREES, AROUND, person=person)
        printed = MAP.printed(MAP.read(request), PaperLimits())
        page = render_to_string(
            MAP.template, {"panel": present(request.panel, MAP, printed), "answer": printed}
        )
        names = [access.scope(visitor(ADMINISTRATOR), slug).layer.title for slug in (ZONES, PLAYGROUNDS)]
        assert [name in page for name in names] == [True, titles == 2]


def test_a_sheet_has_a_bounded_number_of_features_around(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.maps.context.MOST", 1)
    request = asked(TREES, {"mode": "categories", "context": [ZONES]})
    drawing = map_picture(read_drawing(request), request.visitor, width=400, height=300)
    title = access.scope(visitor(), ZONES).layer.title
    (note,) = drawing.notes
    assert note.startswith(f"{title}\u00a0: Objets montrés\u00a0: 1 sur 3")


def test_the_answer_of_a_map_depends_on_the_layers_around() -> None:
    panel = Panel("carte", "map", options={"mode": "categories", "context": [ZONES]})
    assert ZONES in MAP.other_layers(panel)
