"""Write requests of access and their decisions, each in a transaction with its journal entry and its messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dashboards.models import Dashboard, DashboardGrant
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from interface.wording import end_of_day
from layers.errors import Forbidden, InvalidParameter
from layers.models import Layer
from layers.visitor import Visitor
from management.models import AccessRequest, RequestState
from management.requests.mail import mail_decision, mail_request
from management.requests.queries import decided_requests, opening_grant
from management.rights.services import AnyGrant, check_covered, check_sensitive

MAX_AN_HOUR = 20


def send_request(
    visitor: Visitor, subject: Layer | Dashboard, *, last_day: dt.date, reason: str, rows: str = ""
) -> AccessRequest:
    """Write a request on a layer or a dashboard that the visitor may request, and inform who decides.

    Raises:
        Forbidden: the credentials write nothing, or too many requests were sent in an hour.
        InvalidParameter: one already waits.
    """
    if not visitor.may_write:
        raise Forbidden(_("Cet accès ne permet que de lire."))
    is_within_limit = import_string(settings.IS_WITHIN_LIMIT)
    if not is_within_limit(visitor.client_key, policy="access-requests", quota=MAX_AN_HOUR, seconds=3_600):
        raise Forbidden(_("Trop de demandes en une heure : réessayez plus tard, votre texte est là."))
    name = "layer" if isinstance(subject, Layer) else "dashboard"
    with transaction.atomic():
        waiting, is_new = AccessRequest.objects.get_or_create(
            person_id=visitor.user_id,
            **{name: subject},
            state=RequestState.WAITING,
            defaults={"rows": rows, "valid_until": end_of_day(last_day), "reason": reason},
        )
        if not is_new:
            words = (
                _("Vous avez déjà demandé cette couche : la réponse est attendue.")
                if isinstance(subject, Layer)
                else _("Vous avez déjà demandé ce tableau de bord : la réponse est attendue.")
            )
            raise InvalidParameter(words, parameter=name)
        _record(waiting, "sent", reason)
        mail_request(waiting, visitor=visitor)
    return waiting


def accept_request(
    visitor: Visitor, request: AccessRequest, grant: AnyGrant, *, answer: str, layers: Iterable[Layer] = ()
) -> None:
    """Give the person of a request a grant, no wider than the visitor's rights, and inform them.

    ``layers`` are those that the person lacks on a requested dashboard and reads from now on, as long as it; only
    those that ``dashboard_needs`` lets the visitor open.

    Raises:
        Forbidden: it is not the visitor's to decide, has an answer already, or the grant is wider than their rights or
            gives what is sensitive for a time.
        InvalidParameter: a constraint of the database refuses the grant; the detail says why.
    """
    with transaction.atomic():
        current = _locked(visitor, request)
        subject = grant.dashboard if isinstance(grant, DashboardGrant) else grant.layer
        if grant.person_id != current.person_id or subject != current.subject:
            raise Forbidden(_("Cet accès n’est pas celui de la demande."))
        _give(visitor, grant)
        for layer in layers:
            until = grant.valid_until or current.valid_until
            _give(visitor, opening_grant(layer, current.person, until=until, reason=grant.reason))
        _decide(visitor, current, RequestState.ACCEPTED, answer)
        mail_decision(current, until=grant.valid_until)


def check_to_give(visitor: Visitor, grant: AnyGrant) -> None:
    """Check that a visitor may give what a request is answered with, whoever it is for.

    Raises:
        Forbidden: it is wider than their own rights, or gives what is sensitive for a time; the detail names it.
    """
    check_covered(visitor, grant)
    check_sensitive(visitor, grant)


def _give(visitor: Visitor, grant: AnyGrant) -> None:
    check_to_give(visitor, grant)
    grant.author_id = visitor.user_id
    try:
        grant.full_clean(validate_unique=False)
    except ValidationError as error:
        raise InvalidParameter(" ".join(error.messages), parameter="grant") from None
    grant.save()


def refuse_request(visitor: Visitor, request: AccessRequest, *, answer: str) -> None:
    """Refuse a request with a word that its person reads.

    Raises:
        Forbidden: it is not the visitor's to decide, or has an answer already.
    """
    with transaction.atomic():
        current = _locked(visitor, request)
        _decide(visitor, current, RequestState.REFUSED, answer)
        mail_decision(current, until=None)


def _locked(visitor: Visitor, request: AccessRequest) -> AccessRequest:
    rows = decided_requests(visitor).filter(pk=request.pk).select_for_update(of=("self",))
    current = rows.first()
    if current is None or not visitor.may_write:
        raise Forbidden(_("Cette demande n’est pas la vôtre à décider."))
    if current.state != RequestState.WAITING:
        raise Forbidden(_("Cette demande a déjà une réponse."))
    return current


def _decide(visitor: Visitor, request: AccessRequest, state: RequestState, answer: str) -> None:
    request.state, request.answer = state, answer
    request.decided_by_id, request.decided_at = visitor.user_id, visitor.instant
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    _record(request, str(state), answer)


def _record(request: AccessRequest, action: str, reason: str) -> None:
    name = "layer" if request.layer is not None else "dashboard"
    detail: dict[str, Any] = {"action": action, name: request.subject.slug, "reason": reason}
    record(Event.REQUEST, subject=f"request {request.pk}", **detail)
