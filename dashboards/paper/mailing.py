"""The message that brings a dashboard to one person: its file, with that person's own rights, and a link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from dashboards import access
from dashboards.models import DashboardSubscription, MailFrequency
from dashboards.paper.content import filters_in_words
from dashboards.paper.definitions import PaperFile, layout_of
from dashboards.paper.files import write_paper
from dashboards.reading.dashboard_page import DashboardPage, open_page
from interface.mail import Message
from layers.errors import LayersError
from layers.services.jobs import account_visitor

# Servers of e-mail refuse more, once it is encoded.
MOST_ATTACHED = 8 * 1024 * 1024
_SUBJECTS = {
    MailFrequency.WEEKLY: gettext_noop("%(title)s : votre tableau de bord de la semaine"),
    MailFrequency.MONTHLY: gettext_noop("%(title)s : votre tableau de bord du mois"),
}


def mail_paper(*, subscription_id: int, user_id: int) -> bool:
    """Send a dashboard to one member of a group; False when there is nothing to send to them any more.

    The person gets what they may see at this moment, and nothing of a dashboard that they do not read.

    Raises:
        OSError, smtplib.SMTPException: the server of e-mail does not answer, or refuses.
        Busy: as ``write_paper``.
    """
    subscription = (
        DashboardSubscription.objects.select_related("dashboard").filter(pk=subscription_id).first()
    )
    member = get_user_model()._default_manager.filter(
        pk=user_id, is_active=True, groups__dashboard_subscriptions=subscription_id
    )
    account = member.exclude(email="").first()
    if subscription is None or account is None:
        return False
    with override(settings.LANGUAGE_CODE):
        page = _page(subscription, user_id)
        if page is None:
            return False
        file = write_paper(page, layout_of(subscription))
        _send(account, _message(page, subscription, file), file)
    return True


def _page(subscription: DashboardSubscription, user_id: int) -> DashboardPage | None:
    """Return the dashboard as its reader sees it; None when it, or what its filters ask, is not for them."""
    visitor = account_visitor(user_id, subscription.portal)
    dashboard = subscription.dashboard
    if not access.published(visitor).filter(pk=dashboard.pk).exists():
        return None
    try:
        return open_page(visitor, dashboard.slug, subscription.parameters)
    except LayersError:
        return None


def _message(page: DashboardPage, subscription: DashboardSubscription, file: PaperFile) -> Message:
    title, filters = page.document.title, filters_in_words(page)
    subject = _(_SUBJECTS[MailFrequency(subscription.frequency)])
    told = [page.document.summary] if page.document.summary else []
    told += [_("Filtres : %s") % " ; ".join(filters)] if filters else []
    told.append(_attached(file))
    told.append(
        _("Vous recevez ce message parce que le groupe « %(group)s » y est abonné.")
        % {"group": subscription.group.name}
    )
    return Message(
        subject % {"title": title}, tuple(told), (_("Ouvrir le tableau de bord"), _address(subscription))
    )


def _attached(file: PaperFile) -> str:
    if len(file.content) > MOST_ATTACHED:
        return _("Le document est trop lourd pour un courriel : la page en ligne le donne.")
    return _("Le document joint montre ce que vos droits permettent de voir aujourd’hui.")


def _address(subscription: DashboardSubscription) -> str:
    address = (
        f"{settings.PORTAL_ADDRESS}{reverse('dashboards:dashboard', args=[subscription.dashboard.slug])}"
    )
    query = urlencode(subscription.parameters, doseq=True)
    return f"{address}?{query}" if query else address


def _send(account: Any, message: Message, file: PaperFile) -> None:
    text, html = message.written(name=account.get_full_name() or account.get_username())
    written = EmailMultiAlternatives(message.subject, text, to=[account.email])
    written.attach_alternative(html, "text/html")
    if len(file.content) <= MOST_ATTACHED:
        written.attach(file.name, file.content, file.media_type.partition(";")[0])
    written.send()
