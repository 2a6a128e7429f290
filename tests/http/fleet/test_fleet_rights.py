"""Who reads which vehicles, and whose plates: by every way into the portal, in files, in history, and on writing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.test import Client

from fleet.models import Vehicle, VehicleReading
from gisportal.demo.rights import CLIMATE, FLEET, MANAGEMENT, ROADS, TREES, load_fleet_rights
from tests.factories import BOULOGNE, MEUDON
from tests.fleet import PLATE, VEHICLES, reading, vehicle
from tests.people import ADMINISTRATOR, OUTSIDER, PUBLIC, Person
from tests.protocols import EXPORTS, ITEMS, OF_A_LAYER, items

pytestmark = pytest.mark.django_db
KEEPER, MANAGER, ROADMAN = Person("parc", (FLEET,)), Person("dg", (MANAGEMENT,)), Person("voirie", (ROADS,))
MACHINES = [protocol for protocol in OF_A_LAYER if "tile" not in protocol.name]
HISTORY = "/administration/fleet/vehicle/{}/history/"


@pytest.fixture
def vehicles(catalogue: Any) -> dict[str, Vehicle]:
    groups = {
        name: Group.objects.get_or_create(name=name)[0] for name in (CLIMATE, FLEET, MANAGEMENT, ROADS, TREES)
    }
    load_fleet_rights(groups)
    for name in (FLEET, ROADS):
        groups[name].permissions.set(Permission.objects.filter(Q(content_type__app_label="fleet")))
    result = {
        "ours": vehicle("V-VOIRIE", direction=ROADS, immatriculation=PLATE, commune_id=MEUDON),
        "theirs": vehicle("V-ARBRES", direction=TREES, immatriculation="OO-456-OO", commune_id=BOULOGNE),
    }
    reading(result["ours"], dt.date(2025, 1, 1), litres=50)
    Vehicle.objects.filter(numero="V-VOIRIE").update(immatriculation="OO-124-OO")
    Vehicle.objects.filter(numero="V-VOIRIE").update(immatriculation=PLATE, site="Dépôt")
    return result


def session(person: Person) -> Client:
    account = person.account()
    account.is_staff = True
    account.save()
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_vehicles_are_those_of_the_rights_of_each(vehicles: dict[str, Vehicle]) -> None:
    result = {}
    for person in (PUBLIC, OUTSIDER, KEEPER, MANAGER, ROADMAN):
        answer = items(VEHICLES, None, person)
        known = answer.document["features"] if answer.status == 200 else answer.status
        result[str(person)] = known if isinstance(known, int) else [f["properties"]["numero"] for f in known]
    both = ["V-VOIRIE", "V-ARBRES"]
    assert result == {"public": 401, "passant": 404, "parc": both, "dg": both, "voirie": ["V-VOIRIE"]}


def test_a_plate_is_nowhere_for_who_does_not_read_it(vehicles: dict[str, Vehicle]) -> None:
    place: dict[str, Any] = {"slug": VEHICLES, "pk": vehicles["ours"].pk, "photo": 0}
    told = {
        f"{person} {protocol}"
        for person in (MANAGER, ROADMAN)
        for protocol in MACHINES
        if protocol.ask(person, **place).shows([PLATE, "OO-124-OO", '"immatriculation"', ";immatriculation;"])
    }
    assert told == set()
    assert ITEMS.ask(KEEPER, **place).shows([PLATE])
    assert [protocol.ask(MANAGER, **place).status for protocol in EXPORTS] == [200] * 3
    asked = [items(VEHICLES, {"immatriculation": PLATE}, MANAGER).status]
    asked += [items(VEHICLES, {"filter": f"immatriculation = '{PLATE}'"}, MANAGER).status]
    asked += [items(VEHICLES, {"sortby": "immatriculation"}, MANAGER).status]
    assert asked == [400, 400, 400]
    assert items(VEHICLES, {"q": PLATE}, MANAGER).document["numberMatched"] == 0


def test_history_tells_plates_to_who_reads_them(vehicles: dict[str, Vehicle]) -> None:
    place = HISTORY.format(vehicles["ours"].pk)
    pages = {str(person): session(person).get(place).content.decode() for person in (KEEPER, ROADMAN)}
    assert {name: ("OO-124-OO" in page, "Dépôt" in page) for name, page in pages.items()} == {
        "parc": (True, True),
        "voirie": (False, True),
    }


def test_a_directorate_writes_its_own_vehicles_alone(vehicles: dict[str, Vehicle]) -> None:
    client = session(ROADMAN)

    def patch(pk: int, **properties: object) -> int:
        return client.patch(
            f"/api/collections/{VEHICLES}/items/{pk}",
            json.dumps({"properties": properties}),
            content_type="application/merge-patch+json",
            headers={"If-Match": "*"},
        ).status_code

    ours, theirs = vehicles["ours"].pk, vehicles["theirs"].pk
    assert patch(ours, site="Atelier") == 200
    assert patch(theirs, site="Atelier") == 404
    assert patch(ours, immatriculation="AA-111-AA") in {400, 403, 422}
    assert patch(ours, direction=TREES) in {400, 403, 422}
    assert patch(ours, critair="E") in {200, 400, 422}
    vehicles["ours"].refresh_from_db()
    result = vehicles["ours"]
    assert (result.site, result.immatriculation, result.direction, result.critair) == (
        "Atelier",
        PLATE,
        ROADS,
        "1",
    )


def test_the_pages_of_the_administration_answer(vehicles: dict[str, Vehicle]) -> None:
    client = session(ADMINISTRATOR)
    pages = [
        f"/administration/fleet/vehicle/{vehicles['ours'].pk}/change/",
        "/administration/fleet/vehicle/add/",
    ]
    for name in ("vehicle", "critairrule", "energylabel", "renewalquota", "emissionfactor"):
        pages.append(f"/administration/fleet/{name}/")
    pages.append("/administration/fleet/critairrule/add/")
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert VehicleReading.objects.count() == 1
