"""The page of who feeds datasets: what waits for them first, then each dataset with where it stands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from datasets.models import Dataset, Delivery
from layers.models import Layer
from tests.deliveries import bench, dataset, deliver, published
from tests.http.datasets.wizard.test_dataset_wizard import browser, feeding, give
from tests.people import ADMINISTRATOR, PLANNER

pytestmark = pytest.mark.usefixtures("communes", "media")


def second(made: Dataset, **values: str) -> Delivery:
    """Load a version that nobody published yet."""
    published(made, bench("B1"))
    return deliver(made, bench("B1", **values))


def test_what_waits_comes_first_with_what_to_do_about_it() -> None:
    client = browser(ADMINISTRATOR)
    second(dataset("bancs"), nom="Neuf")
    second(dataset("arbres"), places="mille")
    give(client, name="releve.csv")
    tasks = {task.title: task for task in client.get("/jeux/").context["tasks"]}
    assert {title: task.action for title, task in tasks.items()} == {
        "releve.csv": "Vérifier les colonnes",
        "Bancs, version 2": "Relire et publier",
        "Arbres, version 2": "Voir les erreurs",
    }
    assert tasks["Arbres, version 2"].detail == "essai.csv · 1 ligne en erreur"


def test_a_version_that_another_must_approve_says_so() -> None:
    made = dataset()
    client = feeding(PLANNER, made)
    second(made, nom="Neuf")
    assert [task.state for task in client.get("/jeux/").context["tasks"]] == ["attend une approbation"]


def test_datasets_are_searched_and_sorted_and_say_when_the_next_version_is_due() -> None:
    for slug in ("bancs", "arbres", "bornes"):
        published(dataset(slug), bench())
    Layer.objects.filter(slug="arbres").update(frequency="WEEKLY")
    Layer.objects.filter(slug="bornes").update(frequency="ANNUAL")
    Delivery.objects.filter(dataset__layer__slug="arbres").update(
        created_at=timezone.now() - dt.timedelta(days=30)
    )
    client = browser(ADMINISTRATOR)

    def slugs(query: str) -> list[str]:
        return [row.dataset.layer.slug for row in client.get(f"/jeux/?{query}").context["rows"]]

    assert slugs("q=bo") == ["bornes"]
    assert slugs("tri=echeance") == ["arbres", "bornes", "bancs"]
    assert slugs("tri=livraison")[-1] == "arbres"
    late = [row.dataset.layer.slug for row in client.get("/jeux/").context["rows"] if row.is_late]
    assert late == ["arbres"]
