"""Every kind of what goes online: a direct publication leaves a history, and what is withdrawn leaves with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cartography.versions.subjects import publish_draft
from dashboards.models import Dashboard
from dashboards.services import versions as dashboards
from datasets.publication.services import publish
from layers.access import styled_scope
from layers.errors import Forbidden
from layers.models import Layer, RasterVersion
from layers.visitor import system_visitor
from layers.vocabulary import LayerState
from publication import services
from publication.layers import LayerSubject, change_layer_state
from publication.models import PublicationPolicy, Submission
from publication.subjects import subject_of
from publication.vocabulary import SubjectKind, SubmissionState
from styles.services import changes, mark, save_draft, style_of
from tests.dashboards import dashboard, group, let_make
from tests.deliveries import bench, dataset, deliver, published
from tests.people import ADMINISTRATOR, GARDENER, PLANNER
from tests.rasters import online, slope
from tests.world import TREES, grant
from tiles.rasters.services.versions import publish_version

pytestmark = pytest.mark.django_db


def history(**thing: Any) -> list[tuple[str, str]]:
    rows = Submission.objects.filter(**thing).order_by("pk")
    return [(row.kind, event.state) for row in rows for event in row.events.all()]


def test_a_delivery_published_directly_is_submitted_and_decided_at_once() -> None:
    made = dataset()
    published(made, bench())
    assert history(layer=made.layer) == [("delivery", "submitted"), ("delivery", "online")]


def test_who_delivers_needs_another_person_by_default() -> None:
    made = dataset(producers_approve=False)
    visitor = ADMINISTRATOR.visitor()
    delivery = deliver(made, bench(), visitor=visitor)
    with pytest.raises(Forbidden, match="une autre personne"):
        publish(delivery=delivery, visitor=visitor)
    assert not Submission.objects.exists()
    publish(delivery=delivery, visitor=system_visitor())


def test_a_style_needs_another_person_unless_the_layer_says_otherwise(catalogue: Any) -> None:
    scope = styled_scope(ADMINISTRATOR.visitor(), TREES)
    style = style_of(scope, changes(scope, scope.definition.style) | {"token": "c-lagoon"})
    PublicationPolicy.objects.filter(layer=scope.layer).update(producers_approve=False)
    draft = save_draft(scope=scope, style=style, expected="")
    waiting = publish_draft(scope=scope, expected=mark(draft), note="lagon")
    assert (waiting.state, history(layer=scope.layer)) == ("draft", [("style", "submitted")])
    services.approve(submission=Submission.objects.get(), visitor=system_visitor())
    assert Layer.objects.get(slug=TREES).style == {"token": "c-lagoon"}
    services.withdraw(submission=Submission.objects.get(), visitor=system_visitor(), reason="")
    assert Layer.objects.get(slug=TREES).style == {}


def test_a_raster_and_its_layer_are_withdrawn_together(communes: Any, media: Any) -> None:
    raster = online("pente", slope())
    submission = Submission.objects.get(layer=raster.layer)
    change_layer_state(layer=raster.layer, state=LayerState.ARCHIVED, visitor=system_visitor())
    submission.refresh_from_db()
    assert (submission.kind, submission.state) == (SubjectKind.RASTER, SubmissionState.WITHDRAWN)
    publish_version(version=RasterVersion.objects.get(), visitor=system_visitor())
    assert Layer.objects.get(pk=raster.layer.pk).state == "published"


def test_a_dashboard_is_published_by_its_author_unless_its_producer_is_reviewed(
    communes: Any, settings: Any
) -> None:
    let_make("Urbanisme")
    row = dashboard("suivi", producer="Urbanisme", is_published=False)
    maker = PLANNER.visitor()
    assert row.draft is not None
    row.draft.author_id = maker.user_id
    row.draft.save()
    Dashboard.objects.filter(pk=row.pk).update(decision="Où planter")
    row.refresh_from_db()
    settings.PUBLICATION_REVIEWED_PRODUCERS = [group("Urbanisme").name]
    waiting = dashboards.publish(dashboard=row, expected=row.revision, visitor=maker)
    assert waiting.draft is not None
    services.approve(submission=Submission.objects.get(), visitor=ADMINISTRATOR.visitor())
    settings.PUBLICATION_REVIEWED_PRODUCERS = []
    row.refresh_from_db()
    assert row.published is not None
    dashboards.withdraw(dashboard=row, expected=row.revision, visitor=PLANNER.visitor())
    assert history(dashboard=row) == [
        ("dashboard", "submitted"),
        ("dashboard", "online"),
        ("dashboard", "withdrawn"),
    ]


def test_a_layer_has_an_end_and_keeps_its_history(catalogue: Any) -> None:
    layer, now = Layer.objects.get(slug=TREES), timezone.now()
    end = now + dt.timedelta(hours=1)
    services.plan_end(subject=LayerSubject(layer), visitor=ADMINISTRATOR.visitor(), ends_at=end)
    services.run_due(system_visitor(end + dt.timedelta(minutes=11)))
    layer.refresh_from_db()
    event = Submission.objects.get().events.last()
    assert event is not None
    assert (layer.state, event.planned_at, event.at - end) == ("archived", end, dt.timedelta(minutes=11))


def test_who_may_not_decide_withdraws_nothing(catalogue: Any) -> None:
    grant(GARDENER, TREES, can_add=True, can_change=True, can_delete=True)
    with pytest.raises(Forbidden):
        services.withdraw_directly(
            subject=LayerSubject(Layer.objects.get(slug=TREES)), visitor=GARDENER.visitor()
        )


def test_what_a_plan_was_about_is_gone_and_others_are_done(communes: Any) -> None:
    first, second = dataset("bancs"), dataset("jeux")
    start = timezone.now() + dt.timedelta(days=1)
    for made in (first, second):
        delivery = deliver(made, bench())
        subject = subject_of(
            services.submit(
                subject=subject_of(Submission(kind="delivery", layer=made.layer, version=delivery.number)),
                visitor=system_visitor(),
            )
        )
        waiting = services.open_submission(subject)
        assert waiting is not None
        services.approve(submission=waiting, visitor=system_visitor(), starts_at=start)
    first.deliveries.all().delete()
    services.run_due(system_visitor(start))
    states = Submission.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [SubmissionState.CANCELLED, SubmissionState.ONLINE]
