"""The form that asks for a personal token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gisportal.accounts.models import User
from gisportal.accounts.queries import tokens_of
from gisportal.accounts.vocabulary import TokenScope

_DAYS = (30, 90, 180, 365, 730)


class TokenForm(forms.Form):
    """What a new token is called, what it allows and how long it lives."""

    name = forms.CharField(
        label=gettext_lazy("Nom"),
        max_length=80,
        help_text=gettext_lazy("L’outil et le poste qui s’en serviront : « QGIS, poste du bureau »."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Portée"),
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        help_text=gettext_lazy(
            "Jamais plus que votre compte. La lecture suffit à QGIS, Excel et aux scripts."
        ),
        widget=forms.Select(attrs={"class": "input"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Durée"), coerce=int, widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        most: int = settings.TOKEN_MAX_DAYS
        days = sorted({*(count for count in _DAYS if count < most), most})
        self.fields["days"].choices = [(count, _days(count)) for count in days]  # type: ignore[attr-defined]  # Field
        self.fields["days"].initial = min(settings.TOKEN_DEFAULT_DAYS, most)

    def clean_name(self) -> str:
        """Refuse a name that another token of the account has."""
        name: str = self.cleaned_data["name"]
        if tokens_of(self.user).filter(name=name).exists():
            raise forms.ValidationError(_("Vous avez déjà un jeton de ce nom : révoquez-le d’abord."))
        return name

    def clean(self) -> dict[str, Any] | None:
        """Refuse one token too many."""
        if tokens_of(self.user).count() >= settings.TOKEN_MAX_COUNT:
            raise forms.ValidationError(
                _("Vous avez %d jetons : révoquez ceux qui ne servent plus.") % settings.TOKEN_MAX_COUNT
            )
        return super().clean()


def _days(count: int) -> str:
    if count % 365 == 0:
        return ngettext("%d an", "%d ans", count // 365) % (count // 365)
    return ngettext("%d jour", "%d jours", count) % count
