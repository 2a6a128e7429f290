"""The dashboard of the fleet: who opens it, and figures equal to plain SQL over the sample fleet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from dashboards.documents import resolve
from dashboards.documents.document import Section
from dashboards.models import Dashboard
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from gisportal.demo.fleet import MONTHS, VEHICLES, load_fleet, month_before
from gisportal.demo.rights import CLIMATE, FLEET, MANAGEMENT, ROADS, TREES, load_fleet_rights
from gisportal.demo.sample_rows import Territory
from layers.models import Commune, DataVersion
from layers.visitor import system_visitor
from tests.people import OUTSIDER, Person

pytestmark = pytest.mark.django_db
MANAGER = Person("dg", (MANAGEMENT,))
ANCHOR = dt.date(2026, 3, 20)
PAGE = "/tableaux-de-bord/flotte/"


@pytest.fixture
def page(catalogue: Any) -> Client:
    groups = {
        name: Group.objects.get_or_create(name=name)[0] for name in (CLIMATE, FLEET, MANAGEMENT, ROADS, TREES)
    }
    load_fleet_rights(groups)
    territory = Territory(shapes={}, names=dict(Commune.objects.values_list("code", "nom")))
    load_fleet(territory, anchor=ANCHOR)
    before = dict(DataVersion.objects.values_list("table", "version"))
    load_fleet(territory, anchor=ANCHOR)
    assert dict(DataVersion.objects.values_list("table", "version")) == before
    text = Path("fixtures/dashboards/flotte.yaml").read_text(encoding="utf-8")
    import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor())
    client = Client()
    client.force_login(MANAGER.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows(client: Client, panel: str) -> list[list[str]]:
    text = client.get(f"{PAGE}{panel}.csv").getvalue().decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()[1:]]


def sql(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def numbers(cells: list[list[str]], *places: int) -> list[float]:
    return [float(row[place].replace(",", ".") or "nan") for row in cells for place in places]


def test_the_figures_of_the_page_are_those_of_plain_sql(page: Client) -> None:
    ratio = "100 * sum(litres) / sum(kilometrage)"
    queries = {
        "consommation-par-mois": f"SELECT {ratio} FROM fleet_vehiclereading r JOIN fleet_vehicle v ON v.id = vehicle_id"
        " WHERE litres > 0 GROUP BY mois, genre",
        "couts-par-mois": "SELECT sum(cout_eur) FROM fleet_vehiclereading GROUP BY mois",
        "co2-par-mois": "SELECT sum(co2_kg) FROM fleet_vehiclereading GROUP BY mois",
        "critair": "SELECT count(*) FROM fleet_vehicle WHERE etat <> 'reforme' GROUP BY critair",
        "cout-au-kilometre": "SELECT sum(cout_eur) / sum(kilometrage) FROM fleet_vehiclereading JOIN fleet_vehicle v"
        " ON v.id = vehicle_id GROUP BY energie",
        "kilometres-par-energie": "SELECT sum(kilometrage) FROM fleet_vehiclereading r JOIN fleet_vehicle v"
        " ON v.id = vehicle_id GROUP BY extract(year FROM mois), energie",
    }
    result = {panel: sorted(numbers(rows(page, panel), -1)) for panel in queries}
    expected = {panel: sorted(float(row[0]) for row in sql(query)) for panel, query in queries.items()}
    assert {name: len(values) for name, values in result.items()} == {n: len(v) for n, v in expected.items()}
    assert {name: pytest.approx(values, rel=1e-6) for name, values in expected.items()} == result


def test_shares_at_renewal_stand_beside_what_the_law_asks(page: Client) -> None:
    result = sorted(tuple(numbers([row], 1, 2, 3)) for row in rows(page, "renouvellement-par-annee"))
    expected = sql(
        "SELECT count(*), 100.0 * count(*) FILTER (WHERE co2_g_km <= CASE WHEN date_entree < '2021-11-19' THEN 60"
        " ELSE 50 END OR energie IN ('EL', 'H2')) / count(*),"
        " avg(CASE WHEN date_entree < '2021-07-01' THEN 20 WHEN date_entree < '2025-01-01' THEN 30 ELSE 40 END)"
        " FROM fleet_vehicle WHERE categorie IN ('M1', 'N1') AND date_entree >= '2017-01-13'"
        " GROUP BY extract(year FROM date_entree)"
    )
    assert result == [pytest.approx(tuple(map(float, row)), rel=1e-6) for row in sorted(expected)]


def test_who_has_not_reported_and_who_consumes_too_much_are_told_by_inventory_number(page: Client) -> None:
    due = {row[0] for row in rows(page, "releves-attendus")}
    late = {row[0] for row in sql("SELECT numero FROM fleet_vehicle WHERE prochain_releve <= '2026-03-10'")}
    greedy = [row[0] for row in rows(page, "consommations-anormales")]
    assert late
    assert late <= due
    assert greedy == [
        row[0]
        for row in sql(
            "SELECT numero FROM fleet_vehicle WHERE ecart_conso > 25 AND etat <> 'reforme'"
            " ORDER BY ecart_conso DESC LIMIT 15"
        )
    ]


def test_every_panel_answers_its_readers_and_nobody_else(page: Client) -> None:
    resolved = resolve(Dashboard.objects.get(slug="flotte"), MANAGER.visitor())
    panels = [panel.id for part in resolved.sections if isinstance(part, Section) for panel in part.panels]
    answers = {name: page.get(f"{PAGE}{name}/").content.decode() for name in panels}
    assert [name for name, text in answers.items() if "panel__fault" in text or "OO-" in text] == []
    assert VEHICLES * MONTHS > sql("SELECT count(*) FROM fleet_vehiclereading")[0][0] > VEHICLES * MONTHS / 2
    assert sql("SELECT max(mois) FROM fleet_vehiclereading")[0][0] == month_before(ANCHOR)
    outsider = Client()
    outsider.force_login(OUTSIDER.account(), backend="django.contrib.auth.backends.ModelBackend")
    assert [client.get(PAGE).status_code for client in (page, outsider, Client())] == [200, 404, 404]
