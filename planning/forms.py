"""The forms of a rule and of its cautions: filters are tried on the layer before they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers import access
from layers.access import Scope
from layers.errors import LayersError
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.visitor import Visitor
from planning.models import ApplicableRule, RuleCaution

MAX_CAUTIONS = 10
LAYERS_LIST = "couches-connues"
"""Id of the list of layers that the page of a rule proposes."""

if TYPE_CHECKING:
    RuleBase = forms.ModelForm[ApplicableRule]
    CautionBase = forms.ModelForm[RuleCaution]
else:
    RuleBase = CautionBase = forms.ModelForm


def check_filter(scope: Scope | None, text: str) -> None:
    """Refuse a filter of rows that cannot be read, or that names what the layer has not.

    Raises:
        ValidationError: with the fault in words.
    """
    if not text:
        return
    try:
        expression = parse_filter(text, parameter="rows")
        if scope is not None:
            compile_filter(expression, scope.filterable, geometry=scope.definition.geometry_path)
    except LayersError as error:
        raise ValidationError(str(error)) from None


class RuleForm(RuleBase):
    """A rule; ``visitor`` tells which layers and fields exist."""

    class Meta:
        model = ApplicableRule
        fields = [
            "title",
            "family",
            "layer",
            "relation",
            "distance_m",
            "at_most",
            "rows",
            "code_field",
            "detail_fields",
            "lists_absent_codes",
            "words",
            "absence",
            "order",
            "is_active",
        ]
        widgets = {
            "layer": forms.TextInput(attrs={"list": LAYERS_LIST, "autocomplete": "off"}),
            "words": forms.Textarea(attrs={"rows": 2}),
            "absence": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"rows": gettext_lazy("Filtre des objets (CQL2)")}
        help_texts = {
            "rows": gettext_lazy("Par exemple indice > 65 ; vide : tous les objets de la couche."),
            "layer": gettext_lazy(
                "Son identifiant, par exemple plui-zones ; vide : la fiche dit seulement qu’elle ne regarde pas."
            ),
            "detail_fields": gettext_lazy("Noms des champs, séparés par des virgules."),
        }

    def __init__(self, visitor: Visitor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._visitor = visitor
        self.scope: Scope | None = None
        add_input_classes(self)

    def clean_layer(self) -> str:
        """Look for the layer: one that is not there yet may be named, and is then said to be absent."""
        slug = str(self.cleaned_data["layer"])
        self.scope = access.scopes_by_slug(self._visitor, [slug]).get(slug) if slug else None
        if self.scope is not None and not self.scope.definition.geometry.is_located:
            raise ValidationError(_("Cette couche n’a pas de géométrie."))
        return slug

    def clean_rows(self) -> str:
        """Try the filter."""
        text = str(self.cleaned_data["rows"])
        check_filter(self.scope, text)
        return text

    def clean_code_field(self) -> str:
        """Refuse a field that the layer has not."""
        name = str(self.cleaned_data["code_field"])
        self._check_names([name] if name else [])
        return name

    def clean_detail_fields(self) -> list[str]:
        """Refuse fields that the layer has not."""
        names = [str(name) for name in self.cleaned_data["detail_fields"] or []]
        self._check_names(names)
        return names

    def _check_names(self, names: list[str]) -> None:
        fields = self.scope.filterable if self.scope is not None else {}
        unknown = [name for name in names if fields and name not in fields]
        if unknown:
            raise ValidationError(
                _("La couche n’a pas de champ %(names)s. Ses champs : %(fields)s.")
                % {"names": ", ".join(unknown), "fields": ", ".join(fields)}
            )


class CautionForm(CautionBase):
    """A caution of a rule."""

    class Meta:
        model = RuleCaution
        fields = ["words", "rows", "level", "order"]
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}
        labels = {"rows": gettext_lazy("Filtre des objets (CQL2)")}
        help_texts = {"rows": gettext_lazy("Vide : la mise en garde vaut pour tous les objets de la règle.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)


CautionFormSet = forms.inlineformset_factory(
    ApplicableRule, RuleCaution, form=CautionForm, extra=1, max_num=MAX_CAUTIONS, validate_max=True
)
