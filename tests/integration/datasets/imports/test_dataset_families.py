"""A file that mixes points, lines and surfaces is taken one family at a time, and what is left out is said."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.models import Delivery, Upload
from datasets.registry import definition_of
from datasets.vocabulary import GeometryKind
from datasets.wizard.forms.geometry import GeometryForm
from tests.deliveries import dataset, deliver, field, theme
from tests.uploads import work

pytestmark = pytest.mark.usefixtures("communes")

POINT = "POINT(2.21 48.81)"
LINE = "LINESTRING(2.2 48.8, 2.21 48.81)"
SURFACE = "POLYGON((2.2 48.8, 2.21 48.8, 2.21 48.81, 2.2 48.8))"
BOTH = f"GEOMETRYCOLLECTION({POINT}, {LINE})"
SCHEMA = DatasetSchema(fields=(field("code"),), key=("code",))
KINDS = {
    "points": GeometryKind.MULTI_POINT,
    "lines": GeometryKind.MULTI_LINE,
    "surfaces": GeometryKind.MULTI_SURFACE,
}


def taken(only: str, *shapes: str) -> Delivery:
    """Load shapes and take one family of them, or all for an empty one."""
    schema = replace(SCHEMA, geometry=KINDS[only or "points"])
    lines = [(f"C{number}", shape) for number, shape in enumerate(shapes)]
    recipe = GeometryRecipe("wkt", (1,), only=only)
    return deliver(dataset(schema=schema), *lines, schema=schema, titles=("code", "forme"), recipe=recipe)


def codes(delivery: Delivery) -> list[str]:
    """Return the codes of the rows."""
    return sorted(definition_of(delivery).model._default_manager.values_list("f0", flat=True))


@pytest.mark.parametrize(("only", "kept"), [("points", "C0"), ("lines", "C1"), ("surfaces", "C2")])
def test_one_family_is_taken(only: str, kept: str) -> None:
    delivery = taken(only, POINT, LINE, SURFACE)
    assert (delivery.state, codes(delivery)) == ("ready", [kept])


def test_rows_left_out_are_said_once() -> None:
    (line,) = taken("lines", POINT, LINE, SURFACE).report_lines.all()
    assert line.severity == "warning"
    assert line.line == 0
    assert line.reason == "2 lignes laissées de côté : seule la famille « lignes » est prise"


def test_rows_of_another_family_are_errors_when_all_are_taken() -> None:
    assert taken("", POINT, LINE).state == "refused"


def test_collection_belongs_to_each_of_its_families() -> None:
    assert [codes(taken("points", BOTH, SURFACE))] == [["C0"]]


def test_row_without_position_is_kept() -> None:
    assert codes(taken("points", POINT, "", LINE)) == ["C0", "C1"]


def test_row_left_out_is_no_duplicate() -> None:
    schema = replace(SCHEMA, geometry=GeometryKind.POINT)
    delivery = deliver(dataset(schema=schema), ("C", POINT), ("C", LINE), schema=schema,
                       titles=("code", "forme"), recipe=GeometryRecipe("wkt", (1,), only="points"))  # fmt: skip
    assert delivery.row_count == 1


def test_file_without_the_family_is_refused() -> None:
    delivery = taken("surfaces", POINT)
    told = list(delivery.report_lines.values_list("code", flat=True))
    assert (delivery.state, told) == ("refused", ["no-rows", "geometry-family"])


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A GeoJSON of two points, a line and a surface."""
    shapes: list[tuple[str, Any]] = [
        ("Point", [2.21, 48.81]),
        ("Point", [2.22, 48.81]),
        ("LineString", [[2.2, 48.8], [2.21, 48.81]]),
        ("Polygon", [[[2.2, 48.8], [2.21, 48.8], [2.21, 48.81], [2.2, 48.8]]]),
    ]
    features = [
        {"type": "Feature", "properties": {"code": f"C{n}"}, "geometry": {"type": kind, "coordinates": at}}
        for n, (kind, at) in enumerate(shapes)
    ]
    path = tmp_path / "melange.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    theme()
    return path


def run(path: Path, *words: str) -> Delivery:
    """Run the command; return the last delivery."""
    call_command("import_dataset", str(path), "--publish", "--key", "code", *words, stdout=StringIO())
    return Delivery.objects.order_by("number").last() or Delivery()


def test_command_takes_one_family(mixed: Path) -> None:
    delivery = run(mixed, "--only", "surfaces")
    assert (codes(delivery), delivery.schema_version.schema.geometry) == (["C3"], GeometryKind.MULTI_SURFACE)


def test_family_stands_for_the_next_delivery(mixed: Path) -> None:
    run(mixed, "--only", "lines")
    assert codes(run(mixed)) == ["C2"]


def test_command_takes_all_again(mixed: Path) -> None:
    run(mixed, "--only", "lines")
    with pytest.raises(CommandError):
        run(mixed, "--only", "all")


def test_command_refuses_a_family_that_is_not_of_the_geometry_asked(mixed: Path) -> None:
    with pytest.raises(CommandError, match="surfaces"):
        run(mixed, "--only", "surfaces", "--geometry", "point")


def form(**said: str) -> GeometryForm:
    """Return the wizard's form about a file with points, as somebody fills it."""
    posted = {"geometry": "Point", "recipe": "wkb", "srid": "4326"} | said
    schema = replace(SCHEMA, geometry=GeometryKind.POINT)
    return GeometryForm(posted, titles=("code",), schema=schema, recipe=GeometryRecipe("wkb"))


@pytest.mark.parametrize(("only", "kind"), [("", "Point"), ("points", "Point"), ("lines", "MultiLineString")])
def test_form_gives_the_kind_of_the_family(only: str, kind: str) -> None:
    filled = form(only=only)
    assert filled.is_valid()
    assert filled.kind.value == kind
    assert filled.value.only == only


def test_form_without_geometry_takes_no_family() -> None:
    filled = form(only="lines", recipe="none")
    assert (filled.is_valid(), filled.value.only) == (True, "")


def test_wizard_proposes_the_family_of_what_is_online(mixed: Path, media: Path, admin_client: Client) -> None:
    run(mixed, "--only", "lines", "--slug", "melange")
    with mixed.open("rb") as file:
        answer = admin_client.post("/jeux/melange/import/", {"file": file}, headers={"host": "localhost"})
    work()
    address = answer.headers["Location"]
    page = admin_client.get(address, headers={"host": "localhost"}, follow=True).content.decode()
    assert '<option value="lines" selected' in page
    assert Upload.objects.count() == 1
