"""Groups that get a dashboard by e-mail: the form, what is due, and the message that each member gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from dashboards import access
from dashboards.errors import ForbiddenDashboard, UnknownSubscription
from dashboards.filters.parsing import VERSION
from dashboards.models import (
    Dashboard,
    DashboardSubscription,
    MailFrequency,
    Orientation,
    PaperForm,
    PaperSize,
)
from dashboards.paper.document import filters_in_words, write_paper
from dashboards.paper.layout import PaperFile, PaperLayout, SubscriptionRequest, layout_of
from dashboards.reading.dashboard_page import DashboardPage, open_page
from interface.mail import Message
from layers.errors import InvalidParameter, LayersError
from layers.services.jobs import account_visitor
from layers.visitor import Visitor, open_account

# Subscriptions of one group, over all dashboards: each is a message to every member.
MAX_OF_GROUP = 60


@dataclass(frozen=True, slots=True)
class Mailing:
    """One message to send: a subscription and the account that gets it."""

    subscription: int
    user: int


def subscriptions(dashboard: Dashboard) -> QuerySet[DashboardSubscription]:
    """Select what is sent of a dashboard, with the names of the groups."""
    return dashboard.subscriptions.select_related("group").order_by("group__name", "frequency")


def offered_groups(visitor: Visitor, dashboard: Dashboard) -> QuerySet[Group]:
    """Select the groups that a dashboard may be sent to: those that read or make it, and those of who sets it.

    Raises:
        ForbiddenDashboard: the visitor may not change the dashboard.
    """
    _check_editor(visitor, dashboard)
    if visitor.is_administrator:
        return Group.objects.order_by("name")
    grants = access.current_grants(dashboard, at=visitor.instant)
    readers = Q(pk__in=grants.values("group")) | Q(produced_dashboards=dashboard) | Q(pk__in=visitor.groups)
    return Group.objects.filter(readers).order_by("name").distinct()


def subscribe(
    *,
    visitor: Visitor,
    dashboard: Dashboard,
    requested: SubscriptionRequest,
    parameters: Mapping[str, Sequence[str]],
) -> DashboardSubscription:
    """Send a dashboard to a group from the next week or month on; the same group and frequency have one subscription.

    Raises:
        ForbiddenDashboard: the visitor may not change the dashboard.
        InvalidParameter: the address names a version, which the group may not read; or the group gets ``MAX_OF_GROUP``
            dashboards already.
    """
    _check_editor(visitor, dashboard)
    subscriptions = DashboardSubscription.objects.filter(group=requested.group)
    if subscriptions.exclude(dashboard=dashboard, frequency=requested.frequency).count() >= MAX_OF_GROUP:
        raise InvalidParameter(
            _("Le groupe « %(group)s » reçoit déjà %(count)d tableaux de bord : supprimez d’abord un envoi.")
            % {"group": requested.group, "count": MAX_OF_GROUP},
            parameter="group",
        )
    if VERSION in parameters:
        raise InvalidParameter(
            _("Un envoi porte sur ce qui est publié, jamais sur une version."), parameter=VERSION
        )
    subscription, _is_new = DashboardSubscription.objects.update_or_create(
        dashboard=dashboard,
        group=requested.group,
        frequency=requested.frequency,
        defaults={
            "size": requested.layout.size,
            "orientation": requested.layout.orientation,
            "has_tables": requested.layout.has_tables,
            "extension": requested.layout.form,
            "parameters": {name: list(values) for name, values in parameters.items()},
            "portal": visitor.portal,
            "author_id": visitor.user_id,
            "sent_on": timezone.localdate(),
        },
    )
    return subscription


def unsubscribe(*, visitor: Visitor, dashboard: Dashboard, pk: int) -> None:
    """Send a dashboard to a group no more.

    Raises:
        ForbiddenDashboard: the visitor may not change the dashboard.
        UnknownSubscription: there is none of this number.
    """
    _check_editor(visitor, dashboard)
    if not DashboardSubscription.objects.filter(dashboard=dashboard, pk=pk).delete()[0]:
        raise UnknownSubscription(_("Cet envoi n’existe pas, ou n’existe plus."))


def take_due(today: dt.date) -> list[Mailing]:
    """Return what is to be sent today, each message once: what is returned is not due any more before the next period.

    Accounts that are closed or have no address get nothing; nor does anybody of a dashboard that is not published.
    """
    mailings: list[Mailing] = []
    monday, first = today - dt.timedelta(days=today.weekday()), today.replace(day=1)
    for frequency, start in ((MailFrequency.WEEKLY, monday), (MailFrequency.MONTHLY, first)):
        late = DashboardSubscription.objects.filter(frequency=frequency, sent_on__lt=start)
        for subscription in late.filter(dashboard__published__isnull=False):
            if late.filter(pk=subscription.pk).update(sent_on=today):
                mailings += [Mailing(subscription.pk, user) for user in _members(subscription.group_id)]
    return mailings


def _members(group_id: int) -> list[int]:
    """Return the accounts of a group that may be written to."""
    accounts = get_user_model()._default_manager.filter(open_account(timezone.now()), groups=group_id)
    return list(accounts.exclude(email="").order_by("pk").values_list("pk", flat=True))


def _check_editor(visitor: Visitor, dashboard: Dashboard) -> None:
    if not access.may_edit(visitor, dashboard):
        raise ForbiddenDashboard(_("Vous ne pouvez pas changer ce tableau de bord."))


# Servers of e-mail refuse more, once it is encoded.
MAX_ATTACHED_BYTES = 8 * 1024 * 1024
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
        open_account(timezone.now()), pk=user_id, groups__dashboard_subscriptions=subscription_id
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
    lines = [page.document.summary] if page.document.summary else []
    lines += [_("Filtres : %s") % " ; ".join(filters)] if filters else []
    lines.append(_attached(file))
    lines.append(
        _("Vous recevez ce message parce que le groupe « %(group)s » y est abonné.")
        % {"group": subscription.group.name}
    )
    return Message(
        subject % {"title": title}, tuple(lines), (_("Ouvrir le tableau de bord"), _address(subscription))
    )


def _attached(file: PaperFile) -> str:
    if len(file.content) > MAX_ATTACHED_BYTES:
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
    if len(file.content) <= MAX_ATTACHED_BYTES:
        written.attach(file.name, file.content, file.media_type.partition(";")[0])
    written.send()


_INPUT = {"class": "input"}


class SubscriptionForm(forms.Form):
    """Who gets it, how often, and how it is laid out."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label=gettext_lazy("Groupe"),
        empty_label=None,
        widget=forms.Select(attrs=_INPUT),
        error_messages={
            "invalid_choice": gettext_lazy("Ce tableau de bord ne peut pas être envoyé à ce groupe.")
        },
    )
    frequency = forms.ChoiceField(
        choices=MailFrequency.choices,
        label=gettext_lazy("Fréquence"),
        widget=forms.Select(attrs=_INPUT),
        help_text=gettext_lazy("Le lundi, ou le premier du mois."),
    )
    form = forms.ChoiceField(
        choices=PaperForm.choices, label=gettext_lazy("Type de fichier"), widget=forms.Select(attrs=_INPUT)
    )
    size = forms.ChoiceField(
        choices=PaperSize.choices, label=gettext_lazy("Papier"), widget=forms.Select(attrs=_INPUT)
    )
    orientation = forms.ChoiceField(
        choices=Orientation.choices, label=gettext_lazy("Orientation"), widget=forms.Select(attrs=_INPUT)
    )
    has_tables = forms.BooleanField(
        required=False, label=gettext_lazy("Avec les tableaux de données, à la fin")
    )

    def __init__(self, *args: Any, groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **({"auto_id": "envoi-%s"} | kwargs))
        chosen = self.fields["group"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = groups

    @property
    def requested(self) -> SubscriptionRequest:
        """The subscription of the form, once it is valid."""
        cleaned = self.cleaned_data
        layout = PaperLayout(
            PaperSize(cleaned["size"]),
            Orientation(cleaned["orientation"]),
            PaperForm(cleaned["form"]),
            cleaned["has_tables"],
        )
        return SubscriptionRequest(cleaned["group"], MailFrequency(cleaned["frequency"]), layout)
