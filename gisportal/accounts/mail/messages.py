"""What the messages about accounts say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from interface.mail import Message


@dataclass(frozen=True, slots=True)
class Circumstances:
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


def email_changed(*, email: str, circumstances: Circumstances) -> Message:
    """What the former address is told."""
    return Message(
        _("Le courriel de votre compte a changé"),
        (
            _("Votre compte est maintenant joint à l’adresse %(email)s.") % {"email": email},
            str(circumstances),
            _("Si ce n’est pas vous, écrivez à l’équipe du portail."),
        ),
    )


def password_changed(*, circumstances: Circumstances) -> Message:
    """Somebody chose another password."""
    return Message(
        _("Votre mot de passe a changé"),
        (
            _("Le mot de passe de votre compte vient d’être changé ; vos autres sessions sont fermées."),
            str(circumstances),
            _("Si ce n’est pas vous, demandez un nouveau mot de passe et écrivez à l’équipe du portail."),
        ),
    )


def new_device(*, circumstances: Circumstances) -> Message:
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
NOTICES: dict[str, Callable[..., Message]] = {
    "account/email/password_changed": password_changed,
    "account/email/password_reset": password_changed,
}
