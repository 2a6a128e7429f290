"""Messages to people about their accounts: texts, sending, and the folder of files without a server.

They are never sent within a request, so that no answer waits for a server or reveals by its time who exists. Files of
the folder are readable by their owner alone, for they hold links.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import device_of
from gisportal.client_address import client_network
from interface.mail import Message
from interface.wording import instant


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """When and from where something was done, in words."""

    moment: str
    network: str
    device: str

    def __str__(self) -> str:
        values = {"moment": self.moment, "network": self.network, "device": self.device}
        return _("Le %(moment)s, depuis %(network)s (%(device)s).") % values


def password_reset(*, address: str, minutes: int) -> Message:
    """A link to choose another password."""
    return Message(
        _("Choisir un nouveau mot de passe"),
        (
            _("Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte."),
            _("Le lien sert une fois, pendant %(minutes)d minutes.") % {"minutes": minutes},
            _("Si ce n’est pas vous, ne faites rien : votre mot de passe reste le même."),
        ),
        (_("Choisir un nouveau mot de passe"), address),
    )


def invitation(*, address: str, username: str, days: int) -> Message:
    """A link to choose the first password of an account."""
    return Message(
        _("Votre compte sur le portail de données"),
        (
            _("Un compte vous est ouvert sur le portail de données géographiques."),
            _("Votre identifiant : %(username)s") % {"username": username},
            _("Choisissez votre mot de passe par le lien : il sert une fois, pendant %(days)d jours.")
            % {"days": days},
        ),
        (_("Choisir mon mot de passe"), address),
    )


def email_change(*, address: str, hours: int) -> Message:
    """A link that proves that an e-mail address is read by its owner."""
    return Message(
        _("Confirmer votre courriel"),
        (
            _("Cette adresse vient d’être donnée comme courriel d’un compte du portail de données."),
            _("Le lien sert une fois, pendant %(hours)d heures.") % {"hours": hours},
            _("Si ce n’est pas vous, ne faites rien : l’adresse ne sera pas retenue."),
        ),
        (_("Confirmer ce courriel"), address),
    )


def email_changed(*, email: str, circumstances: RequestOrigin) -> Message:
    """The message to the former address."""
    return Message(
        _("Le courriel de votre compte a changé"),
        (
            _("Votre compte est maintenant joint à l’adresse %(email)s.") % {"email": email},
            str(circumstances),
            _("Si ce n’est pas vous, écrivez à l’équipe du portail."),
        ),
    )


def password_changed(*, circumstances: RequestOrigin) -> Message:
    """The message after a change of password."""
    return Message(
        _("Votre mot de passe a changé"),
        (
            _("Le mot de passe de votre compte vient d’être changé ; vos autres sessions sont fermées."),
            str(circumstances),
            _("Si ce n’est pas vous, demandez un nouveau mot de passe et écrivez à l’équipe du portail."),
        ),
    )


def new_device(*, circumstances: RequestOrigin) -> Message:
    """An account was opened from a browser that it never used."""
    return Message(
        _("Connexion depuis un nouvel appareil"),
        (
            _("Votre compte vient d’être ouvert depuis un appareil qu’il n’avait jamais employé."),
            str(circumstances),
            _(
                "Si c’est vous, il n’y a rien à faire. Sinon, changez de mot de passe : les autres sessions se ferment."
            ),
        ),
    )


# Notices that django-allauth asks for, by the name of its template.
ACCOUNT_NOTICES: dict[str, Callable[..., Message]] = {
    "account/email/password_changed": password_changed,
    "account/email/password_reset": password_changed,
}


def change_notice(
    subject: str | Promise, sentence: str | Promise, *, circumstances: RequestOrigin
) -> Message:
    """The message to the owner of an account about a change in how it is opened."""
    advice = _(
        "Si ce n’est pas vous, changez votre mot de passe tout de suite et écrivez à l’équipe du portail."
    )
    return Message(str(subject), (str(sentence), str(circumstances), advice))


def reset_notice() -> Message:
    """The message to the owner after the team removed the factors, without the team's address."""
    return Message(
        _("Les seconds facteurs de votre compte sont retirés"),
        (
            _("À votre demande, l’équipe du portail a retiré vos seconds facteurs et fermé vos sessions."),
            _("Si vous n’avez rien demandé, écrivez-lui tout de suite."),
        ),
    )


