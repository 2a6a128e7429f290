"""The bar of time: dates counted as SQL counts them under what is asked, nothing where the visitor reads no date."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from explorer.map import presenters
from layers import access
from layers.models import Layer
from layers.visitor import Visitor
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.http.explorer.test_map_state import config
from tests.map_config import whole_config
from tests.people import GARDENER, OUTSIDER, PUBLIC, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, ZONES, World, protect

pytestmark = pytest.mark.django_db
BAR = f"/carte/temps/{TREES}/"
STATIONS = "bornes-de-recharge"
_SQL = """
SELECT date_trunc('{step}', date_releve)::date::text, count(*) FROM heritage_remarkabletree
WHERE date_releve IS NOT NULL GROUP BY 1 ORDER BY 1
"""


def _bar(client: Client, query: str = "") -> str:
    response = client.get(f"{BAR}?couches={TREES}{query}")
    assert response.status_code == 200, response.content
    return response.content.decode()


def _periods(body: str) -> list[dict[str, Any]]:
    found = re.search(r'id="time-periods"[^>]*>(.*?)</script>', body, re.DOTALL)
    return json.loads(found[1]) if found else []


def _plant(*days: dt.date | None, at: str = MEUDON) -> None:
    with factories.in_bulk():
        for day in days:
            factories.tree(at=MIDDLES[at], date_releve=day)


@pytest.mark.parametrize(
    ("step", "days"),
    [
        ("day", [(2024, 3, 1), (2024, 3, 1), (2024, 3, 9)]),
        ("month", [(2023, 1, 31), (2023, 2, 1), (2023, 2, 28), (2024, 2, 29)]),
        ("year", [(1999, 12, 31), (2000, 1, 1), (2000, 6, 1), (2020, 1, 1)]),
    ],
)
def test_periods_hold_what_sql_counts(
    catalogue: object, client: Client, step: str, days: list[tuple[int, int, int]]
) -> None:
    _plant(*(dt.date(*day) for day in days), None)
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(step=step))
        expected = dict(cursor.fetchall())
    periods = _periods(_bar(client))
    assert {each["first"]: each["count"] for each in periods if each["count"]} == expected


def test_the_bar_names_its_date(catalogue: object, client: Client) -> None:
    _plant(dt.date(2023, 5, 1), dt.date(2024, 5, 1))
    assert '<p class="time-date">Date du relevé</p>' in _bar(client)


def test_stations_are_in_time_by_their_opening(catalogue: object, client: Client) -> None:
    opened, updated = dt.date(2021, 3, 4), dt.date(2026, 9, 1)
    factories.station(at=MIDDLES[MEUDON], date_mise_en_service=opened, date_maj=updated)
    body = client.get(f"/carte/temps/{STATIONS}/?couches={STATIONS}").content.decode()
    assert [each["first"] for each in _periods(body)] == ["2021-03-04"]
    assert '<p class="time-date">Date de mise en service</p>' in body
    assert f'data-time-name="{STATIONS}.date_mise_en_service"' in body


def test_a_side_of_stations_is_a_period_of_their_opening(catalogue: object, client: Client) -> None:
    opened, updated = dt.date(2021, 3, 4), dt.date(2026, 9, 1)
    factories.station(at=MIDDLES[MEUDON], date_mise_en_service=opened, date_maj=updated)
    sides = f"{STATIONS}@2021-01-01..2021-12-31:50:{STATIONS}@2026-01-01.."
    told = _words(client.get(f"/carte/?couches={STATIONS}&rideau={sides}").content.decode())
    assert re.findall(r"À (gauche|droite) : [^:]+ : (\d) objet", told) == [("gauche", "1"), ("droite", "0")]


def test_one_date_is_one_period_without_steps(catalogue: object, client: Client) -> None:
    _plant(dt.date(2024, 3, 1))
    body = _bar(client)
    assert [(each["first"], each["last"]) for each in _periods(body)] == [("2024-03-01", "2024-03-01")]
    assert "data-time-play" not in body


def test_no_date_says_so(catalogue: object, client: Client) -> None:
    _plant(None)
    body = _bar(client)
    assert _periods(body) == []
    assert "Aucune date" in body


def test_dates_far_from_all_others_are_told_at_the_ends(catalogue: object, client: Client) -> None:
    _plant(dt.date(1, 6, 1), dt.date(9990, 1, 1), *(dt.date(2024, month, 1) for month in range(1, 13)))
    periods = _periods(_bar(client))
    assert (periods[0]["first"], periods[0]["count"]) == ("", 1)
    assert (periods[-1]["last"], periods[-1]["count"]) == ("", 1)
    assert periods[1]["first"] == "2024-01-01"
    assert sum(each["count"] for each in periods) == 14


def test_what_else_is_asked_narrows_the_bars_and_their_own_period_does_not(
    catalogue: object, client: Client
) -> None:
    _plant(dt.date(2023, 5, 1), dt.date(2024, 5, 1))
    _plant(dt.date(2024, 6, 1), at=BOULOGNE)
    whole = _periods(_bar(client, f"&{TREES}.date_releve=2024-01-01.."))
    here = _periods(_bar(client, f"&commune={BOULOGNE}"))
    assert [sum(each["count"] for each in found) for found in (whole, here)] == [3, 1]


def test_features_without_a_date_are_counted_and_answer_as_asked(catalogue: object, client: Client) -> None:
    _plant(dt.date(2023, 5, 1), dt.date(2024, 5, 1), None, None)
    asked = f"&{TREES}.date_releve=2024-01-01..2024-12-31"
    without, also = _bar(client, asked), _bar(client, f"{asked}&{TREES}.date_releve=-")
    assert "2 sans date" in without
    assert [re.search(r"data-time-none\s+(checked)?", body)[1] for body in (without, also)] == [
        None,
        "checked",
    ]


def test_counts_that_are_suppressed_are_not_told(catalogue: object, client: Client) -> None:
    _plant(*(dt.date(2024, 1, 1) for _each in range(9)), dt.date(2024, 1, 3), None)
    Layer.objects.filter(slug=TREES).update(smallest_count=5)
    body = _bar(client)
    assert {each["count"] for each in _periods(body) if each["first"] == "2024-01-03"} == {None}
    assert "1 sans date" not in body


def test_a_date_that_the_visitor_does_not_read_gives_no_bar(world: World) -> None:
    protect(TREES, "date_releve", GARDENER)
    statuses = {person: get(BAR, person, by_basic=False).status for person in (PUBLIC, GARDENER)}
    assert statuses == {PUBLIC: 404, GARDENER: 200}
    shown = {person: _has_button(person) for person in (PUBLIC, GARDENER)}
    assert shown == {PUBLIC: False, GARDENER: True}


def _has_button(person: Person) -> bool:
    layers = config(get(f"/carte/?couches={TREES}", person, by_basic=False).body)["layers"]
    return any(layer["slug"] == TREES and layer.get("hasTime") for layer in layers)  # type: ignore[attr-defined]


def test_the_script_reads_of_each_visitor_whether_a_layer_has_the_bar(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever feeds a layer has it for its versions, with the same rights on rows as others."""
    scope = access.scope(Visitor(instant=timezone.now()), TREES)
    entries = []
    for has_bar in (True, False):
        monkeypatch.setattr(presenters, "has_time_bar", lambda _scope, has_bar=has_bar: has_bar)
        entries += whole_config(presenters.page_config([scope], (), (), portal=""))["layers"]
    assert [entry["hasTime"] for entry in entries] == [True, False]


