"""``/gestion/moissonnage/``: for administrators, and for producers about the layers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from gisportal.accounts.access import may_manage
from harvesting.checks import ALL_RULES, setting_faults
from interface.text import fold
from layers import access
from layers.visitor import Visitor, visitor_of
from management.frame import tabs
from management.harvests.presenters import (
    DatasetRow,
    absent_layers,
    addresses,
    dataset_rows,
    visit_rows,
)
from management.lists.table import Column, Filter, Listing
from management.lists.views import ListView

_STATES = {
    "ignore": gettext_lazy("Ignoré"),
    "incomplet": gettext_lazy("Incomplet"),
    "complet": gettext_lazy("Complet"),
}
_RANKS = {state: rank for rank, state in enumerate(_STATES)}


def _is_named(row: DatasetRow, words: Sequence[str]) -> bool:
    text = fold(f"{row.title} {row.pk} {row.checked.record.producer}")
    return all(word in text for word in words)


def _words(row: DatasetRow) -> str:
    return " ; ".join(f"{finding.rule.title} ({finding.detail})" for finding in row.checked.findings)


def _urgency(row: DatasetRow) -> str:
    """Sort what is skipped first, then what lacks most, then by title."""
    return f"{_RANKS[row.state]}{99 - min(99, len(row.checked.findings)):02d}{fold(row.title)}"


DATASETS: Listing[DatasetRow] = Listing(
    columns=(
        Column("jeu", gettext_lazy("Jeu de données"), lambda row: row.title, lambda row: fold(row.title)),
        Column("etat", gettext_lazy("État"), lambda row: _STATES[row.state], _urgency),
        Column("manques", gettext_lazy("Ce qui manque"), _words),
        Column("identifiant", gettext_lazy("Identifiant"), lambda row: row.checked.record.dataset_id),
    ),
    matches=_is_named,
    default_sort="etat",
    filters=(
        Filter("etat", gettext_lazy("État"), _STATES, lambda row, value: row.state == value),
        Filter(
            "regle",
            gettext_lazy("Ce qui manque"),
            {rule.code: rule.title for rule in ALL_RULES},
            lambda row, value: any(finding.rule.code == value for finding in row.checked.findings),
        ),
    ),
)


class HarvestsView(ListView):
    """The datasets against the rules of harvesters, the last visits, and the addresses to give."""

    tab = "management:harvests"
    listing, template, file_name = DATASETS, "management/harvests/page.html", "moissonnage"

    def admits(self, visitor: Visitor) -> bool:
        """Whether the page exists for a visitor: who manages something, or has layers of their own."""
        return super().admits(visitor) or access.own_layers(visitor).exists()

    def frame(self) -> dict[str, Any]:
        """Return the frame; who manages nothing has this tab alone."""
        visitor = visitor_of(self.request)
        frame = super().frame()
        if not may_manage(visitor):
            frame["tabs"] = [tab for tab in tabs(visitor, self.tab) if tab.is_current]
        return frame

    def rows(self) -> list[DatasetRow]:
        """Return the datasets that leave."""
        return dataset_rows(visitor_of(self.request))

    def context(self) -> dict[str, Any]:
        """Return the figures, the visits and the addresses."""
        visitor = visitor_of(self.request)
        rows = self.rows()
        absent, recent = absent_layers(visitor, rows)
        states = [row.state for row in rows]
        return {
            "refused": states.count("ignore"),
            "incomplete": states.count("incomplet"),
            "absent": absent,
            "recent": recent,
            "visits": visit_rows(visitor),
            "addresses": addresses(f"{self.request.scheme}://{self.request.get_host()}"),
            "faults": setting_faults() if visitor.is_administrator else [],
        }