# By the names of django-allauth's templates.
FACTOR_NOTICES: dict[str, Callable[..., Message]] = {
    "mfa/email/totp_activated": partial(
        change_notice,
        gettext_lazy("Une application de codes est ajoutée à votre compte"),
        gettext_lazy("Une application de codes vient d’être ajoutée à votre compte."),
    ),
    "mfa/email/totp_deactivated": partial(
        change_notice,
        gettext_lazy("L’application de codes de votre compte est retirée"),
        gettext_lazy("L’application de codes vient d’être retirée de votre compte."),
    ),
    "mfa/email/webauthn_added": partial(
        change_notice,
        gettext_lazy("Une clé d’accès est ajoutée à votre compte"),
        gettext_lazy("Une clé d’accès vient d’être ajoutée à votre compte."),
    ),
    "mfa/email/webauthn_removed": partial(
        change_notice,
        gettext_lazy("Une clé d’accès de votre compte est retirée"),
        gettext_lazy("Une clé d’accès vient d’être retirée de votre compte."),
    ),
    "mfa/email/recovery_codes_generated": partial(
        change_notice,
        gettext_lazy("De nouveaux codes de secours pour votre compte"),
        gettext_lazy(
            "De nouveaux codes de secours viennent d’être donnés à votre compte : les anciens ne valent plus."
        ),
    ),
    "socialaccount/email/account_connected": partial(
        change_notice,
        gettext_lazy("Un fournisseur d’identité ouvre désormais votre compte"),
        gettext_lazy("Un fournisseur d’identité vient d’être lié à votre compte : il l’ouvre désormais."),
    ),
    "socialaccount/email/account_disconnected": partial(
        change_notice,
        gettext_lazy("Un fournisseur d’identité n’ouvre plus votre compte"),
        gettext_lazy("Un fournisseur d’identité vient d’être délié de votre compte."),
    ),
}

MESSAGES: dict[str, str | Promise] = {
    "mfa/messages/totp_activated.txt": gettext_lazy("L’application est ajoutée."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("L’application est retirée."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("La clé d’accès est ajoutée."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("La clé d’accès est retirée."),
    "socialaccount/messages/account_connected.txt": gettext_lazy("Le compte est lié."),
    "socialaccount/messages/account_connected_updated.txt": gettext_lazy("Le compte était déjà lié."),
    "socialaccount/messages/account_connected_other.txt": gettext_lazy(
        "Ce compte est lié à quelqu’un d’autre."
    ),
    "socialaccount/messages/account_disconnected.txt": gettext_lazy("Le compte est délié."),
}

_KEPT_DAYS = 31


def send(*, to: str, subject: str, text: str, html: str) -> None:
    """Give a message to the server of e-mail, or to the folder.

    Raises:
        OSError: the server does not answer.
        smtplib.SMTPException: it refuses.
    """
    message = EmailMultiAlternatives(subject, text, to=[to])
    message.attach_alternative(html, "text/html")
    message.send()


def send_message(message: Message, *, user: User, to: str = "") -> None:
    """Write a message to an account, at ``to`` or at its own address, and send it at once."""
    text, html = message.written(name=user.get_full_name() or user.get_username())
    send(to=to or user.email, subject=message.subject, text=text, html=html)


def remove_old_messages() -> int:
    """Remove from the folder the messages whose links are dead for long; return how many."""
    oldest = time.time() - _KEPT_DAYS * 86_400
    old = [path for path in Path(settings.EMAIL_FOLDER).glob("*.eml") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def request_origin(request: HttpRequest) -> RequestOrigin:
    """Return when and from where a request comes, in words."""
    return RequestOrigin(
        moment=instant(timezone.now()),
        network=client_network(request),
        device=device_of(request.headers.get("User-Agent", "")),
    )


class FolderBackend(BaseEmailBackend):
    """Writes each message as ``<date>-<random>.eml`` (RFC 5322) in ``EMAIL_FOLDER``, 0600 in a folder of 0700."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; return how many.

        Raises:
            OSError: the disk is full; the message that was being written is not kept.
        """
        folder = Path(settings.EMAIL_FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.localtime():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.eml"
            path, content = folder / name, message.message().as_bytes()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
            except OSError:
                path.unlink(missing_ok=True)
                raise
        return len(email_messages)
