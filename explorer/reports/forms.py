"""The form that reports a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from explorer.models import MESSAGE_MAX, FeatureReport
from explorer.vocabulary import ReportCategory

if TYPE_CHECKING:
    Base = forms.ModelForm[FeatureReport]
else:
    Base = forms.ModelForm


class ReportForm(Base):
    """What is wrong, in a few words. ``website`` is a trap: people do not see it, robots fill it."""

    website = forms.CharField(required=False, label=_("Ne remplissez pas ce champ"))

    class Meta:
        model = FeatureReport
        fields = ["category", "message", "email"]
        labels = {
            "category": _("Nature du problème"),
            "message": _("Description"),
            "email": _("Votre adresse électronique (facultatif)"),
        }
        help_texts = {
            "message": _("2 000 caractères au plus. N’écrivez rien qui désigne une personne."),
            "email": _("Exemple : prenom.nom@exemple.fr"),
        }
        error_messages = {
            "category": {
                "required": _("Choisissez la nature du problème."),
                "invalid_choice": _("Choisissez une des natures proposées."),
            },
            "message": {"required": _("Décrivez le problème en quelques mots.")},
            "email": {
                "invalid": _("Écrivez une adresse comme prenom.nom@exemple.fr, ou laissez le champ vide.")
            },
        }
        widgets = {
            "category": forms.Select(attrs={"class": "input"}),
            "message": forms.Textarea(attrs={"class": "input", "rows": 5, "maxlength": MESSAGE_MAX}),
            "email": forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id, self.use_required_attribute = "report_%s", False
        category = self.fields["category"]
        assert isinstance(category, forms.TypedChoiceField)
        category.choices = [("", _("Choisissez")), *ReportCategory.choices]
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def clean_message(self) -> str:
        """Count a line break once, as the browser does."""
        message: str = self.cleaned_data["message"]
        return message.replace("\r\n", "\n")

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled the field that people do not see."""
        return bool(self.data.get("website"))


class AnswerForm(forms.Form):
    """What the service answers."""

    answer = forms.CharField(
        label=_("Réponse"),
        help_text=_("2 000 caractères au plus."),
        error_messages={"required": _("Écrivez la réponse.")},
        widget=forms.Textarea(attrs={"class": "input", "rows": 6, "maxlength": MESSAGE_MAX}),
    )
    is_closed = forms.BooleanField(label=_("Clore le signalement avec cette réponse"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean_answer(self) -> str:
        """Count a line break once, as the browser does."""
        answer: str = self.cleaned_data["answer"].replace("\r\n", "\n")
        MaxLengthValidator(MESSAGE_MAX)(answer)
        return answer
