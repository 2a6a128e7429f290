"""Why a dashboard exists: the form that says it, and the dashboards that wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards import access
from dashboards.documents.document import Purpose
from dashboards.models import DECIDED_BY_MAX, DECISION_MAX, NOTE_MAX, Dashboard
from dashboards.services.dashboards import purpose_of
from dashboards.sources.plan_actions import PlanAction, plan_actions
from interface.forms import add_input_classes
from interface.waiting import WaitingGroup, WaitingRow
from layers.visitor import Visitor

# The part of a plan that the editor does not read: it stays as it is.
UNREADABLE = "-"
_SEPARATOR = "/"
_MOST_NAMED = 3


class PurposeForm(forms.Form):
    """The decision that a dashboard serves, whose it is, and the part of a plan that it follows."""

    decision = forms.CharField(
        label=gettext_lazy("Quelle décision ce tableau de bord éclaire-t-il ?"),
        max_length=DECISION_MAX,
        help_text=gettext_lazy("Par exemple : où poser les prochaines bornes de recharge."),
        error_messages={"required": gettext_lazy("Dites quelle décision il éclaire.")},
    )
    by = forms.CharField(
        label=gettext_lazy("Qui prend cette décision ?"),
        max_length=DECIDED_BY_MAX,
        help_text=gettext_lazy("Un service, une commission, un comité : pas une personne."),
        error_messages={"required": gettext_lazy("Dites qui prend cette décision.")},
    )
    follows = forms.ChoiceField(
        label=gettext_lazy("Axe ou action d’un plan qu’il suit"),
        required=False,
        help_text=gettext_lazy(
            "La fiche de l’action montre alors le tableau de bord, et lui mène à l’action."
        ),
    )

    def __init__(
        self, posted: Mapping[str, Any] | None = None, *, dashboard: Dashboard, visitor: Visitor
    ) -> None:
        self.current = purpose_of(dashboard)
        actions = plan_actions(visitor)
        choices = list(_choices(actions))
        values = {value for _title, group in choices for value, _words in group}
        follows = part_value(self.current)
        is_unreadable = bool(follows) and follows not in values
        initial = {
            "decision": self.current.decision,
            "by": self.current.by,
            "follows": UNREADABLE if is_unreadable else follows,
        }
        super().__init__(posted, initial=initial)
        unchanged = [(UNREADABLE, _("Inchangé : une part d’un plan que vous ne lisez pas"))]
        field = self.fields["follows"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Aucun")), *(unchanged if is_unreadable else []), *choices]
        add_input_classes(self)

    def purpose(self) -> Purpose:
        """Return the purpose of a valid form."""
        cleaned = self.cleaned_data
        plan, action, axis = self.current.plan, self.current.action, self.current.axis
        if cleaned["follows"] != UNREADABLE:
            plan, action, axis = _part(cleaned["follows"])
        return Purpose(cleaned["decision"], cleaned["by"], plan, action, axis)


class DashboardPublicationForm(PurposeForm):
    """The purpose of a dashboard and the note of a version, when it is published."""

    note = forms.CharField(
        label=gettext_lazy("Note de version"),
        max_length=NOTE_MAX,
        required=False,
        help_text=gettext_lazy("Ce qui change, en une phrase, pour s’y retrouver dans les versions."),
    )


def _choices(actions: Iterable[PlanAction]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield groups of a list: each plan as a whole, then each of its axes as a whole with its actions."""
    for plan, of_plan in groupby(actions, key=lambda action: action.plan):
        yield plan, [(part_value(Purpose(plan=plan)), _("Tout le plan « %s »") % plan)]
        for axis, members in groupby(of_plan, key=lambda action: action.axis):
            axis_choice = (part_value(Purpose(plan=plan, axis=axis)), _("Tout l’axe « %s »") % axis)
            actions_of_axis = [
                (part_value(Purpose(plan=plan, action=each.code)), f"{each.code} {each.title}")
                for each in members
            ]
            yield f"{plan} · {axis}", [axis_choice, *actions_of_axis]


def part_value(purpose: Purpose) -> str:
    """Return the value that a part of a plan has in the list; empty for none."""
    if not purpose.plan:
        return ""
    kind = "action" if purpose.action else "axis" if purpose.axis else "plan"
    return _SEPARATOR.join((purpose.plan, kind, purpose.action or purpose.axis))


def _part(value: str) -> tuple[str, str, str]:
    """Return the plan, the action and the axis of a value of the list."""
    if not value:
        return "", "", ""
    plan, kind, name = value.split(_SEPARATOR, 2)
    return (plan, name, "") if kind == "action" else (plan, "", name)


def waiting_purposes(visitor: Visitor) -> list[WaitingRow]:
    """Return one row for the published dashboards that the visitor changes and whose purpose nobody wrote."""
    rows = access.editable(visitor).filter(published__isnull=False, decision="")
    dashboards = list(rows.order_by("title").only("slug", "title"))
    if not dashboards:
        return []
    names = ", ".join(row.title for row in dashboards[:_MOST_NAMED])
    more = len(dashboards) - _MOST_NAMED
    if more > 0:
        words = {"words": names, "more": more}
        names = ngettext("%(words)s et %(more)d autre", "%(words)s et %(more)d autres", more) % words
    count = len(dashboards)
    title = ngettext("%d tableau de bord sans finalité", "%d tableaux de bord sans finalité", count) % count
    return [
        WaitingRow(
            subject="dashboards without purpose",
            group=WaitingGroup.FORESEE,
            icon="layout-dashboard",
            title=title,
            detail=names,
            action=_("Dire à quoi il sert"),
            address=reverse("dashboards:purpose", args=[dashboards[0].slug]),
        )
    ]
