"""The mobility observatory and its parts: figures equal to SQL, revenue for those who read it, small counts untold."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panels import PanelReading, read_panel
from dashboards.registry import PANEL_KINDS
from dashboards.services.versions import import_dashboard
from datasets.models import Dataset
from gisportal.catalogue import CODED, THEMES
from gisportal.demo.datasets import LANES, STATIONS, loading
from gisportal.demo.datasets.mobility import MOBILITY_DATASETS
from gisportal.demo.rights import CONSULTANTS_MOBILITY, MANAGEMENT, MOBILITY, ROADS, load_groups
from gisportal.demo.sample_rows import load_communes
from layers.models import Commune
from layers.registry import definition
from layers.services.catalogue import publish_layers
from layers.visitor import Credential, Visitor, system_visitor

pytestmark = pytest.mark.django_db
PARTS = (
    "velos-libre-service",
    "stationnement-ouvert",
    "stationnement",
    "transports-collectifs",
    "mobilites-partagees",
    "securite-routiere",
)
SEVERITIES = ["tué", "blessé hospitalisé", "blessé léger", "indemne"]
GRAVE = "gravite IN ('tué', 'blessé hospitalisé')"
DECLARED = {
    "annee": ("2020", "2021", "2022", "2023", "2024"),
    "lumiere": ("plein jour", "crépuscule ou aube", r"nuit\, éclairage allumé", "nuit sans éclairage"),
    "type_usager": (
        "piéton", "vélo ou trottinette", "deux-roues motorisé", "voiture ou utilitaire", "poids lourd ou bus",
    ),
}  # fmt: skip
SAFETY = "/tableaux-de-bord/securite-routiere/"


@pytest.fixture(scope="module")
def observatory(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Deliver the datasets of mobility and publish its dashboards once for this file; every test rng back to it."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        load_communes()
        publish_layers(themes=THEMES, definitions=CODED.all())
        # The counting posts are another subject's: the panels over them are checked with the whole demonstration.
        patch.setattr(loading, "DATASETS", (STATIONS, LANES, *MOBILITY_DATASETS))
        loading.load_datasets(load_groups(), communes=dict(Commune.objects.values_list("code", "nom")))
        for name in PARTS:
            text = (settings.BASE_DIR / "fixtures" / "dashboards" / f"{name}.yaml").read_text(
                encoding="utf-8"
            )
            import_dashboard(text=text, kinds=PANEL_KINDS.values(), visitor=system_visitor())
        connection.check_constraints()  # once: each test would check those of every row again
        yield
        transaction.set_rollback(True)


def visitor(*groups: str) -> Visitor:
    keys = frozenset(Group.objects.filter(name__in=groups).values_list("pk", flat=True))
    return Visitor(instant=timezone.now(), user_id=1, groups=keys, credential=Credential.SESSION)


def read(who: Visitor, slug: str, panel: str, **asked: str) -> PanelReading:
    page = open_page(who, slug, {name: [value] for name, value in asked.items()})
    return read_panel(page, page.panel(panel))


def value(slug: str, panel: str, **asked: str) -> float:
    answer = read(visitor(), slug, panel, **asked).answer
    assert answer is not None
    assert answer.value is not None
    return answer.value


def table(slug: str, panel: str, **asked: str) -> dict[Any, Any]:
    """Return the measure of each group of a panel, by the words of its keys."""
    answer = read(visitor(), slug, panel, **asked).answer
    assert answer is not None
    keys = len(answer.table.columns) - 1
    return {row[:keys] if keys > 1 else row[0]: row[keys] for row in answer.table.rows}


def sql(slug: str, question: str) -> list[Any]:
    """Return the rows of a question over the table of a dataset, by the names of its fields."""
    dataset = Dataset.objects.get(layer__slug=slug)
    assert dataset.online is not None
    fields = dataset.online.schema_version.schema.fields
    columns = ", ".join(f'"{field.column}" AS "{field.name}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'WITH t AS (SELECT {columns} FROM "{definition(slug).model._meta.db_table}") {question}'
        )
        return list(cursor.fetchall())


@pytest.mark.parametrize(
    ("slug", "panel", "layer", "question"),
    [
        ("velos-libre-service", "bornettes", "stations-velos", "SELECT sum(capacite) FROM t"),
        (
            "stationnement-ouvert",
            "sessions",
            "stationnement-frequentation",
            "SELECT sum(sessions) FROM t WHERE mois = '2025-12-01'",
        ),
        (
            "transports-collectifs",
            "voyages",
            "transports-frequentation",
            "SELECT sum(voyages) FROM t WHERE mois = '2025-12-01'",
        ),
        (
            "stationnement-ouvert",
            "occupation",
            "stationnement-frequentation",
            "SELECT sum(taux_occupation * places) / sum(places) FROM t WHERE mois = '2025-12-01'",
        ),
        ("mobilites-partagees", "a-recharger", "engins-partages", "SELECT count(*) FROM t WHERE battery_pct < 20"),
        ("mobilites-partagees", "trajets", "trajets-partages", "SELECT sum(trajets) FROM t"),
        ("securite-routiere", "graves", "accidents", f"SELECT count(*) FROM t WHERE annee = 2024 AND {GRAVE}"),
    ],
)  # fmt: skip
def test_a_key_figure_is_that_of_the_table(
    observatory: None, slug: str, panel: str, layer: str, question: str
) -> None:
    assert [value(slug, panel)] == pytest.approx([float(row[0]) for row in sql(layer, question)])


def test_the_profile_of_stations_is_that_of_the_table(observatory: None) -> None:
    found = sql("velos-disponibilite", "SELECT heure, type_jour, avg(velos_moyens) FROM t GROUP BY 1, 2")
    expected = {(str(hour), kind): float(mean) for hour, kind, mean in found}
    assert table("velos-libre-service", "profil-horaire") == pytest.approx(expected)


def test_a_period_narrows_years(observatory: None) -> None:
    asked = {"annee": "2022"}
    expected = sql("accidents", "SELECT count(*) FROM t WHERE annee = 2022")
    assert [(value("securite-routiere", "impliquees", **asked),)] == expected


def test_small_counts_are_untold(observatory: None) -> None:
    cells = sql("accidents", "SELECT annee, gravite, count(*) FROM t GROUP BY 1, 2")
    told = table("securite-routiere", "gravite-par-annee")
    small = [(str(year), severity) for year, severity, count in cells if count < 5]
    assert len(small) > 0
    assert [cell for cell in small if cell in told] == []
    assert [count for count in told.values() if count is not None and count < 5] == []


@pytest.mark.parametrize(
    "address",
    [
        "/catalogue/accidents/",
        "/api/collections/accidents/items",
        "/api/collections/accidents/aggregate",
        "/carte/tableau/accidents/",
        "/telecharger/accidents.csv",
    ],
)
def test_no_row_of_an_accident_is_there_for_the_public(
    observatory: None, client: Client, address: str
) -> None:
    assert client.get(address).status_code in {401, 404}


def test_the_public_reads_counts_of_accidents_and_no_way_to_rows(observatory: None, client: Client) -> None:
    page = client.get("/tableaux-de-bord/securite-routiere/?tableaux=1").content.decode()
    assert "Personnes impliquées" in page
    assert "/accidents/" not in page
    town = client.get("/tableaux-de-bord/securite-routiere/graves/", HTTP_HOST="meudon.localhost")
    assert town.status_code == 200
    taken = client.get("/tableaux-de-bord/securite-routiere/gravite-par-annee.csv")
    assert (taken.status_code, "blessé léger" in taken.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "asked",
    [
        "ligne=1/300",
        "ligne=300",
        "id=1/300",
        "nom_de_la_commune=Meudon",
        "grave=true",
        "periode=2024-01-01/..",
    ],
)
def test_accidents_are_narrowed_by_no_field_that_the_document_does_not_declare(
    observatory: None, client: Client, asked: str
) -> None:
    for address in ("", "gravite-par-annee/", "gravite-par-annee.csv", "gravite-par-annee.xlsx"):
        assert client.get(f"{SAFETY}{address}?{asked}").status_code == 400


@pytest.mark.parametrize("asked", ["annee=2020/2022", "annee=2020,2021", "annee=2020&lumiere=plein jour"])
def test_accidents_are_narrowed_by_one_value_of_one_filter_at_a_time(
    observatory: None, client: Client, asked: str
) -> None:
    page = client.get(f"{SAFETY}par-gravite/?{asked}")
    assert page.status_code == 200
    assert "Les lignes de cette couche ne sont pas ouvertes" in html.unescape(page.content.decode())


def test_a_row_of_an_accident_is_never_the_difference_of_two_answers(observatory: None) -> None:
    """Every declared filter and every panel, one value after the other: what a nested selection leaves is no row."""
    wholes = {
        (): table("securite-routiere", "par-gravite"),
        **{
            (name, value): table("securite-routiere", "par-gravite", **{name: value})
            for name, values in DECLARED.items()
            for value in values
        },
    }
    for name, values in DECLARED.items():
        parts = [wholes[name, value] for value in values]
        for severity, whole in wholes[()].items():
            known = [part.get(severity, 0) for part in parts]
            if whole is not None:
                rest = whole - sum(count for count in known if count is not None)
                assert rest == 0 or rest >= 5


def test_severities_are_in_their_own_order(observatory: None) -> None:
    answer = read(visitor(), "securite-routiere", "par-gravite").answer
    assert answer is not None
    assert answer.spec is not None
    drawn = next(layer for layer in answer.spec["layer"] if layer["mark"]["type"] == "bar")
    # Which groups are suppressed beside the small ones depends on a seed that each database draws.
    published = table("securite-routiere", "par-gravite")
    in_order = [severity for severity in SEVERITIES if published.get(severity) is not None]
    assert len(in_order) > 1
    assert drawn["encoding"]["y"]["sort"] == in_order


@pytest.mark.parametrize(
    ("groups", "reads"),
    [((ROADS,), False), ((MOBILITY,), True), ((MANAGEMENT,), True), ((CONSULTANTS_MOBILITY,), True)],
)
def test_revenue_is_read_by_those_who_may(observatory: None, groups: tuple[str, ...], reads: bool) -> None:
    page = open_page(visitor(*groups), "stationnement", {})
    shown = [panel.id for panel in page.panels if "recettes" in panel.id or panel.id == "forfaits"]
    assert len(shown) == (6 if reads else 0)


def test_the_extract_has_the_panels_of_the_internal_dashboard_but_those_of_revenue(observatory: None) -> None:
    extract = [panel.id for panel in open_page(visitor(), "stationnement-ouvert", {}).panels]
    internal = [panel.id for panel in open_page(visitor(ROADS), "stationnement", {}).panels]
    assert internal == [f"stationnement-ouvert--{name}" for name in extract]


@pytest.mark.parametrize("address", ["", "recettes-par-annee/", "recettes-par-annee.csv", "forfaits/"])
def test_the_internal_dashboard_of_parking_is_not_there_for_the_public(
    observatory: None, client: Client, address: str
) -> None:
    assert client.get(f"/tableaux-de-bord/stationnement/{address}").status_code == 404


def test_the_extract_says_nothing_of_revenue(observatory: None, client: Client) -> None:
    page = client.get("/tableaux-de-bord/stationnement-ouvert/").content.decode()
    assert "Données d’exemple" in page
    assert "ecettes" not in page
