"""Tasks of the worker: send decisions to who declared a reuse, and forget old ones."""

from __future__ import annotations

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from interface.mail import MailNotSent, Message, deliver
from reuses.models import Reuse
from reuses.services import forget_reuses
from reuses.vocabulary import ReuseState

# A server of e-mail that is away is tried again for about a day.
_AGAIN = RetryStrategy(
    max_attempts=8, exponential_wait=4, retry_exceptions=(MailNotSent, OperationalError, InterfaceError)
)


@app.task(name="reuses.send_decision", retry=_AGAIN)
def send_decision(reuse: int, state: str) -> None:
    """Send the decision that made a reuse what it is; the address goes once it is not needed any more.

    The queue has a number alone, and no transaction is open while the server of e-mail is asked.

    Raises:
        MailNotSent: the server of e-mail is away, or refuses for now.
    """
    try:
        rows = Reuse.objects.filter(pk=reuse, state=state)
        row = rows.exclude(email="").first()
        if row is None:
            return
        is_taken = deliver(decision_message(row), to=row.email, key=f"reutilisation-{row.pk}-{state}")
        if row.is_closed or not is_taken:
            rows.update(email="")
    finally:
        close_old_connections()


def enqueue_decision(reuse: Reuse) -> None:
    """Give the decision about a reuse to the workers, by its number; without address there is none to give."""
    if reuse.email:
        send_decision.defer(reuse=reuse.pk, state=str(reuse.state))


def decision_message(reuse: Reuse) -> Message:
    """Write what the team decided, in the language of the portal."""
    with override(settings.LANGUAGE_CODE):
        sentences = {
            ReuseState.ACCEPTED: _("Votre réutilisation « %s » est maintenant sur la page des données."),
            ReuseState.REFUSED: _("Votre réutilisation « %s » n’est pas affichée."),
            ReuseState.WITHDRAWN: _("Votre réutilisation « %s » n’est plus affichée."),
        }
        reasons = (_("Réponse du service : %s") % reuse.answer,) if reuse.answer else ()
        memory = (
            _("Votre adresse est effacée avec ce message.")
            if reuse.is_closed
            else _(
                "Votre adresse ne sert qu’à vous prévenir si la réutilisation est retirée ; elle n’est pas affichée."
            )
        )
        first = reuse.layers.order_by("pk").first()
        link = None
        if reuse.state == ReuseState.ACCEPTED and first is not None:
            path = reverse("reuses:list", args=[first.slug])
            link = (_("Voir les réutilisations"), f"{settings.PORTAL_ADDRESS}{path}")
        return Message(
            _("Votre réutilisation « %s »") % reuse.title,
            (sentences[ReuseState(reuse.state)] % reuse.title, *reasons, memory),
            link,
        )


@app.periodic(cron="26 3 * * *")
@app.task(name="reuses.forget", queueing_lock="reuses.forget")
def forget_old_reuses(timestamp: int) -> None:
    """Delete reuses refused or withdrawn long ago, and addresses that no answer needs."""
    try:
        forget_reuses(now=timezone.now())
    finally:
        close_old_connections()
