"""Named links of a form: made for somebody, found by their token, ended."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.db.models import Count, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from interface.wording import end_of_day
from layers.visitor import open_account
from webforms.access import schema_scope
from webforms.errors import InvalidForm, UnknownForm
from webforms.models import Form, FormLink
from webforms.schema import obstacles

LONGEST_LIFE = dt.timedelta(days=366)
# Sent with ``link``, in the transaction: it was made, or ended.
form_link_created, form_link_revoked = Signal(), Signal()


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_form_link(
    *, form: Form, author_id: int | None, title: str, last_day: dt.date
) -> tuple[FormLink, str]:
    """Create a link and return it with its token, of 128 bits, which cannot be read again.

    It ends when ``last_day`` ends in the time zone of the portal.

    Raises:
        InvalidForm: the form asks for what people without account may not be asked.
    """
    reasons = obstacles(schema_scope(form), form.published.content, is_public=True) if form.published else []
    if reasons:
        raise InvalidForm(" ".join(reasons))
    token = secrets.token_urlsafe(16)
    with transaction.atomic():
        link = FormLink.objects.create(
            form=form,
            title=title,
            digest=digest_of(token),
            author_id=author_id,
            expires_at=end_of_day(last_day),
        )
        form_link_created.send(FormLink, link=link)
    return link, token


def revoke_form_link(*, form: Form, pk: int) -> FormLink:
    """End a link of a form for ever; one that is over stays so.

    Raises:
        UnknownForm: the form has no such link.
    """
    with transaction.atomic():
        rows = FormLink.objects.select_for_update(of=("self",)).select_related("form")
        link = rows.filter(form=form, pk=pk).first() if pk < 2**63 else None
        if link is None:
            raise UnknownForm(_("Ce formulaire n’a pas de lien %d.") % pk, parameter="link")
        if link.revoked_at is None:
            link.revoked_at = timezone.now()
            link.save(update_fields=["revoked_at"])
            form_link_revoked.send(FormLink, link=link)
    return link


def links_of(form: Form) -> QuerySet[FormLink]:
    """Select the links of a form, the newest first, each with ``answer_count``."""
    return form.links.select_related("author").annotate(answer_count=Count("answers"))


def living_link(token: str, *, at: dt.datetime) -> FormLink:
    """Return the link of a token that opens its form at an instant; one of a closed account does not.

    Raises:
        UnknownForm: no such link, or it is over: the same words.
    """
    rows = FormLink.objects.filter(open_account(at, path="author__"), digest=digest_of(token))
    link = rows.select_related("form").first()
    if link is None or not link.is_living(at):
        raise UnknownForm(
            _("Ce lien n’ouvre rien : il est terminé, ou son adresse est incomplète."), parameter="link"
        )
    return link
