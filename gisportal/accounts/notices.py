"""What people read, on the page and by e-mail, when a factor or a linked identity of their account changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.mail.messages import Circumstances
from interface.mail import Message


def change_notice(
    subject: str | Promise, sentence: str | Promise, *, circumstances: Circumstances
) -> Message:
    """Tell the owner of an account what changed in how it is opened."""
    advice = _(
        "Si ce n’est pas vous, changez votre mot de passe tout de suite et écrivez à l’équipe du portail."
    )
    return Message(str(subject), (str(sentence), str(circumstances), advice))


def reset_notice() -> Message:
    """Tell the owner that the team removed the factors; from where is the team's own business."""
    return Message(
        _("Les seconds facteurs de votre compte sont retirés"),
        (
            _("À votre demande, l’équipe du portail a retiré vos seconds facteurs et fermé vos sessions."),
            _("Si vous n’avez rien demandé, écrivez-lui tout de suite."),
        ),
    )


# By the names of django-allauth's templates.
NOTICES: dict[str, Callable[..., Message]] = {
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