@pytest.mark.parametrize("slug", [PLAYGROUNDS, "inconnue", "communes"])
def test_a_layer_that_is_hidden_or_is_not_gives_no_bar(world: World, slug: str) -> None:
    assert get(f"/carte/temps/{slug}/", OUTSIDER, by_basic=False).status == 404


def test_a_layer_whose_statistics_alone_are_open_gives_no_bar(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=5)
    assert get(BAR, OUTSIDER, by_basic=False).status == 404


FAULTS = {
    f"rideau={TREES}@2024-13-01..:50": "rideau",
    f"rideau={TREES}@..:50": "rideau",
    f"rideau={TREES}@2024:50": "rideau",
    f"rideau={PLAYGROUNDS}@2024-01-01..:50": "rideau",
    f"version={TREES}": "version",
    f"version={TREES}:un": "version",
    f"{TREES}.date_releve=hier..": f"{TREES}.date_releve",
}


@pytest.mark.parametrize("query", FAULTS)
def test_a_value_that_cannot_be_read_is_named(catalogue: object, client: Client, query: str) -> None:
    response = client.get(f"/carte/?couches={TREES}&couches={PLAYGROUNDS}&{query}")
    assert response.status_code == 400
    assert FAULTS[query] in html.unescape(response.content.decode())


