"""Deliveries that go online by themselves, when nothing about them is out of the ordinary, and those that wait."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.models import Delivery
from datasets.publication.subjects import DeliverySubject
from datasets.review.checks import is_ordinary
from datasets.vocabulary import DeliveryState
from interface.wording import number
from layers.visitor import Visitor, system_visitor
from layers.vocabulary import LayerState
from publication.models import REASON_MAX, PublicationPolicy, Submission
from publication.services import policy_of, publish_directly, submit


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
    """Yield what is out of the ordinary in a delivery that is ready, in sentences for people.

    Raises:
        TooSlow: the database did not count the rows in time.
    """
    errors = int(delivery.report.get("errors") or 0)
    if errors:
        yield ngettext("%s erreur dans le fichier.", "%s erreurs dans le fichier.", errors) % number(errors)
    if delivery.dataset.online is None:
        yield _("C’est la première version : rien ne permet de la comparer.")
        return
    if delivery.dataset.layer.state != LayerState.PUBLISHED:
        yield _("La couche est retirée : cette version la remettrait en ligne.")
    _is_ordinary, culprits = is_ordinary(delivery, policy)
    for check in culprits:
        yield " ".join(filter(None, (f"{check.title}.", check.detail)))
