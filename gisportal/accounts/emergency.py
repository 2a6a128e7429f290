"""Break-glass: a key that is printed once and sealed in an envelope opens the account of an administrator, once.

It gives back a way in when factors, passwords or the identity provider are lost: the factors of the account are
removed, and a link to choose a password lives an hour. Every administrator gets a message, and the journal an entry.
"""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gisportal.accounts.jobs import enqueue_message
from gisportal.accounts.models import EmergencyKey, User
from gisportal.accounts.second_factors.services import reset_second_factors
from gisportal.accounts.services import LinkPurpose, key_of, link
from interface.mail import Message
from interface.wording import instant
from layers.errors import WrongCredentials

# Sent with ``user``, whose account the key opened.
emergency_key_used = Signal()
_GROUPS, _GROUP_BYTES = 8, 4


@transaction.atomic
def seal_key() -> str:
    """Create a key, which replaces the one before, and return its text, which cannot be read again."""
    text = "-".join(secrets.token_hex(_GROUP_BYTES) for _each in range(_GROUPS))
    EmergencyKey.objects.filter(used_at=None, replaced_at=None).update(replaced_at=timezone.now())
    EmergencyKey.objects.create(digest=_digest(text))
    return text


@transaction.atomic
def open_account(*, key: str, username: str) -> str:
    """Use up the key for the account of an administrator; return the link that chooses its password, for an hour.

    Raises:
        WrongCredentials: the key is not the sealed one, or the account does not administer.
    """
    live = EmergencyKey.objects.select_for_update().filter(used_at=None, replaced_at=None)
    sealed = live.filter(digest=_digest(key)).first()
    user = User.objects.filter(username=username, is_superuser=True).first()
    if sealed is None or user is None:
        raise WrongCredentials(_("Cette clé n’est pas la clé scellée, ou ce compte n’administre pas."))
    sealed.used_at = timezone.now()
    sealed.save(update_fields=["used_at"])
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    reset_second_factors(user=user)
    emergency_key_used.send(sender=User, user=user)
    for administrator in User.objects.filter(is_superuser=True, is_active=True).exclude(email=""):
        with translation.override(administrator.message_language):
            enqueue_message(_alert(user), user=administrator)
    return link("accounts:reset-password", key_of(user, LinkPurpose.RESET))


def _alert(user: User) -> Message:
    words = {"username": user.username, "moment": instant(timezone.now())}
    return Message(
        _("La clé d’urgence du portail vient d’être employée"),
        (
            _("Le %(moment)s, la clé d’urgence a ouvert le compte « %(username)s ».") % words,
            _("Si personne de l’équipe ne l’a fait, fermez ce compte et prévenez l’hébergeur tout de suite."),
            _("La clé ne sert qu’une fois : scellez-en une autre."),
        ),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()
