"""What a person will read no more, and when: what the scopes of the instant before have that those of the end lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from dashboards import access as dashboard_access
from gisportal.accounts.models import User
from interface import wording
from layers import access
from layers.visitor import Visitor, public_of

ANNOUNCED = dt.timedelta(days=30)
"""How long before an end a person reads of it on the pages of their account."""


@dataclass(frozen=True, slots=True)
class Ending:
    """An instant (excluded) at which accesses of a person end, with what vanishes: titles, in order.

    ``reduced`` are the layers of which other rows remain. ``is_of_account``: nothing opens any more.
    """

    at: dt.datetime
    days: int
    layers: tuple[str, ...]
    reduced: tuple[str, ...]
    dashboards: tuple[str, ...]
    is_of_account: bool = False

    @property
    def countdown(self) -> str:
        """How far the end is, in words."""
        return wording.days_away(self.days)

    @property
    def last_day(self) -> dt.date:
        """The day of which the end is the midnight, or that of an end at another hour, in the portal's time zone."""
        return wording.last_day(self.at)

    @property
    def is_midnight(self) -> bool:
        """Whether the end is a midnight in the portal's time zone."""
        return timezone.localtime(self.at).time() == dt.time()

    @property
    def titles(self) -> tuple[str, ...]:
        """All that vanishes or loses rows."""
        return (*self.layers, *self.reduced, *self.dashboards)


def endings_of(account: User, visitor: Visitor, *, within: dt.timedelta = ANNOUNCED) -> list[Ending]:
    """Return the ends of a person's accesses within a time, the first first; those that take nothing away are left out.

    Two statements where nothing ends. ``visitor`` is the person at the instant to count from.
    """
    horizon = visitor.instant + within
    ends = access.own_ends(visitor, before=horizon) | dashboard_access.own_ends(visitor, before=horizon)
    if account.ends_at is not None and visitor.instant < account.ends_at <= horizon:
        ends = {at for at in ends if at < account.ends_at} | {account.ends_at}
    return list(_endings(account, visitor, ends))


def _endings(account: User, visitor: Visitor, ends: set[dt.datetime]) -> Iterator[Ending]:
    today = timezone.localdate(visitor.instant)
    for at in sorted(ends):
        is_of_account = at == account.ends_at
        before = replace(visitor, instant=at - dt.timedelta(microseconds=1))
        after = replace(public_of(visitor) if is_of_account else visitor, instant=at)
        layers, remaining = _layers(before), _layers(after)
        boards, remaining_boards = _dashboards(before), _dashboards(after)
        ending = Ending(
            at=at,
            days=(wording.last_day(at) - today).days,
            layers=tuple(title for slug, (title, _key) in layers.items() if slug not in remaining),
            reduced=tuple(
                title
                for slug, (title, key) in layers.items()
                if slug in remaining and remaining[slug][1] != key
            ),
            dashboards=tuple(title for pk, title in boards.items() if pk not in remaining_boards),
            is_of_account=is_of_account,
        )
        if ending.titles or is_of_account:
            yield ending


def _layers(visitor: Visitor) -> dict[str, tuple[str, str]]:
    """Return the layers and rasters of a visitor by slug: the title, and what stands for the rows and fields read."""
    layers = {each.slug: (each.layer.title, each.rights_key) for each in access.visible(visitor)}
    return layers | {each.slug: (each.layer.title, "") for each in access.visible_rasters(visitor)}


def _dashboards(visitor: Visitor) -> dict[int, str]:
    return dict(dashboard_access.published(visitor).order_by("title").values_list("pk", "title"))
