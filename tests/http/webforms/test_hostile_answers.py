"""Hostile answers are refused in words, within bounds; a drawn line follows a network."""

from __future__ import annotations

import html
import json
from dataclasses import replace

import pytest
from django.contrib.gis.geos import LineString
from django.test import Client

from datasets.schemas.services import create_layer
from datasets.vocabulary import GeometryKind
from layers.visitor import system_visitor
from reference_data.models import RoadSection
from tests.deliveries import BENCHES, theme
from tests.forms_of_layers import ITEMS, LATITUDE, LONGITUDE, good_answer, send, tree_form
from tests.world import World
from webforms.models import Answer, Form

ROADS = "troncons-de-route"


def polygon(vertices: int) -> str:
    """Return the GeoJSON of a polygon."""
    ring = [[2.2, 48.8], *([2.2 + (each % 97) / 1e4, 48.81] for each in range(vertices - 2)), [2.2, 48.8]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_a_polygon_of_many_vertices_is_refused_at_its_question(world: World) -> None:
    form = tree_form()
    response = send(form, good_answer(form.published, position=polygon(150_000)))
    assert response.status_code == 422
    assert 'href="#q-position"' in response.content.decode()
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    ["%5B2.2,48.8%5D," * 1_000_000, "x" * 10_000_000],
    ids=["a polygon of a million vertices", "a text of 10 MB"],
)
def test_what_is_too_large_to_read_is_refused_in_words(world: World, text: str) -> None:
    form = tree_form()
    body = f"q-position={text}".encode()
    response = Client().post(
        f"/formulaires/{form.slug}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert "Ko" in response.content.decode()
    assert Answer.objects.count() == 0


def test_the_form_of_another_site_is_refused_in_words(world: World) -> None:
    form = tree_form()
    response = send(form, good_answer(form.published), Client(enforce_csrf_checks=True))
    assert "rechargez-la et envoyez de nouveau" in html.unescape(response.content.decode())
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "@SUM(A1)"])
def test_a_text_that_a_spreadsheet_would_run_is_stored_as_it_was_written(world: World, text: str) -> None:
    form = tree_form()
    send(form, good_answer(form.published, essence=text))
    assert Answer.objects.get().values["essence"] == text.strip()


def road_form() -> Form:
    """Return a form of lines drawn along roads, one of which goes east at the place of the tests."""
    RoadSection.objects.create(
        cleabs="TRONROUT1", nature="Route à 1 chaussée", importance="4", sens_de_circulation="Double sens",
        geom=LineString((LONGITUDE, LATITUDE), (LONGITUDE + 0.01, LATITUDE), srid=4326),
    )  # fmt: skip
    schema = replace(BENCHES, fields=BENCHES.fields[:1], geometry=GeometryKind.LINE, title_field="code")
    create_layer(slug="traces", title="Tracés", theme=theme(), schema=schema, visitor=system_visitor())
    code = {"name": "essence", "kind": "text", "label": "Code", "field": "code", "required": True}
    return tree_form([{**ITEMS[0], "layer": ROADS}, code], slug="traces")


def test_a_drawn_line_follows_the_network(world: World) -> None:
    form = road_form()
    line = {
        "type": "LineString",
        "coordinates": [[LONGITUDE + 0.001, LATITUDE + 0.0001], [LONGITUDE + 0.005, LATITUDE - 0.0001]],
    }
    assert send(form, good_answer(form.published, position=json.dumps(line))).status_code == 302
    geometry = Answer.objects.get().geom
    assert geometry is not None
    assert [y for _x, y in geometry.coords] == pytest.approx([LATITUDE, LATITUDE], abs=1e-7)


def test_a_line_away_from_the_network_is_refused_by_its_name(world: World) -> None:
    form = road_form()
    away = {"type": "LineString", "coordinates": [[LONGITUDE, LATITUDE + 0.01], [LONGITUDE, LATITUDE + 0.02]]}
    response = send(form, good_answer(form.published, position=json.dumps(away)))
    assert response.status_code == 422
    assert "à moins de 25 m" in html.unescape(response.content.decode()).replace("\u00a0", " ")
