"""Groups that get a dashboard by e-mail: set by who may edit it, due at the beginning of each week or month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.errors import ForbiddenDashboard, UnknownSubscription
from dashboards.filters.parsing import VERSION
from dashboards.models import Dashboard, DashboardSubscription, MailFrequency
from dashboards.paper.definitions import SubscriptionRequest
from layers.errors import InvalidParameter
from layers.visitor import Visitor

# Subscriptions of one group, over all dashboards: each is a message to every member.
MOST_OF_GROUP = 60


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
    readers = Q(read_dashboards=dashboard) | Q(produced_dashboards=dashboard) | Q(pk__in=visitor.groups)
    return Group.objects.filter(readers).order_by("name").distinct()


def subscribe(
    *,
    visitor: Visitor,
    dashboard: Dashboard,
    asked: SubscriptionRequest,
    parameters: Mapping[str, Sequence[str]],
) -> DashboardSubscription:
    """Send a dashboard to a group from the next week or month on; the same group and frequency have one subscription.

    Raises:
        ForbiddenDashboard: the visitor may not change the dashboard.
        InvalidParameter: the address names a version, which the group may not read; or the group gets ``MOST_OF_GROUP``
            dashboards already.
    """
    _check_editor(visitor, dashboard)
    others = DashboardSubscription.objects.filter(group=asked.group)
    if others.exclude(dashboard=dashboard, frequency=asked.frequency).count() >= MOST_OF_GROUP:
        raise InvalidParameter(
            _("Le groupe « %(group)s » reçoit déjà %(count)d tableaux de bord : supprimez d’abord un envoi.")
            % {"group": asked.group, "count": MOST_OF_GROUP},
            parameter="group",
        )
    if VERSION in parameters:
        raise InvalidParameter(
            _("Un envoi porte sur ce qui est publié, jamais sur une version."), parameter=VERSION
        )
    made, _is_new = DashboardSubscription.objects.update_or_create(
        dashboard=dashboard,
        group=asked.group,
        frequency=asked.frequency,
        defaults={
            "size": asked.layout.size,
            "orientation": asked.layout.orientation,
            "has_tables": asked.layout.has_tables,
            "extension": asked.layout.form,
            "parameters": {name: list(values) for name, values in parameters.items()},
            "portal": visitor.portal,
            "author_id": visitor.user_id,
            "sent_on": timezone.localdate(),
        },
    )
    return made


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
    """Return what is to be sent today, each message once: what was taken is not due any more before the next period.

    Accounts that are closed or have no address get nothing; nor does anybody of a dashboard that is not published.
    """
    found: list[Mailing] = []
    monday, first = today - dt.timedelta(days=today.weekday()), today.replace(day=1)
    for frequency, start in ((MailFrequency.WEEKLY, monday), (MailFrequency.MONTHLY, first)):
        late = DashboardSubscription.objects.filter(frequency=frequency, sent_on__lt=start)
        for subscription in late.filter(dashboard__published__isnull=False):
            if late.filter(pk=subscription.pk).update(sent_on=today):
                found += [Mailing(subscription.pk, user) for user in _members(subscription.group_id)]
    return found


def _members(group_id: int) -> list[int]:
    """Return the accounts of a group that may be written to."""
    accounts = get_user_model()._default_manager.filter(is_active=True, groups=group_id)
    return list(accounts.exclude(email="").order_by("pk").values_list("pk", flat=True))


def _check_editor(visitor: Visitor, dashboard: Dashboard) -> None:
    if not access.may_edit(visitor, dashboard):
        raise ForbiddenDashboard(_("Vous ne pouvez pas changer ce tableau de bord."))
