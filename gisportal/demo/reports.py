"""Sample reports in every state, so that who edits a layer finds some on their home page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from amenities.models import Playground
from explorer.models import FeatureReport
from explorer.vocabulary import ReportCategory, ReportState
from heritage.models import RemarkableTree
from layers.models import Layer

_PLAYGROUNDS, _TREES = "aires-de-jeux", "arbres-remarquables"
_KNOWN = 3  # features of each layer that the reports are about: the first that were loaded


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report on the feature at ``rank`` of a layer, the oldest first, so many ``days`` before the anchor."""

    layer: str
    rank: int
    category: ReportCategory
    message: str
    days: int
    state: ReportState = ReportState.NEW
    email: str = ""
    answer: str = ""


SAMPLES = (
    SampleReport(
        _PLAYGROUNDS,
        0,
        ReportCategory.DANGER,
        "La planche du banc est fendue, des vis dépassent.",
        2,
        email="voisine@example.org",
    ),
    SampleReport(
        _PLAYGROUNDS,
        1,
        ReportCategory.CONTENT,
        "Le portail ferme de nouveau depuis le mois dernier : l’aire est clôturée.",
        9,
        ReportState.IN_PROGRESS,
        email="habitant@example.org",
    ),
    SampleReport(
        _PLAYGROUNDS,
        2,
        ReportCategory.POSITION,
        "L’aire est de l’autre côté de l’allée.",
        40,
        ReportState.CLOSED,
        answer="Merci, la position est corrigée.",
    ),
    SampleReport(_TREES, 0, ReportCategory.GONE, "L’arbre a été abattu après la tempête.", 4),
    SampleReport(
        _TREES,
        1,
        ReportCategory.OTHER,
        "Le panneau est illisible.",
        20,
        ReportState.ANSWERED,
        email="promeneur@example.org",
        answer="Un nouveau panneau est commandé ; il sera posé au printemps.",
    ),
)


def load_reports(*, anchor: dt.date) -> None:
    """Write the sample reports that are not there; what somebody did of the others since is left alone."""
    samples = set(Layer.objects.filter(is_sample=True).values_list("slug", flat=True))
    features: dict[str, Sequence[Any]] = {
        _PLAYGROUNDS: list(Playground.objects.order_by("pk")[:_KNOWN]),
        _TREES: list(RemarkableTree.objects.order_by("pk")[:_KNOWN]),
    }
    titles = {_PLAYGROUNDS: "nom", _TREES: "nom_vernaculaire"}
    for sample in SAMPLES:
        known = features[sample.layer] if sample.layer in samples else []
        if sample.rank >= len(known):  # the portal went on with other features
            continue
        feature = known[sample.rank]
        report, is_new = FeatureReport.objects.get_or_create(
            layer=sample.layer,
            message=sample.message,
            defaults={
                "feature": feature.pk,
                "title": getattr(feature, titles[sample.layer]),
                "category": sample.category,
                "state": sample.state,
                "email": sample.email,
                "answer": sample.answer,
                "answered_at": _morning(anchor, sample.days - 1) if sample.answer else None,
            },
        )
        if is_new:
            FeatureReport.objects.filter(pk=report.pk).update(created_at=_morning(anchor, sample.days))


def _morning(anchor: dt.date, days: int) -> dt.datetime:
    day = anchor - dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))
