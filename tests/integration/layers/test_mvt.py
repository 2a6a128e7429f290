"""Vector tiles: the right features at the right place, with the attributes a reader may have."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.utils import timezone

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryKind
from heritage.catalogue import TREES
from layers import access, queries
from layers.errors import InvalidParameter, UnknownTile
from layers.formats import mvt
from layers.models import Commune, ProtectedField
from layers.parsing import FeatureQuery, parse_query
from layers.visitor import Visitor
from plui.catalogue import PRESCRIPTIONS_LIN, ZONES
from tests import factories
from tests.deliveries import Lines, dataset, field, published
from tests.factories import MEUDON, MIDDLES, box, line
from tests.protocols import tile_of

Layers = dict[str, Any]


def tile(slug: str, at: str, **parameters: str) -> Layers:
    """Return the decoded tile ``z/x/y``, y downwards from the top as in the pyramid."""
    asked = parse_query({name: [text] for name, text in parameters.items()})
    selection = queries.select(access.scope(Visitor(instant=timezone.now()), slug), asked)
    content = mvt.tile(selection, *map(int, at.split("/")))
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}


def features(slug: str, at: str, **parameters: str) -> list[dict[str, Any]]:
    decoded = tile(slug, at, **parameters)
    return list(decoded[slug]["features"]) if decoded else []


@pytest.mark.parametrize("zoom", [0, 5, 9, 14, 22])
def test_a_point_is_in_the_tile_that_holds_it(catalogue: dict[str, Commune], zoom: int) -> None:
    tree = factories.tree(at=(2.2113, 48.8127))
    assert [feature["id"] for feature in features(TREES.slug, tile_of(2.2113, 48.8127, zoom))] == [tree.pk]


def test_a_point_is_in_no_other_tile(catalogue: dict[str, Commune]) -> None:
    factories.tree(at=(2.2113, 48.8127))
    zoom, x, y = map(int, tile_of(2.2113, 48.8127, 14).split("/"))
    around = [f"{zoom}/{x + i}/{y + j}" for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    assert [features(TREES.slug, at) for at in around] == [[]] * 8


def test_the_middle_of_the_world_is_in_the_middle_of_its_tile(catalogue: dict[str, Commune]) -> None:
    factories.tree(at=(0.0, 0.0))
    decoded = tile(TREES.slug, "0/0/0")[TREES.slug]
    told = decoded["extent"], decoded["features"][0]["geometry"]["coordinates"]
    assert told == (4096, [2048, 2048])


def test_north_is_up(catalogue: dict[str, Commune]) -> None:
    factories.tree("Nord", at=(0.0, 60.0))
    factories.tree("Sud", at=(0.0, -60.0))
    places = {
        f["properties"]["nom_vernaculaire"]: f["geometry"]["coordinates"][1]
        for f in features(TREES.slug, "0/0/0")
    }
    assert places["Nord"] < 2048 < places["Sud"]


def test_a_surface_is_cut_a_little_outside_its_tile(catalogue: dict[str, Commune]) -> None:
    factories.zone(geom=box(-10.0, -10.0, 10.0, 10.0))
    (ring,) = features(ZONES.slug, "5/16/15")[0]["geometry"]["coordinates"]
    numbers = [number for position in ring for number in position]
    assert (min(numbers), max(numbers)) == (-24, 1024 + 24)


def test_a_line_just_outside_is_drawn_in_the_margin(catalogue: dict[str, Commune]) -> None:
    margin = 360 / 2**14 * 32 / 4096
    factories.prescription_lin("Bord", line((-margin, 1.0), (-margin, 1.02)))
    assert len(features(PRESCRIPTIONS_LIN.slug, tile_of(0.00001, 1.01, 14))) == 1


def test_a_tile_where_nothing_is_is_empty(catalogue: dict[str, Commune]) -> None:
    factories.tree()
    assert tile(TREES.slug, "5/0/0") == {}


def test_a_question_that_cannot_match_is_an_empty_tile(catalogue: dict[str, Commune]) -> None:
    factories.tree()
    assert tile(TREES.slug, "0/0/0", ids="999999999999999999") == {}


def test_filters_are_those_of_lists(catalogue: dict[str, Commune]) -> None:
    factories.tree("Cèdre", genre="Cedrus")
    factories.tree("Orme", genre="Ulmus")
    found = features(TREES.slug, "0/0/0", filter="genre = 'Cedrus'")
    assert [feature["properties"]["nom_vernaculaire"] for feature in found] == ["Cèdre"]


def test_a_tile_carries_what_its_style_and_its_labels_need(catalogue: dict[str, Commune]) -> None:
    factories.tree("Cèdre", genre="Cedrus", hauteur=30.0)
    assert features(TREES.slug, "0/0/0")[0]["properties"] == {"nom_vernaculaire": "Cèdre"}


def test_where_people_point_at_features_a_tile_carries_what_the_definition_adds(
    catalogue: dict[str, Commune],
) -> None:
    factories.tree("Cèdre", at=(2.2113, 48.8127), genre="Cedrus", hauteur=30.0)
    (found,) = features(TREES.slug, tile_of(2.2113, 48.8127, 14))
    assert found["properties"] == {
        "nom_vernaculaire": "Cèdre",
        "genre": "Cedrus",
        "commune": "92048",
        "hauteur": 30.0,  # the priority of the labels
    }


def test_a_protected_title_is_not_in_the_tile(catalogue: dict[str, Commune]) -> None:
    factories.tree("Cèdre", at=(2.2113, 48.8127), genre="Cedrus")
    layer = access.scope(Visitor(instant=timezone.now()), TREES.slug).layer
    ProtectedField.objects.create(layer=layer, name="nom_vernaculaire")
    (found,) = features(TREES.slug, tile_of(2.2113, 48.8127, 14))
    assert set(found["properties"]) == {"genre", "commune"}


def test_every_attribute_may_be_protected(catalogue: dict[str, Commune]) -> None:
    tree = factories.tree("Cèdre", genre="Cedrus")
    layer = access.scope(Visitor(instant=timezone.now()), TREES.slug).layer
    for name in ("nom_vernaculaire", "genre", "commune"):
        ProtectedField.objects.create(layer=layer, name=name)
    found = features(TREES.slug, "0/0/0")
    assert [(feature["id"], feature["properties"]) for feature in found] == [(tree.pk, {})]


@pytest.mark.parametrize("at", ["23/0/0", "0/1/0", "0/0/1", "12/4096/0", "99/0/0"])
def test_a_tile_out_of_the_pyramid_does_not_exist(catalogue: dict[str, Commune], at: str) -> None:
    with pytest.raises(UnknownTile):
        tile(TREES.slug, at)


def test_the_last_tile_exists(catalogue: dict[str, Commune]) -> None:
    side = 2**22 - 1
    assert tile(TREES.slug, f"22/{side}/{side}") == {}


def test_the_whole_question_fits_a_tile(catalogue: dict[str, Commune]) -> None:
    selection = queries.select(access.scope(Visitor(instant=timezone.now()), TREES.slug), FeatureQuery())
    assert mvt.tile(selection, 0, 0, 0) == b""


@pytest.mark.parametrize(
    ("asked", "carried"),
    [
        ("hauteur,genre", {"genre": "Acer", "hauteur": 12.5}),
        ("", {}),
        ("date_releve", {"date_releve": "2024-05-31"}),
    ],
)
def test_a_tile_carries_the_properties_asked(
    catalogue: dict[str, Commune], asked: str, carried: dict[str, Any]
) -> None:
    factories.tree("Érable", genre="Acer", hauteur=12.5, date_releve="2024-05-31")
    assert features(TREES.slug, "0/0/0", properties=asked)[0]["properties"] == carried


def test_a_list_is_carried_as_json_when_it_is_asked(catalogue: dict[str, Commune]) -> None:
    Commune.objects.filter(code=MEUDON).update(codes_postaux=["92100", "92190"])
    at = tile_of(*MIDDLES[MEUDON], 14)
    (found,) = features("communes", at, properties="codes_postaux", filter=f"code = '{MEUDON}'")
    assert found["properties"] == {"codes_postaux": '["92100","92190"]'}


def test_a_field_named_as_a_count_makes_no_feature_a_cluster(catalogue: dict[str, Commune]) -> None:
    schema = DatasetSchema(
        fields=(field("code"), field("cluster")),
        geometry=GeometryKind.POINT,
        key=("code",),
        title_field="cluster",
    )
    lines = Lines(("code", "cluster", "lon", "lat"), [("B1", "7", *map(str, MIDDLES[MEUDON]))])
    to = dataset("bancs", schema)
    published(to, source=lines, schema=schema, recipe=GeometryRecipe("lonlat", (2, 3)))
    at = tile_of(*MIDDLES[MEUDON], 14)
    assert [feature["properties"] for feature in features("bancs", at)] == [{"commune": MEUDON}]
    with pytest.raises(InvalidParameter, match="cluster"):
        tile("bancs", at, properties="code,cluster")
