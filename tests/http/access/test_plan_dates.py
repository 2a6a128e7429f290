"""The plan at a date: the same question through every protocol, by everybody, before and after a procedure."""

from __future__ import annotations

import pytest

from tests.people import PUBLIC, Person
from tests.plan_versions import AFTER, BEFORE, NEW, OLD, SECRET, PlanInTime, plan_in_time
from tests.protocols import (
    EXPORT_CSV,
    EXPORT_GEOJSON,
    EXPORT_GPKG,
    ITEMS,
    ITEMS_PAGE,
    OGC_TILE,
    PAGE,
    TILE,
    WFS_FEATURES,
    Answer,
    Protocol,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
ZONES = "plui-zones"
WITH_ROWS = (PAGE, ITEMS, ITEMS_PAGE, TILE, OGC_TILE, EXPORT_CSV, EXPORT_GEOJSON, EXPORT_GPKG, WFS_FEATURES)


@pytest.fixture
def plan() -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def ask(protocol: Protocol, day: str, person: Person = PUBLIC, **place: object) -> Answer:
    """Ask a protocol at a date; without one when it is empty."""
    address = protocol.address + (
        ("&" if "?" in protocol.address else "?") + f"plan-date={day}" if day else ""
    )
    return Protocol(protocol.name, address, protocol.is_machine).ask(person, **{"slug": ZONES} | place)


@pytest.mark.parametrize("protocol", WITH_ROWS, ids=str)
@pytest.mark.parametrize(("day", "libelle"), [("", NEW), (AFTER, NEW), (BEFORE, OLD)])
def test_each_protocol_shows_the_plan_in_force_on_the_day(
    plan: PlanInTime, protocol: Protocol, day: str, libelle: str
) -> None:
    answer = ask(protocol, day)
    assert answer.status == 200
    assert answer.shows([OLD, NEW, SECRET]) == {libelle}
