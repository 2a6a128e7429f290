"""Sites that were public and were cancelled: feeds say for an hour that they have ended, as of those that are finished.

Nobody else reads a cancelled site any more. What is stored when it is cancelled is what a feed needs to end it, and no
text that somebody typed: its identifier, its nature, its road sections, its phases and its effects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from layers.access import Scope
from layers.errors import LayersError
from layers.visitor import Visitor
from roadworks.feeds.sites import ENDED_FOR, RoadPart, Site, SiteEffect, SitePhase, line_of, read_site
from roadworks.models import RoadWorks, WithdrawnSite
from roadworks.periods import Rule
from roadworks.queries import public_scope
from roadworks.vocabulary import Direction, Impact, Mode, WorkNature

CANCEL = "cancel"
_NAMES = ("identifiant", "nature")


def withdraw_sites(*, scope: Scope, steps: Sequence[Any], **_signal: Any) -> None:
    """Store how public sites end that somebody cancelled, in the transaction of the steps."""
    if scope.definition.model is not RoadWorks:
        return
    machine = scope.definition.moderation
    for step in steps:
        if step.transition == CANCEL and machine is not None and machine.is_public(step.source):
            _withdraw(scope, step.moderated.row, step.at)


def _withdraw(scope: Scope, pk: int, at: dt.datetime) -> None:
    try:
        public = public_scope(Visitor(instant=at))
    except LayersError:  # the layer is not open: no feed ever had the site
        return
    row = scope.queryset.filter(pk=pk).first()
    if row is None:
        return
    site = read_site(scope, row, {name for name in _NAMES if name in public.filterable}, ended_at=at)
    if site.phases and row.date_debut <= timezone.localdate(at):  # one that has not begun has nothing to end
        WithdrawnSite.objects.filter(at__lt=at - ENDED_FOR).delete()
        WithdrawnSite.objects.update_or_create(
            site=pk,
            defaults={"at": at, "communes": row.communes or [], "content": _content(site)},
        )


def withdrawn_sites(scope: Scope, instant: dt.datetime) -> tuple[Site, ...]:
    """Return the sites of a portal that were cancelled within the hour, by their key."""
    rows = WithdrawnSite.objects.filter(at__gt=instant - ENDED_FOR)
    if scope.visitor.portal:
        rows = rows.filter(communes__contains=[scope.visitor.portal])
    return tuple(_site(row) for row in rows.order_by("site"))


def forget_withdrawn_sites(*, instant: dt.datetime) -> int:
    """Remove what feeds do not read any more; return how many sites."""
    return WithdrawnSite.objects.filter(at__lte=instant - ENDED_FOR).delete()[0]


def _content(site: Site) -> dict[str, Any]:
    return {
        "identifier": site.identifier,
        "nature": site.nature,
        "days": [site.first_day.isoformat(), site.last_day.isoformat()],
        "version": site.version,
        "created_at": site.created_at.isoformat(),
        "lines": site.lines,
        "phases": [[phase.number, _rule(phase.rule)] for phase in site.phases],
        "effects": [[each.phase, each.mode, each.impact, each.direction] for each in site.effects],
        "parts": [[part.cleabs, part.street, part.nature, part.line] for part in site.parts],
    }


def _rule(rule: Rule) -> list[Any]:
    hours = [each.isoformat() if each else None for each in (rule.opens, rule.closes)]
    return [rule.first.isoformat(), rule.last.isoformat(), *hours, sorted(rule.days), rule.skips_holidays]


def _site(row: WithdrawnSite) -> Site:
    content = row.content
    first, last = map(dt.date.fromisoformat, content["days"])
    nature = content["nature"]
    title = WorkNature(nature).label if nature in WorkNature.values else WorkNature.OTHER.label
    return Site(
        pk=row.site,
        identifier=content["identifier"],
        title=str(title),
        description="",
        street="",
        nature=nature,
        owner="",
        company="",
        detour="",
        values={},
        first_day=first,
        last_day=last,
        is_suspended=False,
        ended_at=row.at,
        version=content["version"],
        created_at=dt.datetime.fromisoformat(content["created_at"]),
        changed_at=row.at,
        lines=tuple(line_of(line) for line in content["lines"]),
        detour_lines=(),
        phases=tuple(SitePhase(number, "", _read_rule(rule, row.at)) for number, rule in content["phases"]),
        effects=tuple(
            SiteEffect(phase, Mode(mode), Impact(impact), Direction(direction))
            for phase, mode, impact, direction in content["effects"]
        ),
        parts=tuple(
            RoadPart(code, street, kind, line_of(line)) for code, street, kind, line in content["parts"]
        ),
    )


def _read_rule(values: Sequence[Any], stops_at: dt.datetime) -> Rule:
    first, last, opens, closes, days, skips_holidays = values
    start, end = (dt.time.fromisoformat(each) if each else None for each in (opens, closes))
    return Rule(
        dt.date.fromisoformat(first),
        dt.date.fromisoformat(last),
        start,
        end,
        frozenset(days),
        skips_holidays,
        stops_at,
    )
