"""The texts of a form, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from interface.forms import add_input_classes
from layers.access import Scope
from webforms.models import Form
from webforms.vocabulary import TITLE_MAX, Audience

if TYPE_CHECKING:
    Base = forms.ModelForm[Form]
else:
    Base = forms.ModelForm


class FormTextsForm(Base):
    """What people read around the questions, and who fills the form."""

    class Meta:
        model = Form
        fields = ["title", "intro", "thanks", "audience", "opens_on", "closes_on"]
        help_texts = {
            "intro": _("Avant les questions : à quoi sert ce formulaire, ce que deviennent les réponses."),
            "thanks": _("Après l’envoi."),
        }
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 3}),
            "thanks": forms.Textarea(attrs={"rows": 2}),
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        add_input_classes(self)


class NewForm(forms.Form):
    """The layer of a form, its title, who fills it, and the workbook that it comes from, if any."""

    layer = forms.ChoiceField(label=_("Couche"), help_text=_("Chaque réponse y devient une ligne."))
    title = forms.CharField(label=_("Titre"), max_length=TITLE_MAX)
    audience = forms.ChoiceField(label=_("Qui répond"), choices=Audience.choices)
    workbook = forms.FileField(
        label=_("Classeur XLSForm"),
        required=False,
        help_text=_(
            "Facultatif : un classeur d’ODK ou de Kobo (XLSX). Sans lui, les questions sont celles des champs."
        ),
    )

    def __init__(self, *args: Any, layers: Sequence[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        layer = self.fields["layer"]
        assert isinstance(layer, forms.ChoiceField)
        layer.choices = [(scope.slug, scope.layer.title) for scope in layers]
        add_input_classes(self)
