"""Messages about requests of access: to who decides, and to the person."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from gisportal.accounts.jobs import enqueue_message
from interface.mail import Message
from interface.wording import day, last_day
from layers.visitor import Visitor
from management.models import AccessRequest, RequestState
from management.requests.queries import deciders
from management.rights.presenters import person_name


def mail_request(request: AccessRequest, *, visitor: Visitor) -> None:
    """Inform who decides about a request."""
    for account in deciders(request.subject, visitor=visitor):
        with translation.override(account.message_language):
            enqueue_message(_request_message(request), user=account)


def _request_message(request: AccessRequest) -> Message:
    words = {"person": person_name(request.person), "layer": request.subject.title}
    first = (
        _("%(person)s demande l’accès à la couche « %(layer)s ».")
        if request.layer is not None
        else _("%(person)s demande l’accès au tableau de bord « %(layer)s ».")
    )
    return Message(
        _("%(person)s demande l’accès à « %(layer)s »") % words,
        (
            first % words,
            _("Jusqu’au %s inclus.") % day(request.last_day),
            _("Motif : %s") % request.reason,
        ),
        (_("Répondre à la demande"), _address("management:request", request.pk)),
    )


def mail_decision(request: AccessRequest, *, until: dt.datetime | None) -> None:
    """Inform the person of a request of its decision; ``until`` is the end of what was given, excluded."""
    with translation.override(request.person.message_language):
        is_accepted = request.state == RequestState.ACCEPTED
        title, is_layer = request.subject.title, request.layer is not None
        first = _("L’accès à « %s » n’est pas donné.")
        if is_accepted:
            layer, board = (
                _("Vous lisez maintenant la couche « %s »."),
                _("Vous lisez maintenant le tableau de bord « %s »."),
            )
            first = layer if is_layer else board
        paragraphs = [first % title]
        if is_accepted and until is not None:
            paragraphs.append(_("Jusqu’au %s inclus.") % day(last_day(until)))
        if request.answer:
            paragraphs.append(_("Réponse : %s") % request.answer)
        subject = _("Accès à « %s » : accepté") if is_accepted else _("Accès à « %s » : refusé")
        link = (_("Voir mes demandes"), _address("management:own-requests"))
        if is_accepted and is_layer:
            link = (_("Ouvrir la couche"), _address("explorer:layer", request.subject.slug))
        elif is_accepted:
            link = (_("Ouvrir le tableau de bord"), _address("dashboards:dashboard", request.subject.slug))
        enqueue_message(Message(subject % title, tuple(paragraphs), link), user=request.person)


def _address(view: str, *args: object) -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse(view, args=args)}"
