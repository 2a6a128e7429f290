"""The review of what has no page of its own: a layer in code is submitted, remarked on, sent back and approved."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from layers.models import Layer
from layers.vocabulary import LayerState
from publication import services
from publication.layers import LayerSubject
from publication.models import Submission
from tests.people import GARDENER, OUTSIDER, PLANNER, Person
from tests.world import DRAFT, World, grant


@pytest.fixture
def submission(world: World) -> Submission:
    """A draft layer that its producer submitted."""
    grant(PLANNER, DRAFT, can_add=True, can_change=True, can_delete=True)
    grant(GARDENER, DRAFT, can_approve=True)
    subject = LayerSubject(Layer.objects.get(slug=DRAFT))
    return services.submit(subject=subject, visitor=PLANNER.visitor(), note="Prête")


def browser(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(submission: Submission, part: str = "") -> str:
    return f"/publication/relectures/{submission.pk}/{part}"


def decide(person: Person, submission: Submission, **values: str) -> HttpResponse:
    client = browser(person)
    token = re.search(r'name="token" value="([^"]*)"', client.get(address(submission)).content.decode())
    return client.post(address(submission, "decision/"), {"token": token[1] if token else "", **values})


def test_review_is_absent_for_who_neither_submits_nor_decides(submission: Submission) -> None:
    assert browser(OUTSIDER).get(address(submission)).status_code == 404
    assert browser(OUTSIDER).get(address(submission, "etat/")).status_code == 404


def test_a_layer_is_approved_by_another_person_on_its_review(submission: Submission) -> None:
    assert "Publier maintenant" not in browser(PLANNER).get(address(submission)).content.decode()
    assert decide(GARDENER, submission, action="publish").status_code == 302
    assert Layer.objects.get(slug=DRAFT).state == LayerState.PUBLISHED


def test_a_remark_on_the_whole_leaves_with_the_decision(submission: Submission) -> None:
    browser(GARDENER).post(address(submission, "remarques/"), {"text": "Le titre est trop long."})
    assert "trop long" not in browser(PLANNER).get(address(submission)).content.decode()
    assert decide(GARDENER, submission, action="send-back").status_code == 302
    assert "trop long" in browser(PLANNER).get(address(submission)).content.decode()
