"""Themes: their names, their order, and the layers of several at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from django import forms
from django.db import transaction
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from interface.text import fold
from layers.errors import InvalidParameter
from layers.models import Layer, Theme
from layers.vocabulary import LayerState
from management.lists.table import Column, Filter, Listing

_MOST_RANK = 32_767


class ThemeForm(forms.ModelForm[Theme]):
    """The name of a theme, and its rank: the smallest comes first."""

    rank = forms.IntegerField(label=gettext_lazy("rang"), min_value=0, max_value=_MOST_RANK)

    class Meta:
        model = Theme
        fields: ClassVar[list[str]] = ["title", "rank"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"title": forms.TextInput(attrs={"class": "input"})}

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # those of Django
        self.fields["rank"].widget.attrs["class"] = "input rank"


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in the list, with how many layers and dashboards it has; ``form`` changes it on a page."""

    theme: Theme
    layers: int
    layers_online: int
    dashboards: int
    form: ThemeForm | None = None

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


def with_forms(rows: Iterable[ThemeRow], values: QueryDict | None = None) -> list[ThemeRow]:
    """Return rows with their forms, filled with what a page sent."""
    return [replace(row, form=ThemeForm(values, instance=row.theme, prefix=str(row.pk))) for row in rows]


def is_sent(row: ThemeRow, values: QueryDict) -> bool:
    """Whether a page sent the form of a theme: a narrowed list sends those of its rows."""
    return f"{row.pk}-title" in values or f"{row.pk}-rank" in values


def layers_of_themes(keys: Iterable[str]) -> list[str]:
    """Return the numbers of the layers of themes, by the numbers of these.

    Raises:
        InvalidParameter: a key is not one of a theme.
    """
    rows = {str(row.pk): row for row in Theme.objects.all()}
    numbers = list(dict.fromkeys(keys))
    for key in numbers:
        if key not in rows:
            raise InvalidParameter(_("Il n’y a pas de thème n° %s.") % key[:20], parameter="lignes")
    layers = (
        Layer.objects.filter(theme__in=[int(key) for key in numbers])
        .order_by("title")
        .values_list("pk", flat=True)
    )
    return [str(pk) for pk in layers]


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


def _has_content(row: ThemeRow, value: str) -> bool:
    checks = {
        "en-ligne": row.layers_online > 0,
        "hors-ligne": row.layers > row.layers_online,
        "vide": not row.layers,
    }
    return checks[value]


THEMES: Listing[ThemeRow] = Listing(
    columns=(
        Column(
            "theme", gettext_lazy("Thème"), lambda row: row.theme.title, lambda row: fold(row.theme.title)
        ),
        Column("rang", gettext_lazy("Rang"), lambda row: row.theme.rank, lambda row: row.theme.rank),
        Column("couches", gettext_lazy("Couches"), lambda row: row.layers, lambda row: row.layers),
        Column(
            "en-ligne", gettext_lazy("En ligne"), lambda row: row.layers_online, lambda row: row.layers_online
        ),
        Column(
            "tableaux",
            gettext_lazy("Tableaux de bord"),
            lambda row: row.dashboards,
            lambda row: row.dashboards,
        ),
    ),
    matches=lambda row, words: all(word in fold(row.theme.title) for word in words),
    default_sort="rang",
    filters=(
        Filter(
            "contenu",
            gettext_lazy("Contenu"),
            {
                "en-ligne": gettext_lazy("Des couches en ligne"),
                "hors-ligne": gettext_lazy("Des couches hors ligne"),
                "vide": gettext_lazy("Aucune couche"),
            },
            _has_content,
        ),
    ),
)
