"""What waits for a decision, and what was not done at its instant, for the page of the team and the home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from interface.page_parts import PagePart
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day, instant
from layers import access
from layers.models import Layer
from layers.visitor import Visitor
from publication.models import PublicationPolicy, Submission
from publication.presenters import LATE, version_words
from publication.vocabulary import SubjectKind, SubmissionState

_MOST = 100


def waiting_submissions(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield what a visitor may approve of layers, the oldest first, a hundred at most; three statements."""
    if visitor.is_anonymous:
        return
    fed = access.fed_layers(visitor)
    rows = Submission.objects.filter(state=SubmissionState.SUBMITTED, layer__in=fed.values("pk"))
    related = rows.select_related("layer", "submitted_by").order_by("submitted_at", "pk")
    selected = list(related[:_MOST])
    layers = {row.layer for row in selected if row.layer is not None}
    rights, lenient = access.rights_on(visitor, layers), _lenient(layers)
    for row in selected:
        layer = row.layer
        is_own = row.submitted_by_id is not None and row.submitted_by_id == visitor.user_id
        if layer is None or not rights[layer.pk].can_publish or (is_own and layer.pk not in lenient):
            continue
        yield submission_row(row, title=layer.title, address=page_of(row, layer), layer=layer.slug)


def page_of(submission: Submission, layer: Layer) -> str:
    """Return the path of the page where what is submitted of a layer is reviewed: deliveries have their own."""
    if submission.kind == SubjectKind.DELIVERY:
        return reverse("datasets:review", args=[layer.slug, submission.version])
    return reverse("publication:review", args=[submission.pk])


def submission_row(submission: Submission, *, title: str, address: str, layer: str = "") -> WaitingRow:
    """Return a submission as something that waits for an answer."""
    author = submission.submitted_by
    by = (author.get_full_name() or author.get_username()) if author else _("le portail")
    words = {"by": by, "day": day(submission.submitted_at), "what": version_words(submission)}
    detail = _("%(what)s · %(by)s, le %(day)s") % words
    return WaitingRow(
        subject=f"submission {submission.pk}",
        group=WaitingGroup.ANSWER,
        icon="inbox",
        title=_("%(title)s : à approuver") % {"title": title},
        detail=f"{detail} · {submission.note}" if submission.note else detail,
        action=_("Relire"),
        address=address,
        layer=layer,
        since=submission.submitted_at,
    )


def late_submissions(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield what should have gone online or left ten minutes ago and did not: the worker is away; one statement."""
    if not visitor.is_administrator:
        return
    limit = visitor.instant - LATE
    late = Q(state=SubmissionState.APPROVED, starts_at__lt=limit) | Q(
        state=SubmissionState.ONLINE, ends_at__lt=limit
    )
    for row in Submission.objects.filter(late).select_related("layer", "dashboard").order_by("pk")[:_MOST]:
        is_start = row.state == SubmissionState.APPROVED
        planned = row.starts_at if is_start else row.ends_at
        title = _("%(title)s : mise en ligne en retard") if is_start else _("%(title)s : retrait en retard")
        yield WaitingRow(
            subject=f"submission {row.pk} late",
            group=WaitingGroup.REPAIR,
            icon="triangle-alert",
            title=title % {"title": row.layer or row.dashboard},
            detail=_("prévu le %s ; les traitements ne l’ont pas fait") % instant(planned),
            action=_("Voir"),
            address=reverse("management:health"),
            since=planned,
            tone="bad",
        )


def _lenient(layers: Iterable[Layer]) -> set[int]:
    """Return the ids of the layers whose producers approve what they submit."""
    policies = PublicationPolicy.objects.filter(layer__in=list(layers), producers_approve=True)
    return set(policies.values_list("layer", flat=True))


def waiting_part(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return what a visitor may approve, for the home page; None when nothing waits."""
    rows = list(waiting_submissions(visitor))
    return PagePart("publication/waiting.html", {"rows": rows}) if rows else None
