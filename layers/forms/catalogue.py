"""Rights of a layer in a form: a row filter that compiles, and names that the layer has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from layers import registry
from layers.definitions import ID, LayerDefinition
from layers.errors import LayersError, UnknownLayer
from layers.models import Grant, Layer, ProtectedField
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter

if TYPE_CHECKING:  # generic in the stubs, not at run time
    _GrantForm = forms.ModelForm[Grant]
    _LayerForm = forms.ModelForm[Layer]
    _ProtectedFieldForm = forms.ModelForm[ProtectedField]
    _FormSet = BaseInlineFormSet[Any, Layer, Any]
else:
    _GrantForm = _LayerForm = _ProtectedFieldForm = forms.ModelForm
    _FormSet = BaseInlineFormSet


def _definition(layer: Layer) -> LayerDefinition | None:
    try:
        return registry.definition(layer.slug)
    except UnknownLayer:
        return None


class LayerForm(_LayerForm):
    """A catalogue row whose style is read at once: one that fails later would be left out."""

    def clean_style(self) -> dict[str, Any]:
        """Apply the style to the definition's.

        Raises:
            ValidationError: it is not an object, a key or a value is refused, or the layer has no such field.
        """
        document = self.cleaned_data["style"] or {}
        definition = _definition(self.instance)
        if not isinstance(document, dict):
            raise forms.ValidationError(_("Le style est un objet JSON."))
        if definition is None:
            return document
        try:
            style = definition.style.overridden(document)
        except ValueError as error:
            raise forms.ValidationError(_("Style refusé : %s") % error) from None
        if style.field and style.field not in definition.by_name:
            raise forms.ValidationError(_("La couche n’a pas de champ « %s ».") % style.field)
        return document


class OfLayerFormSet(_FormSet):
    """Records of one layer, whose forms are told which."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give the layer to each form."""
        return {**super().get_form_kwargs(index), "layer": self.instance}


class GrantForm(_GrantForm):
    """A grant whose row filter is read at once: a filter that fails later would hide every row."""

    class Meta:
        help_texts = {
            "rows": _(
                "Filtre CQL2, par exemple commune = '92048'. Vide : toutes les lignes. Un jeu de données se remplace "
                "en entier : l’alimenter ou le publier demande un droit sur toutes les lignes."
            ),
        }

    def __init__(self, *args: Any, layer: Layer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = _definition(layer)

    def clean_rows(self) -> str:
        """Parse and compile the filter.

        Raises:
            ValidationError: not CQL2, or a field that the layer does not have.
        """
        rows: str = self.cleaned_data["rows"].strip()
        if not rows:
            return ""
        if self.definition is None:
            raise forms.ValidationError(
                _("La couche n’est plus publiée : le filtre ne peut pas être vérifié.")
            )
        try:
            fields = {ID.name: ID} | dict(self.definition.by_name)
            compile_filter(parse_filter(rows, parameter="rows"), fields)
        except LayersError as error:
            raise forms.ValidationError(error.detail, code="invalid_filter") from error
        return rows


class ProtectedFieldForm(_ProtectedFieldForm):
    """A protected name, chosen among the fields and relations of the layer."""

    def __init__(self, *args: Any, layer: Layer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        definition = _definition(layer)
        if definition is None:
            return
        self.fields["name"] = forms.ChoiceField(
            label=_("champ ou relation"),
            choices=[
                ("", "—"),
                (_("Champs"), [(field.name, f"{field.title} ({field.name})") for field in definition.fields]),
                (
                    _("Relations"),
                    [(link.name, f"{link.title} ({link.name})") for link in definition.relations],
                ),
            ],
        )
