"""The forms of a layer of a role and of a consulted service: filters are tried on the layer before they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers import access
from layers.access import Scope
from layers.visitor import Visitor
from planning.forms import check_filter
from planning.models import ConsultedService, ToolLayer

if TYPE_CHECKING:
    LayerBase = forms.ModelForm[ToolLayer]
    ServiceBase = forms.ModelForm[ConsultedService]
else:
    LayerBase = ServiceBase = forms.ModelForm


def located_scope(visitor: Visitor, slug: str, *, is_surface: bool = False) -> Scope | None:
    """Return the scope of a layer that is named; None for one that is not there yet.

    Raises:
        ValidationError: it has no geometry, or no surface where one is needed.
    """
    scope = access.scopes_by_slug(visitor, [slug]).get(slug) if slug else None
    if scope is not None and not scope.definition.geometry.is_located:
        raise ValidationError(_("Cette couche n’a pas de géométrie."))
    if scope is not None and is_surface and not scope.definition.geometry.is_surface:
        raise ValidationError(_("Cette couche n’a pas de surface."))
    return scope


class ToolLayerForm(LayerBase):
    """A layer of a role; ``visitor`` tells which layers and fields exist."""

    class Meta:
        model = ToolLayer
        fields = ["role", "layer", "rows", "order", "is_active"]
        help_texts = {
            "layer": gettext_lazy("Son identifiant ; elle peut ne pas être encore là."),
        }

    def __init__(self, visitor: Visitor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._visitor = visitor
        self._scope: Scope | None = None
        add_input_classes(self)

    def clean_layer(self) -> str:
        """Look for the layer."""
        slug = str(self.cleaned_data["layer"])
        self._scope = located_scope(self._visitor, slug, is_surface=True)
        return slug

    def clean_rows(self) -> str:
        """Try the filter."""
        text = str(self.cleaned_data["rows"])
        check_filter(self._scope, text)
        return text


class ConsultedServiceForm(ServiceBase):
    """A consulted service."""

    class Meta:
        model = ConsultedService
        fields = [
            "service",
            "contact",
            "occasion",
            "legal_basis",
            "layer",
            "rows",
            "relation",
            "distance_m",
            "order",
            "is_active",
        ]
        widgets = {"occasion": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"contact": gettext_lazy("Celui d’un service, jamais d’une personne : il est publié.")}

    def __init__(self, visitor: Visitor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._visitor = visitor
        self._scope: Scope | None = None
        add_input_classes(self)

    def clean_layer(self) -> str:
        """Look for the layer: one that is not there yet may be named."""
        slug = str(self.cleaned_data["layer"])
        self._scope = located_scope(self._visitor, slug)
        return slug

    def clean_rows(self) -> str:
        """Try the filter."""
        text = str(self.cleaned_data["rows"])
        check_filter(self._scope, text)
        return text
