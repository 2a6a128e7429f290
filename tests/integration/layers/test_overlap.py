"""Lines and surfaces of two layers answer to each other when they share more than a border (ADR 0056)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Polygon

from layers import access, queries
from layers.parsing import parse_query
from layers.queries import Selection
from plui.models import PrescriptionLin, PrescriptionSurf
from tests import factories
from tests.people import PUBLIC
from tests.world import TREES, ZONES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
SURFACES, LINES = "plui-prescriptions-surf", "plui-prescriptions-lin"
METRE = 1 / 111_200  # in degrees of latitude
EAST = METRE / 0.6587  # a metre towards the east at this latitude
BORDER, SOUTH, NORTH = 2.21, 48.805, 48.81


def ask(slug: str, **parameters: str) -> Selection:
    texts = {name: [value] for name, value in parameters.items()}
    return queries.select(access.scope(PUBLIC.visitor(), slug), parse_query(texts))


def names(slug: str, **parameters: str) -> set[str]:
    return set(ask(slug, **parameters).queryset.values_list("libelle", flat=True))


def zone(libelle: str = "UA", *, west: float = BORDER, east: float = BORDER + 0.01) -> int:
    """Add a zone whose west side is the border."""
    return factories.zone(libelle, geom=factories.box(west, SOUTH, east, NORTH)).pk


def surface(libelle: str, metres: float) -> PrescriptionSurf:
    """Add a surface of 50 m that goes so many metres into the zone."""
    inside = BORDER + metres * EAST
    return factories.prescription_surf(
        libelle, factories.box(BORDER - 50 * EAST, SOUTH + 0.001, inside, NORTH - 0.001)
    )


def line(libelle: str, metres: float) -> PrescriptionLin:
    """Add a line of 50 m that goes so many metres into the zone."""
    middle = (SOUTH + NORTH) / 2
    return factories.prescription_lin(
        libelle, factories.line((BORDER - 50 * EAST, middle), (BORDER + metres * EAST, middle))
    )


def add_both(add: Callable[[str, float], object], *, shallow: float, deep: float) -> None:
    zone()
    for libelle, metres in [("apart", -5), ("border", 0), ("shallow", shallow), ("deep", deep)]:
        add(libelle, metres)


CASES = pytest.mark.parametrize(
    ("slug", "add", "shallow", "deep"), [(SURFACES, surface, 0.9, 1.2), (LINES, line, 4.8, 5.3)]
)


@CASES
def test_a_border_is_no_overlap(
    slug: str, add: Callable[[str, float], object], shallow: float, deep: float
) -> None:
    add_both(add, shallow=shallow, deep=deep)
    assert names(slug, touching=ZONES) == {"deep"}
    assert names(slug, disjoint=ZONES) == {"apart", "border", "shallow"}


@CASES
def test_a_border_is_at_no_distance(
    slug: str, add: Callable[[str, float], object], shallow: float, deep: float
) -> None:
    add_both(add, shallow=shallow, deep=deep)
    assert names(slug, touching=f"{ZONES}@0") == {"border", "shallow", "deep"}
    assert names(slug, disjoint=f"{ZONES}@0") == {"apart"}


@CASES
def test_one_feature_answers_like_its_layer(
    slug: str, add: Callable[[str, float], object], shallow: float, deep: float
) -> None:
    add_both(add, shallow=shallow, deep=deep)
    pk = ask(ZONES).queryset.values_list("pk", flat=True)[0]
    assert names(slug, touching=f"{ZONES}/{pk}") == {"deep"}
    assert names(slug, disjoint=f"{ZONES}/{pk}") == {"apart", "border", "shallow"}
    assert names(slug, touching=f"{ZONES}/{pk}@0") == {"border", "shallow", "deep"}


@CASES
def test_a_zone_answers_to_what_overlaps_it(
    slug: str, add: Callable[[str, float], object], shallow: float, deep: float
) -> None:
    add_both(add, shallow=shallow, deep=deep)
    zone("next", west=BORDER - 0.02, east=BORDER - 60 * EAST)
    assert names(ZONES, touching=f"{slug}?libelle = 'shallow'") == set()
    assert names(ZONES, touching=f"{slug}?libelle = 'deep'") == {"UA"}
    assert names(ZONES, disjoint=f"{slug}?libelle = 'deep'") == {"next"}


def test_the_matched_object_is_one_that_overlaps() -> None:
    zone("neighbour", west=BORDER, east=BORDER + 0.001)
    zone("own", west=BORDER - 0.001, east=BORDER)
    surface("S", 0.5)
    (row,) = ask(SURFACES, touching=ZONES, matched="true").page().rows
    assert row["plui_zones_voisin"] == "own"


@pytest.mark.parametrize(
    "shape",
    [
        factories.box(BORDER - 10 * EAST, SOUTH + 0.001, BORDER + 10 * EAST, SOUTH + 0.001 + 0.5 * METRE),
        factories.box(BORDER + EAST, SOUTH + 0.001, BORDER + 1.5 * EAST, SOUTH + 0.001 + 0.5 * METRE),
        factories.box(BORDER - 0.2 * EAST, SOUTH + 0.001, BORDER + 0.6 * EAST, SOUTH + 0.001 + METRE),
        factories.box(BORDER - 0.01, SOUTH - 0.01, BORDER + 0.02, NORTH + 0.01),
    ],
    ids=["a path into it", "a kiosk inside", "a kiosk mostly inside", "all around"],
)
def test_what_is_narrow_or_around_overlaps(shape: Polygon) -> None:
    zone()
    factories.prescription_surf("S", shape)
    assert names(SURFACES, touching=ZONES) == {"S"}


def test_a_short_line_inside_overlaps() -> None:
    zone()
    factories.prescription_lin(
        "short", factories.line((BORDER + EAST, SOUTH + 0.001), (BORDER + 2 * EAST, SOUTH + 0.001))
    )
    assert names(LINES, touching=ZONES) == {"short"}


def test_a_point_on_a_border_is_in_both_zones() -> None:
    zone()
    zone("UB", west=BORDER - 0.01, east=BORDER)
    factories.tree(at=(BORDER, SOUTH + 0.001))
    assert names(ZONES, touching=TREES) == {"UA", "UB"}
    assert ask(TREES, touching=f"{ZONES}?libelle = 'UB'").count() == 1


@pytest.mark.parametrize("parameters", [{"touching": ZONES}, {"disjoint": ZONES}, {"touching": f"{ZONES}@0"}])
def test_points_cost_no_overlap(parameters: dict[str, str]) -> None:
    zone()
    statement, _values = ask(TREES, **parameters).queryset.query.sql_with_params()
    assert "layers_overlap" not in statement
    assert "ST_Intersects" in statement
