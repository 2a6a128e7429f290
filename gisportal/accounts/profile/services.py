"""Changing the e-mail address of an account: by a link sent to the new one."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from gisportal.accounts.links import LinkPurpose, key_of, link, max_age, read_key
from gisportal.accounts.mail.messages import email_change
from gisportal.accounts.mail.services import send_message
from gisportal.accounts.models import User


def send_email_link(*, user_id: int, email: str) -> None:
    """Send the link that confirms an address; nothing when another account has it, or this one is closed."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None and is_free(email, user):
        key = key_of(user, LinkPurpose.EMAIL, email=email)
        address = link("accounts:confirm-email", key)
        message = email_change(address=address, hours=max_age(LinkPurpose.EMAIL) // 3_600)
        send_message(message, user=user, to=email)


def is_free(email: str, user: User) -> bool:
    """Whether no other account has an address."""
    return not User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists()


@transaction.atomic
def change_email(key: str) -> tuple[User, str] | None:
    """Give an account the address of a link; return it with its former address, None when the link is dead."""
    found = read_key(key, LinkPurpose.EMAIL)
    if found is None or not is_free(found[1], found[0]):
        return None
    user, former = found[0], found[0].email
    user.email = found[1]
    user.save(update_fields=["email"])
    # django-allauth's own table follows the account.
    EmailAddress.objects.filter(user=user).delete()
    return user, former
