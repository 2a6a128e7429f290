"""The form of a named link."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from webforms.links.services import LONGEST_LIFE
from webforms.vocabulary import TITLE_MAX


class LinkForm(forms.Form):
    """A named link: for whom, until when."""

    title = forms.CharField(
        label=gettext_lazy("Pour qui"),
        max_length=TITLE_MAX,
        help_text=gettext_lazy("Une association, une entreprise, une réunion."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Dans un an au plus."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        add_input_classes(self)

    def clean_last_day(self) -> dt.date:
        """Refuse a day that is past, or in more than a year."""
        day: dt.date = self.cleaned_data["last_day"]
        if not timezone.localdate() <= day <= timezone.localdate() + LONGEST_LIFE:
            raise forms.ValidationError(_("Choisissez un jour à venir, dans un an au plus."), code="day")
        return day
