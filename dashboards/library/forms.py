"""The form of a library panel: its title, its group, and the panel in YAML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel
from dashboards.documents.parsing import parse_library_panel
from dashboards.documents.source_text import read_source
from dashboards.errors import InvalidDocument
from dashboards.models import SLUG_MAX, SLUG_VALIDATOR, TITLE_MAX
from dashboards.registry import PANEL_KINDS
from interface.forms import add_input_classes

MAX_TEXT = 20_000


class SharedPanelForm(forms.Form):
    """The form of a library panel. ``slug`` is only for a new one."""

    title = forms.CharField(
        label=gettext_lazy("Titre"),
        max_length=TITLE_MAX,
        error_messages={
            "required": gettext_lazy("Donnez un titre : c’est par lui qu’on choisit le panneau.")
        },
    )
    slug = forms.CharField(
        label=gettext_lazy("Identifiant"),
        max_length=SLUG_MAX,
        required=False,
        validators=[SLUG_VALIDATOR],
        help_text=gettext_lazy("Laissé vide, il est fait du titre. Il ne change plus ensuite."),
    )
    producer = forms.ChoiceField(
        label=gettext_lazy("Tenu à jour par"),
        required=False,
        help_text=gettext_lazy("Les membres de ce groupe qui font des tableaux de bord peuvent le changer."),
    )
    text = forms.CharField(
        label=gettext_lazy("Panneau"),
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "input code"}),
        help_text=gettext_lazy("En YAML, comme dans un document de tableau de bord, sans « id »."),
    )

    def __init__(
        self, *args: Any, producers: Sequence[str], may_be_nobody: bool, is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._may_be_nobody = may_be_nobody
        nobody = [("", _("Les administrateurs seulement"))] if may_be_nobody else []
        producer = self.fields["producer"]
        assert isinstance(producer, forms.ChoiceField)
        producer.choices = [*nobody, *((name, name) for name in producers)]
        if not is_new:
            del self.fields["slug"]
        add_input_classes(self)

    def clean_producer(self) -> str:
        """Return the group.

        Raises:
            ValidationError: there is none, and its author could not change the panel.
        """
        name = str(self.cleaned_data["producer"])
        if not name and not self._may_be_nobody:
            raise ValidationError(_("Choisissez un groupe : sans lui, vous ne pourriez plus le changer."))
        return name

    def clean_text(self) -> Panel:
        """Return the panel that the text describes.

        Raises:
            ValidationError: each fault with its line.
        """
        try:
            source = read_source(str(self.cleaned_data["text"]))
            named = {"title": self.cleaned_data.get("title", "")}
            values = {**named, **source.values} if isinstance(source.values, dict) else source.values
            return parse_library_panel(values, PANEL_KINDS.values(), source=source)
        except InvalidDocument as error:
            raise ValidationError([str(fault) for fault in error.faults]) from None


def panel_text(values: dict[str, Any]) -> str:
    """Return a panel as people write it."""
    return str(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100))
