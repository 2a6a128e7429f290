"""Accesses of persons of the demonstration: for a time, on request, by a link; an announced board, a sensitive layer.

Written once, from the day of the first load: what people changed since stays.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone

from dashboards.models import Dashboard, DashboardGrant
from dashboards.reading.dashboard_page import open_page
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import ShareLink, ShareLinkDay, User
from gisportal.accounts.tokens import digest_of
from gisportal.demo.colleagues import COLLEAGUES
from gisportal.demo.rights import CONSULTANTS_MOBILITY, DIG
from interface.wording import end_of_day
from layers.models import Grant, Layer

_AUTHOR = "administrateur"
_DAYS_LEFT = 12
# The partner for a time is a colleague of the consultants: the people of the README read the same from day to day.
PARTNER = next(
    each.username
    for each in COLLEAGUES
    if CONSULTANTS_MOBILITY in each.groups and each.is_active and not each.is_invited
)
_COUNTS, _OBSERVATORY = "comptages-routiers", "observatoire-mobilites"
_CONTRACT = "Étude de circulation, marché d’exemple."
_THEME_OF_LAYER = "plui-zones"
ANNOUNCED, REQUESTER = "stationnement", "soee"
_REQUEST_REASON = "Étude de l’offre de stationnement autour des parcs d’activités."
SENSITIVE = "mdna-listes-attente"
# Title of a link, the dashboard that it opens, days from the anchor when it was made and when it ends, its uses.
LINKS = (
    ("Réunion publique du quartier", "travaux-voirie", -5, 30, 7),
    ("Conseil d’école de la rentrée", "travaux-voirie", -60, -15, 23),
)


def load_personal_access(*, anchor: dt.date) -> None:
    """Write each of them where what it is about is there."""
    author = User.objects.filter(username=_AUTHOR).first()
    if author is None:
        return
    _give_for_a_time(author, anchor)
    _announce(anchor)
    Layer.objects.filter(slug=SENSITIVE, is_sample=True).update(is_sensitive=True)
    for title, slug, begins, ends, uses in LINKS:
        _link(author, anchor, title=title, slug=slug, days=(begins, ends), uses=uses)


def _give_for_a_time(author: User, anchor: dt.date) -> None:
    """Let a partner read a layer and its dashboard for twelve days more, and a group the layers of a theme."""
    end = end_of_day(anchor + dt.timedelta(days=_DAYS_LEFT))
    partner = User.objects.filter(username=PARTNER).first()
    layer = Layer.objects.filter(slug=_COUNTS, is_sample=True).first()
    board = Dashboard.objects.filter(slug=_OBSERVATORY).first()
    values: dict[str, Any] = {"valid_until": end, "reason": _CONTRACT, "author": author}
    if partner is not None and layer is not None:
        User.objects.filter(pk=partner.pk, ends_at=None).update(ends_at=end)
        columns = values | {"can_download": False}
        Grant.objects.get_or_create(person=partner, layer=layer, defaults=columns)
    if partner is not None and board is not None:
        DashboardGrant.objects.get_or_create(person=partner, dashboard=board, defaults=values)
    plan = Layer.objects.filter(slug=_THEME_OF_LAYER, is_sample=True).first()
    keepers = Group.objects.filter(name=DIG).first()
    if plan is not None and keepers is not None:
        reason = "Toutes les couches d’urbanisme, celles à venir comprises."
        Grant.objects.get_or_create(
            group=keepers, theme=plan.theme, defaults={"reason": reason, "author": author}
        )


def _announce(anchor: dt.date) -> None:
    """Announce a dashboard, and let a partner wait for an answer."""
    board = Dashboard.objects.filter(slug=ANNOUNCED, published__isnull=False).first()
    person = User.objects.filter(username=REQUESTER).first()
    if board is None or person is None:
        return
    Dashboard.objects.filter(pk=board.pk).update(is_requestable=True)
    # The application of the team is above this one.
    requests: Any = apps.get_model("management", "AccessRequest").objects
    requests.get_or_create(
        person=person,
        dashboard=board,
        defaults={"valid_until": end_of_day(anchor + dt.timedelta(days=90)), "reason": _REQUEST_REASON},
    )


def _link(author: User, anchor: dt.date, *, title: str, slug: str, days: tuple[int, int], uses: int) -> None:
    board = Dashboard.objects.filter(slug=slug, published__isnull=False).first()
    if board is None or ShareLink.objects.filter(author=author, title=title).exists():
        return
    begins, ends = (anchor + dt.timedelta(days=each) for each in days)
    page = open_page(visitor_of_account(author.pk, ""), slug, {})
    made = timezone.make_aware(dt.datetime.combine(begins, dt.time(10)))
    link = ShareLink.objects.create(
        author=author,
        title=title,
        dashboard=board,
        address=f"/tableaux-de-bord/{slug}/",
        layers=sorted({scope.slug for scope in page.scopes.values()}),
        digest=digest_of(secrets.token_urlsafe(16)),
        created_at=made,
        expires_at=end_of_day(ends),
        use_count=uses,
        last_used_at=made + dt.timedelta(days=1),
    )
    # Half of them on the first day, the rest on the second.
    ShareLinkDay.objects.bulk_create(
        ShareLinkDay(link=link, day=begins + dt.timedelta(days=rank), count=count)
        for rank, count in enumerate((uses - uses // 2, uses // 2))
    )
