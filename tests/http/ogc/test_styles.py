"""The style of a layer for other tools: list, documents, pictures, rights, freshness."""

from __future__ import annotations

import json

import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.gis.geos import Point
from django.test import Client

from layers.models import Layer
from layers.vocabulary import Visibility
from plui.models import DocUrba, HabillageTxt
from styles.glyphs import FONT
from tests.people import GARDENER, PLANNER, PUBLIC
from tests.protocols import get
from tests.world import MATRICULE, PLAYGROUNDS, TREES, World

_STYLES = f"/api/collections/{TREES}/styles"
_STYLE = f"{_STYLES}/portail"
FORMS = {
    "mapbox": "application/vnd.mapbox.style+json",
    "sld10": "application/vnd.ogc.sld+xml;version=1.0",
    "sld11": "application/vnd.ogc.sld+xml;version=1.1",
    "qml": "application/vnd.qgis.qml",
}


def restyle(**document: object) -> None:
    """Write a style document of the trees."""
    layer = Layer.objects.get(slug=TREES)
    layer.style = document
    layer.save()


def test_a_collection_links_to_its_styles_and_they_to_their_documents(world: World) -> None:
    links = {link["rel"]: link["href"] for link in get(f"/api/collections/{TREES}").document["links"]}
    document = get(
        links["http://www.opengis.net/def/rel/ogc/1.0/styles"].removeprefix("http://localhost")
    ).document
    (style,) = document["styles"]
    assert (document["default"], style["id"]) == ("portail", "portail")
    sheets = {link["type"]: link["href"] for link in style["links"] if link["rel"] == "stylesheet"}
    assert set(sheets) == set(FORMS.values())
    for media_type, href in sheets.items():
        answer = get(href.removeprefix("http://localhost"))
        assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)


@pytest.mark.parametrize("form", ["sld10", "sld11", "qml"])
def test_documents_are_xml(world: World, form: str) -> None:
    answer = get(f"{_STYLE}?f={form}")
    assert fromstring(answer.body, forbid_dtd=False).tag.endswith(
        "qgis" if form == "qml" else "StyledLayerDescriptor"
    )
    assert TREES in answer.headers["Content-Disposition"]


def test_a_style_of_maplibre_names_tiles_pictures_and_letters_that_answer(world: World) -> None:
    restyle(labels={"field": "genre"}, symbol=[{"type": "marker", "size": 26, "icon": "face"}])
    style = get(f"{_STYLE}?f=mapbox").document
    assert style["version"] == 8
    layers = {layer["source-layer"] for layer in style["layers"]}
    assert layers == {TREES}
    tiles = get(style["sources"][TREES]["url"].removeprefix("http://localhost"))
    assert tiles.document["vector_layers"][0]["id"] == TREES
    index = get(style["sprite"].removeprefix("http://localhost") + "@2x.json").document
    named = json.dumps(style["layers"])
    assert all(name in named for name in index)
    assert {place["pixelRatio"] for place in index.values()} == {2}
    (icon,) = (layer for layer in style["layers"] if layer["id"].endswith(":icon"))
    assert icon["layout"]["icon-image"] in index
    sheet = Client().get(style["sprite"].removeprefix("http://localhost") + "@2x.png")
    assert sheet.content.startswith(b"\x89PNG")
    letters = style["glyphs"].replace("{fontstack}", FONT).replace("{range}", "0-255")
    assert Client().get(letters.removeprefix("http://localhost")).content.count(FONT.encode()) == 1


@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_the_legend_is_a_picture(world: World, form: str, start: bytes) -> None:
    answer = Client().get(f"{_STYLE}/legend?f={form}")
    assert answer.status_code == 200
    assert answer.content.startswith(start)


def test_the_page_shows_the_legend_and_the_files(world: World) -> None:
    page = get(f"{_STYLES}?f=html").body
    assert f"{_STYLE}/legend?f=svg" in page
    assert all(f"{_STYLE}?f={form}" in page for form in FORMS)


@pytest.mark.parametrize(
    "path",
    [
        "/styles/autre",
        "/styles/autre/legend",
        "/styles/portail/sprite.gif",
        "/styles/portail/sprite@3x.png",
    ],
)
def test_what_a_layer_has_not_is_a_404(world: World, path: str) -> None:
    assert get(f"/api/collections/{TREES}{path}").status == 404


@pytest.mark.parametrize(
    "path", ["/api/fonts/Autre/0-255.pbf", f"/api/fonts/{FONT}/1-256.pbf", f"/api/fonts/{FONT}/0-511.pbf"]
)
def test_letters_are_those_of_one_font_by_whole_ranges(world: World, path: str) -> None:
    assert get(path).status == 404


def test_an_unknown_form_or_parameter_is_named(world: World) -> None:
    answer = get(f"{_STYLE}?f=lyr")
    assert (answer.status, answer.document["parameter"]) == (400, "f")
    assert "mapbox, sld11, sld10, qml" in answer.document["detail"]
    assert get(f"{_STYLE}?theme=dark").document["parameter"] == "theme"


@pytest.mark.parametrize("path", ["", "/portail", "/portail/legend", "/portail/sprite.json"])
def test_a_hidden_layer_has_no_style(world: World, path: str) -> None:
    address = f"/api/collections/{PLAYGROUNDS}/styles{path}"
    assert get(address, PUBLIC).status == 401
    assert get(address, PLANNER).status == 200


@pytest.mark.parametrize(
    "path", [*(f"/portail?f={form}" for form in FORMS), "/portail/legend?f=svg", "/portail/sprite.json"]
)
def test_a_protected_field_leaves_no_class_size_or_label(world: World, path: str) -> None:
    restyle(
        field="matricule",
        categories=[{"value": MATRICULE, "title": "Un matricule", "token": "t-waste"}],
        labels={"field": "matricule", "zoom": 10},
    )
    told = {
        str(person): get(_STYLES + path, person).shows(["matricule", MATRICULE])
        for person in (PUBLIC, PLANNER)
    }
    assert told == dict.fromkeys(told, frozenset())
    if not path.endswith(("svg", "json")):
        assert get(_STYLES + path, GARDENER).shows(["matricule"])


def test_a_style_is_fresh_until_it_changes(world: World) -> None:
    first = get(f"{_STYLE}?f=sld11")
    tag = first.headers["ETag"]
    again = get(f"{_STYLE}?f=sld11", **{"if-none-match": tag})
    assert (again.status, again.body) == (304, "")
    Layer.objects.filter(slug=TREES).update(style={"token": "#123456"})
    changed = get(f"{_STYLE}?f=sld11", **{"if-none-match": tag})
    assert changed.status == 200
    assert "#123456" in changed.body
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize("form", ["sld10", "sld11"])
def test_the_colours_of_drawings_that_somebody_reads_have_rules(world: World, form: str) -> None:
    Layer.objects.filter(slug="plui-habillage-txt").update(visibility=Visibility.OPEN)
    document = DocUrba.objects.first() or DocUrba.objects.create(idurba="200057974_PLUI_20240115")
    for colour, text in (("255-000-000", "Place"), ("255-000-000", "Pont"), ("", "Quai")):
        HabillageTxt.objects.create(
            idurba=document, txt=text, natecr="Lieu", couleur=colour, geom=Point(2.23, 48.81, srid=4326)
        )
    body = get(f"/api/collections/plui-habillage-txt/styles/portail?f={form}").body
    text = body if isinstance(body, str) else body.decode()
    # One for discs, one for labels with a size and one for those without.
    assert text.count("#ff0000") == 3
