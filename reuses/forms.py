"""The form that declares a reuse."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers.models import Layer
from reuses.links import check_public_address
from reuses.models import Reuse
from reuses.vocabulary import ADDRESS_MAX, MAX_LAYERS, TEXT_MAX

# A layer, and whether it is ticked.
LayerChoice = tuple[Layer, bool]

if TYPE_CHECKING:
    Base = forms.ModelForm[Reuse]
else:
    Base = forms.ModelForm


class ReuseForm(Base):
    """What was made, where it is, by whom, of which layers. ``website`` is a trap: people do not see it."""

    address = forms.URLField(
        label=gettext_lazy("Adresse de la page"),
        max_length=ADDRESS_MAX,
        assume_scheme="https",
        validators=[check_public_address],
        help_text=gettext_lazy(
            "Une page que tout le monde peut ouvrir, par exemple https://www.exemple.fr/carte."
        ),
        error_messages={
            "required": gettext_lazy("Écrivez l’adresse de la page."),
            "invalid": gettext_lazy("Écrivez une adresse comme https://www.exemple.fr/carte."),
        },
    )
    layers = forms.ModelMultipleChoiceField(
        Layer.objects.none(),
        label=gettext_lazy("Données utilisées"),
        to_field_name="slug",
        error_messages={"required": gettext_lazy("Cochez au moins une donnée utilisée.")},
    )
    website = forms.CharField(required=False, label=gettext_lazy("Ne remplissez pas ce champ"))

    class Meta:
        model = Reuse
        fields = ["title", "address", "description", "organisation", "email"]
        labels = {
            "title": gettext_lazy("Titre"),
            "description": gettext_lazy("Ce que c’est, et à quoi elle sert"),
            "organisation": gettext_lazy("Qui l’a faite"),
            "email": gettext_lazy("Adresse électronique pour la réponse (facultatif)"),
        }
        help_texts = {
            "title": gettext_lazy("Le nom de l’application, du site, de l’étude ou de l’article."),
            "description": gettext_lazy("2 000 caractères au plus. N’écrivez rien qui désigne une personne."),
            "organisation": gettext_lazy("Un organisme, une association, une école : le nom est affiché."),
            "email": gettext_lazy(
                "De préférence celle d’un service, comme contact@exemple.fr. Elle n’est pas affichée."
            ),
        }
        error_messages = {
            "title": {"required": gettext_lazy("Donnez un titre.")},
            "description": {"required": gettext_lazy("Décrivez la réutilisation en quelques mots.")},
            "organisation": {"required": gettext_lazy("Dites qui l’a faite.")},
            "email": {
                "invalid": gettext_lazy(
                    "Écrivez une adresse comme contact@exemple.fr, ou laissez le champ vide."
                )
            },
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5, "maxlength": TEXT_MAX}),
            "organisation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, layers: Sequence[Layer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self._layers = layers
        field = self.fields["layers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Layer.objects.filter(pk__in=[layer.pk for layer in layers])
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        add_input_classes(self)

    def clean_description(self) -> str:
        """Count a line break once, as the browser does."""
        description: str = self.cleaned_data["description"]
        return description.replace("\r\n", "\n")

    def clean_layers(self) -> Any:
        """Refuse more layers than a reuse may name."""
        layers = self.cleaned_data["layers"]
        if len(layers) > MAX_LAYERS:
            raise forms.ValidationError(_("Cochez %d données au plus.") % MAX_LAYERS, code="many")
        return layers

    def layer_choices(self, *, first: str) -> tuple[list[LayerChoice], list[tuple[str, list[LayerChoice]]]]:
        """Return the layers to tick: the one of the page, then the others by theme."""
        named = self._sent_layers() if self.is_bound else [first]
        own = [(layer, layer.slug in named) for layer in self._layers if layer.slug == first]
        others = [(layer, layer.slug in named) for layer in self._layers if layer.slug != first]
        by_theme = groupby(others, lambda choice: choice[0].theme.title)
        return own, [(theme, list(choices)) for theme, choices in by_theme]

    def _sent_layers(self) -> list[str]:
        return self.data.getlist("layers") if isinstance(self.data, QueryDict) else []

    @property
    def has_other_layers(self) -> bool:
        """Whether somebody ticked layers beside that of the page, or their choice is refused."""
        return self.is_bound and ("layers" in self.errors or len(self._sent_layers()) > 1)

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled the field that people do not see."""
        return bool(self.data.get("website"))


class DecisionForm(forms.Form):
    """The words of the team to who declared."""

    answer = forms.CharField(
        label=gettext_lazy("Réponse"),
        required=False,
        help_text=gettext_lazy("Un refus ou un retrait en demande une. 2 000 caractères au plus."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "maxlength": TEXT_MAX}),
    )

    def clean_answer(self) -> str:
        """Count a line break once, as the browser does."""
        answer: str = self.cleaned_data["answer"].replace("\r\n", "\n")
        MaxLengthValidator(TEXT_MAX)(answer)
        return answer
