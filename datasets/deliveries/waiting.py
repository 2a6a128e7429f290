"""Deliveries that wait: to be published by who approves, to be corrected by who loads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.models import Delivery
from datasets.vocabulary import DeliveryState
from interface.page_parts import PagePart
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import day, number
from layers import access
from layers.visitor import Visitor
from publication.models import Submission
from publication.vocabulary import OPEN_STATES, SubjectKind

_MOST = 100


def waiting_deliveries(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the deliveries newer than what is online: good ones that nobody submitted, and the last one when refused.

    What was submitted is of ``publication.waiting``. Two statements. At most a hundred, the oldest first.
    """
    fed = access.fed_layers(visitor)
    later = Delivery.objects.filter(dataset=OuterRef("dataset"), number__gt=OuterRef("number"))
    stopped = Q(state__in=(DeliveryState.REFUSED, DeliveryState.FAILED)) & ~Exists(later)
    submitted = Submission.objects.filter(
        kind=SubjectKind.DELIVERY,
        layer=OuterRef("dataset__layer"),
        version=OuterRef("number"),
        state__in=OPEN_STATES,
    )
    deliveries = Delivery.objects.filter(
        Q(dataset__online__isnull=True) | Q(number__gt=F("dataset__online__number")),
        (Q(state=DeliveryState.READY) & ~Exists(submitted)) | stopped,
        dataset__layer__in=fed.values("pk"),
    )
    related = deliveries.select_related("dataset__layer", "dataset__online", "delivered_by")
    unread = ("comparison", "recipe", "dataset__online__report", "dataset__online__comparison")
    rows = list(related.defer(*unread).order_by("created_at", "pk")[:_MOST])
    rights = access.rights_on(visitor, {row.dataset.layer for row in rows})
    for row in rows:
        own = rights[row.dataset.layer_id]
        if row.state == DeliveryState.READY:
            if own.can_publish:
                yield _to_review(row)
        elif own.can_load:
            yield _to_correct(row)


def _to_review(delivery: Delivery) -> WaitingRow:
    layer = delivery.dataset.layer
    rows = ngettext("%s ligne", "%s lignes", delivery.row_count) % number(delivery.row_count)
    author = delivery.delivered_by
    by = str(author.get_full_name() or author.get_username()) if author else ""
    words = {"rows": rows, "day": day(delivery.created_at), "by": by}
    return WaitingRow(
        subject=f"delivery {layer.slug} {delivery.number}",
        group=WaitingGroup.ANSWER,
        icon="inbox",
        title=_("%(title)s : une livraison à relire") % {"title": layer.title},
        detail=_("%(by)s, le %(day)s · %(rows)s") % words if by else _("le %(day)s · %(rows)s") % words,
        action=_("Relire"),
        address=reverse("datasets:review", args=[layer.slug, delivery.number]),
        layer=layer.slug,
        since=delivery.created_at,
    )


def _to_correct(delivery: Delivery) -> WaitingRow:
    layer, online = delivery.dataset.layer, delivery.dataset.online
    errors = int(delivery.report.get("errors") or 0)
    counted = ngettext("%s erreur", "%s erreurs", errors) % number(errors)
    is_refused = delivery.state == DeliveryState.REFUSED
    title = _("%(title)s : livraison refusée") if is_refused else _("%(title)s : livraison interrompue")
    standing = (
        _("en ligne, la version %(number)d") % {"number": online.number} if online else _("rien en ligne")
    )
    parts = [day(delivery.created_at), counted if errors else "", standing]
    return WaitingRow(
        subject=f"delivery {layer.slug} {delivery.number}",
        group=WaitingGroup.REPAIR,
        icon="triangle-alert",
        title=title % {"title": layer.title},
        detail=" · ".join(filter(None, parts)),
        action=_("Voir"),
        address=reverse("datasets:delivery", args=[layer.slug, delivery.number]),
        layer=layer.slug,
        since=delivery.created_at,
        tone="bad",
    )


def waiting_part(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the deliveries that wait for a visitor, for the home page; None when none does."""
    rows = [] if visitor.is_anonymous else list(waiting_deliveries(visitor))
    return PagePart("datasets/deliveries/waiting.html", {"rows": rows}) if rows else None
