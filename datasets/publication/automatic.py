"""Deliveries that go online by themselves, when nothing about them is out of the ordinary, and those that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.comparison.services import schema_changes
from datasets.models import Delivery
from datasets.publication.subjects import DeliverySubject
from datasets.vocabulary import DeliveryState
from interface.wording import number
from layers.visitor import Visitor, system_visitor
from publication.models import REASON_MAX, PublicationPolicy, Submission
from publication.services import policy_of, publish_directly, submit

# The columns that a reason names; the others are counted.
_NAMED = 3


def bring_to_approval(*, delivery: Delivery, visitor: Visitor, is_by_person: bool) -> Submission | None:
    """Put a delivery that was just loaded online, or submit it, as the rules of its layer say.

    Without rules of automatic publication, what a machine delivers is submitted, and a person decides on the page of
    their delivery: None then, as for a delivery that is not ready.

    Raises:
        Forbidden, NotSubmittable: as ``submit``.
    """
    if delivery.state != DeliveryState.READY:
        return None
    related = ("dataset__layer", "dataset__online__schema_version", "schema_version")
    delivery = Delivery.objects.select_related(*related).get(pk=delivery.pk)  # what is online now
    subject = DeliverySubject(delivery)
    policy = policy_of(subject)
    if not policy.is_automatic:
        return None if is_by_person else submit(subject=subject, visitor=visitor)
    reasons = list(unusual_reasons(delivery, policy))
    if reasons:
        return submit(subject=subject, visitor=visitor, note=" ".join(reasons)[:REASON_MAX])
    portal = system_visitor(visitor.instant)
    return publish_directly(subject=subject, visitor=portal, note=_("Rien ne sort de l’ordinaire."))


def unusual_reasons(delivery: Delivery, policy: PublicationPolicy) -> Iterator[str]:
    """Yield what is out of the ordinary in a delivery that is ready, in sentences for people."""
    online, report = delivery.dataset.online, delivery.report
    errors = int(report.get("errors") or 0)
    if errors:
        yield ngettext("%s erreur dans le fichier.", "%s erreurs dans le fichier.", errors) % number(errors)
    if any(entry["code"] == "duplicate-key" for entry in report.get("counts", ())):
        yield _("Une clé est en double.")
    if online is None:
        yield _("C’est la première version : rien ne permet de la comparer.")
        return
    changes = [change for change in schema_changes(delivery) if change.kind != "added"]
    for words, kinds in ((_("Colonne disparue : %s."), {"removed"}), (_("Colonne changée : %s."), None)):
        titles = [
            change.title
            for change in changes
            if (change.kind in kinds if kinds else change.kind != "removed")
        ]
        if titles:
            yield words % _list(titles)
    lost, before = int(delivery.comparison.get("removed") or 0), online.row_count
    if before and 100 * lost > policy.most_lost_rows * before:
        words_of = {"lost": number(lost), "before": number(before), "limit": policy.most_lost_rows}
        yield _("%(lost)s lignes perdues sur %(before)s, plus de %(limit)d %%.") % words_of
    shift = extent_shift(online.report.get("extent"), report.get("extent"))
    if shift > policy.most_extent_shift:
        yield _("L’emprise se déplace de %(shift)s %%, plus de %(limit)d %%.") % {
            "shift": number(round(shift)),
            "limit": policy.most_extent_shift,
        }


def extent_shift(before: Sequence[float] | None, after: Sequence[float] | None) -> float:
    """Return how far the side that moves most goes, in percents of the width or height of the extent before.

    Extents are west, south, east, north in degrees; of none it is 0, and 100 where one appears or goes.
    """
    if before is None or after is None:
        return 0 if before is after else 100
    sizes = (before[2] - before[0], before[3] - before[1])
    moves = [abs(new - old) for old, new in zip(before, after, strict=True)]
    shifts = [
        100 * move / sizes[side % 2] if sizes[side % 2] else (100.0 if move else 0.0)
        for side, move in enumerate(moves)
    ]
    return max(shifts)


def _list(titles: Sequence[str]) -> str:
    named = ", ".join(titles[:_NAMED])
    others = len(titles) - _NAMED
    return f"{named}… (+ {number(others)})" if others > 0 else named