def test_both_sides_of_the_divider_are_counted_in_words(catalogue: object, client: Client) -> None:
    _plant(dt.date(2023, 5, 1), dt.date(2024, 5, 1), dt.date(2024, 6, 1), None)
    sides = f"{TREES}@2023-01-01..2023-12-31:50:{TREES}@2024-01-01.."
    told = _words(client.get(f"/carte/?couches={TREES}&rideau={sides}").content.decode())
    assert "À gauche : Arbres remarquables, du 1er janvier 2023 au 31 décembre 2023 : 1 objet" in told
    assert "À droite : Arbres remarquables, à partir du 1er janvier 2024 : 2 objets" in told


def test_the_dialog_offers_periods_of_dated_layers_that_are_on(world: World) -> None:
    body = get(f"/carte/comparer/?couches={TREES}&couches={ZONES}", PUBLIC).body
    assert re.findall(r'value="period" data-of="([\w-]+)"', body) == [TREES, ZONES] * 2
    assert PLAYGROUNDS not in body


def _sides(query: str) -> tuple[tuple[str, ...], ...]:
    """Return what each side of the dialog begins with: layer, content, days."""
    body = get(f"/carte/comparer/?{query}", PUBLIC).body
    sides = []
    for part in body.split("data-side=")[1:]:
        chosen = re.findall(r'value="([^"]*)"[^>]*?\sselected', part)
        days = re.findall(r'type="date"[^>]*value="([^"]*)"', part)
        sides.append((*chosen, *filter(None, days)))
    return tuple(sides)


@pytest.mark.parametrize("opened", ["", f"&cote={TREES}", f"&cote={ZONES}"])
def test_two_layers_are_compared_with_each_other_at_first(world: World, opened: str) -> None:
    left, right = _sides(f"couches={TREES}&couches={ZONES}{opened}")
    assert {left[0], right[0]} == {TREES, ZONES}
    assert left[0] == (opened.partition("=")[2] or TREES)


def test_a_layer_alone_is_compared_between_the_halves_of_its_dates(catalogue: object) -> None:
    _plant(*(dt.date(year, 5, 1) for year in (2021, 2022, 2023, 2024)))
    left, right = _sides(f"couches={TREES}")
    assert left == (TREES, "period", "2021-01-01", "2022-12-31")
    assert right == (TREES, "period", "2023-01-01", "2024-12-31")


def test_a_layer_of_one_date_is_compared_with_what_is_under_it(catalogue: object) -> None:
    _plant(dt.date(2021, 5, 1))
    left, right = _sides(f"couches={TREES}")
    assert (left, right) == ((TREES,), ())


def test_a_divider_that_is_there_opens_as_it_is(world: World) -> None:
    left, right = _sides(f"couches={TREES}&couches={ZONES}&rideau={ZONES}:40:{TREES}&cote={ZONES}")
    assert (left[0], right[0]) == (ZONES, TREES)


def _words(body: str) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(body)).replace("\xa0", " "))
    return text.replace(" ,", ",")


def test_periods_offered_count_from_the_request_in_the_address(
    catalogue: object, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2026, 12, 1))
    _plant(dt.date(2019, 5, 1), dt.date(2025, 6, 1), dt.date(2026, 11, 25), dt.date(2027, 1, 5))
    options = re.findall(r'<option value="([^"]+)">([^<]+)</option>', html.unescape(_bar(client)))
    offered = dict(options[: [value for value, _name in options].index("today..") + 1])
    assert offered == {
        "..": "Toutes les dates",
        "last-14-days": "14 derniers jours",
        "last-30-days": "30 derniers jours",
        "last-12-months": "12 derniers mois",
        "this-month": "Ce mois-ci",
        "previous-month": "Mois dernier",
        "this-year": "Année en cours",
        "previous-year": "Année dernière",
        "last-5-years": "5 dernières années",
        "today..": "À venir",
    }


def test_a_period_that_counts_from_the_request_is_chosen_and_said(
    catalogue: object, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2026, 12, 1))
    _plant(dt.date(2019, 5, 1), dt.date(2025, 6, 1), dt.date(2026, 11, 25))
    body = _bar(client, f"&{TREES}.date_releve=this-year")
    assert 'data-server="année en cours"' in body
    periods, start = _periods(body), re.search(r'value="(\d+)" data-time-slide="from"', body)
    assert start is not None
    assert periods[int(start[1])]["first"] == "2026-01-01"
