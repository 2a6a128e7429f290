"""The purpose of a dashboard on its page, and on the sheet of the action of a plan the dashboards that follow it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import access
from dashboards.models import Dashboard
from dashboards.sources.plan_actions import ACTIONS, action_words, plan_actions
from interface.page_parts import FeatureSubject, PagePart
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """What a dashboard is for; ``follows`` names the part of a plan that its reader sees, at ``address``."""

    decision: str
    by: str
    follows: str = ""
    address: str = ""


def purpose_words(dashboard: Dashboard, visitor: Visitor) -> PurposeWords | None:
    """Return the purpose of a dashboard for a reader; None where nobody wrote it.

    A part of a plan that the reader does not see is left out.
    """
    if not dashboard.decision:
        return None
    words = PurposeWords(dashboard.decision, dashboard.decided_by)
    if not dashboard.plan:
        return words
    actions = plan_actions(visitor, plan=dashboard.plan, code=dashboard.plan_action, axis=dashboard.plan_axis)
    if not actions:
        return words
    if dashboard.plan_action:
        address = reverse("explorer:feature", args=[ACTIONS, actions[0].pk])
        return replace(words, follows=action_words(actions[0]), address=address)
    follows = (
        _("axe « %s »") % dashboard.plan_axis if dashboard.plan_axis else _("plan « %s »") % dashboard.plan
    )
    return replace(words, follows=follows, address=reverse("explorer:layer", args=[ACTIONS]))


def dashboards_of_action(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the published dashboards of a visitor that follow an action, its axis or its plan, for its sheet."""
    if not isinstance(subject, FeatureSubject) or subject.scope.slug != ACTIONS:
        return None
    action = next((each for each in plan_actions(visitor, pk=subject.pk)), None)
    if action is None:
        return None
    part = Q(plan_action=action.code) | Q(plan_action="", plan_axis__in=["", action.axis])
    rows = access.published(visitor).filter(part, plan=action.plan).exclude(decision="")
    dashboards = list(rows.order_by("-plan_action", "-plan_axis", "title"))
    return PagePart("dashboards/reading/of_action.html", {"dashboards": dashboards}) if dashboards else None
