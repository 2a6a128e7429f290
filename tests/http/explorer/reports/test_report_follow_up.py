"""The page that follows a report: for whoever has its address, without an account and without anything internal."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from explorer.models import FeatureReport
from explorer.reports.presenters import follow_up_address
from explorer.reports.services import answer_report, follow_report
from explorer.vocabulary import ReportState
from layers.models import Layer
from tests.people import PLANNER
from tests.world import TREES, World

TITLE, MESSAGE, EMAIL = "Cedre-Meudon", "Une branche menace le sentier", "voisine@example.org"
WITHHELD = "n’est plus publié ici"


@pytest.fixture
def report(world: World) -> FeatureReport:
    """A report of somebody signed in, on a tree that everybody sees."""
    return FeatureReport.objects.create(
        layer=TREES,
        feature=world.trees[TITLE].pk,
        title=TITLE,
        category="danger",
        message=MESSAGE,
        email=EMAIL,
        author=PLANNER.account(),
    )


def page(report: FeatureReport, **headers: str) -> str:
    response = Client().get(follow_up_address(report), headers=headers)
    assert response.status_code == 200
    return re.sub(r"[ \n]+", " ", response.content.decode())


def test_it_has_number_feature_and_state(report: FeatureReport) -> None:
    text = page(report)
    assert f"<h1>Signalement n°\u00a0{report.pk}</h1>" in text
    assert f'href="/catalogue/{TREES}/{report.feature}/"' in text
    assert 'data-report-state="new"' in text


def test_it_has_nothing_internal(report: FeatureReport) -> None:
    text = page(report)
    assert [word for word in (MESSAGE, EMAIL, PLANNER.account().username) if word in text] == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReportState.NEW, "Il est reçu"),
        (ReportState.IN_PROGRESS, "s’en occupe"),
        (ReportState.CLOSED, "Le service a terminé."),
    ],
)
def test_each_state_is_a_sentence(report: FeatureReport, state: ReportState, words: str) -> None:
    follow_report(report, state=state)
    assert words in page(report)


def test_the_answer_is_readable_without_an_address(report: FeatureReport) -> None:
    FeatureReport.objects.update(email="")
    answer_report(report, answer="La branche est coupée.", is_closed=False)
    assert "<p>La branche est coupée.</p>" in page(report)


@pytest.mark.parametrize("fault", ["number", "signature", "cut", "sort"])
def test_another_address_follows_nothing(report: FeatureReport, fault: str) -> None:
    number, signature = follow_up_address(report).removesuffix("/").rsplit("/", 1)[1].split(":")
    key = {
        "number": f"{report.pk + 1}:{signature}",
        "signature": f"{number}:{signature[::-1]}",
        "cut": f"{number}:{signature[:-1]}",
        "sort": number,
    }[fault]
    assert Client().get(f"/signalements/suivi/{key}/").status_code == 404


def test_an_address_follows_no_deleted_report(report: FeatureReport) -> None:
    address = follow_up_address(report)
    report.delete()
    assert Client().get(address).status_code == 404


def test_a_parameter_is_refused_by_name(report: FeatureReport) -> None:
    response = Client().get(follow_up_address(report) + "?etat=clos")
    assert (response.status_code, "etat" in response.content.decode()) == (400, True)


def test_a_feature_that_was_hidden_since_is_not_named(report: FeatureReport) -> None:
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    assert (TITLE in page(report), WITHHELD in page(report)) == (False, True)


def test_a_layer_that_was_taken_off_is_not_named(report: FeatureReport) -> None:
    title = Layer.objects.get(slug=TREES).title
    Layer.objects.filter(slug=TREES).update(state="archived")
    text = re.search(r"<header class=\"stack\">.*?</header>", page(report))
    assert text and (TITLE in text[0], title in text[0]) == (False, False)


def test_the_portal_of_another_commune_does_not_name_the_feature(report: FeatureReport) -> None:
    named = [
        host
        for host in ("meudon.localhost", "boulogne-billancourt.localhost")
        if TITLE in page(report, Host=host)
    ]
    assert named == ["meudon.localhost"]


def test_no_cache_stores_the_page_and_no_engine_lists_it(report: FeatureReport) -> None:
    response = Client().get(follow_up_address(report))
    assert response["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in response.content.decode()
