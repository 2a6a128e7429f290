"""Themes: their names and their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from interface.text import fold
from layers.models import Theme
from layers.vocabulary import LayerState
from management.lists.table import Column, Listing

_MOST_RANK = 32_767


class ThemeForm(forms.ModelForm[Theme]):
    """The name of a theme, and its rank: the smallest comes first."""

    rank = forms.IntegerField(label=_("rang"), min_value=0, max_value=_MOST_RANK)

    class Meta:
        model = Theme
        fields: ClassVar[list[str]] = ["title", "rank"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"title": forms.TextInput(attrs={"class": "input"})}

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # those of Django
        self.fields["rank"].widget.attrs["class"] = "input rank"


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in the list, with how many layers and dashboards it has."""

    theme: Theme
    layers: int
    layers_online: int
    dashboards: int

    @property
    def pk(self) -> int:
        """The number of the theme."""
        return self.theme.pk


def theme_rows() -> list[ThemeRow]:
    """Return the themes in their order, in one statement."""
    online = Q(layers__state=LayerState.PUBLISHED)
    themes = Theme.objects.annotate(
        layer_count=Count("layers", distinct=True),
        online_count=Count("layers", filter=online, distinct=True),
        dashboard_count=Count("dashboards", distinct=True),
    )
    return [
        ThemeRow(theme, theme.layer_count, theme.online_count, theme.dashboard_count)
        for theme in themes.order_by("rank", "title")
    ]


@transaction.atomic
def save_themes(valid_forms: Iterable[ThemeForm]) -> int:
    """Write the themes that changed, each journaled; return how many."""
    changed = 0
    for form in valid_forms:
        if form.has_changed():
            theme = form.save()
            fields = [str(form.fields[name].label or name).lower() for name in form.changed_data]
            record(Event.ADMINISTRATION, subject=f"layers.theme {theme.pk}", action="change", fields=fields)
            changed += 1
    return changed


THEMES: Listing[ThemeRow] = Listing(
    columns=(
        Column("theme", _("Thème"), lambda row: row.theme.title, lambda row: fold(row.theme.title)),
        Column("rang", _("Rang"), lambda row: row.theme.rank, lambda row: row.theme.rank),
        Column("couches", _("Couches"), lambda row: row.layers),
        Column("en-ligne", _("En ligne"), lambda row: row.layers_online),
        Column("tableaux", _("Tableaux de bord"), lambda row: row.dashboards),
    ),
    matches=lambda row, words: all(word in fold(row.theme.title) for word in words),
    default_sort="rang",
)
