"""Rights of a layer in a form: a row filter that compiles, and names that the layer has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers import registry
from layers.definitions import LayerDefinition
from layers.errors import Forbidden, LayersError, UnknownLayer
from layers.forms.offered import BoundedFormSet, OfferedFieldsForm
from layers.forms.produced import ProducedForm
from layers.forms.synonyms import SYNONYMS_HELP, readable_names, readable_synonyms
from layers.models import Grant, Layer, ProtectedField, Raster
from layers.parsing.cql2 import parse_filter
from layers.parsing.raster_styles import default_style, parse_style
from layers.parsing.synonyms import parse_synonyms, synonyms_text
from layers.services.rights import check_right
from layers.sql.filters import compile_filter
from layers.visitor import Visitor


def _definition(layer: Layer) -> LayerDefinition | None:
    try:
        return registry.definition(layer.slug)
    except UnknownLayer:
        return None


class LayerForm(ProducedForm):
    """A catalogue row; that of a raster has a style in JSON, read at once: one that fails later would be left out.

    Synonyms are lines of text: those of fields that the person does not read are neither shown nor changed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "synonyms" in self.fields:
            shown, self._unread = readable_synonyms(self.visitor, self.instance)
            self.fields["synonyms"] = forms.CharField(
                label=self.fields["synonyms"].label,
                help_text=SYNONYMS_HELP,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            self.initial["synonyms"] = synonyms_text(shown)

    def clean_synonyms(self) -> dict[str, list[str]]:
        """Read the lines.

        Raises:
            ValidationError: a line that cannot be read, or of a field that the person does not read.
        """
        try:
            said = parse_synonyms(self.cleaned_data["synonyms"], readable_names(self.visitor, self.instance))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return {**self._unread, **said}

    def clean_style(self) -> dict[str, Any]:
        """Read the style of a raster for its version online; that of a layer which is no more is left as it is.

        Raises:
            ValidationError: it is not an object, or a key or a value is refused.
        """
        document = self.cleaned_data["style"] or {}
        if not isinstance(document, dict):
            raise forms.ValidationError(_("Le style est un objet JSON."))
        raster = Raster.objects.select_related("online").filter(layer=self.instance).first()
        if raster is None or raster.online is None:
            return document
        bands = raster.online.bands
        try:
            parse_style(document, usual=default_style(raster.kind, bands), bands=len(bands))
        except ValueError as error:
            raise forms.ValidationError(_("Style refusé : %s") % error) from None
        return document


class OfLayerFormSet(BoundedFormSet):
    """Records of one layer, whose forms are told which, and who changes them."""

    visitor: ClassVar[Visitor]  # set on the class that the administration makes for a request

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give the layer and the visitor to each form."""
        return {**super().get_form_kwargs(index), "layer": self.instance, "visitor": self.visitor}

    def clean(self) -> None:
        """Check what is ticked for deletion: Django does not clean these forms.

        Raises:
            ValidationError: it is not the visitor's to take away.
        """
        super().clean()
        for form in self.deleted_forms:
            try:
                check_right(self.visitor, form.instance, None, ())
            except Forbidden as error:
                raise forms.ValidationError(error.detail, code="not_given") from None


class GrantForm(OfferedFieldsForm):
    """A grant whose row filter is read at once: a filter that fails later would hide every row."""

    class Meta:
        widgets = {"rows": forms.Textarea(attrs={"rows": 2, "cols": 70})}
        help_texts = {
            "rows": _(
                "Filtre CQL2, par exemple commune = '92048'. Vide : toutes les lignes. Un jeu de données se remplace "
                "en entier : l’alimenter ou le publier demande un droit sur toutes les lignes."
            ),
        }

    def __init__(self, *args: Any, layer: Layer, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition, self.visitor = _definition(layer), visitor
        offered = self.fields.get("group")
        if isinstance(offered, forms.ModelChoiceField) and offered.queryset is not None:
            offered.queryset = offered.queryset.filter(_given_to(visitor, [self.instance.group_id]))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a step of Django's that its stubs leave out
        _check(self, Grant.objects.filter(pk=self.instance.pk).first(), ())

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
            fields = self.definition.row_fields
            compile_filter(parse_filter(rows, parameter="rows"), fields)
        except LayersError as error:
            raise forms.ValidationError(error.detail, code="invalid_filter") from error
        return rows


class ProtectedFieldForm(OfferedFieldsForm):
    """A protected name, chosen among the fields and relations of the layer."""

    def __init__(self, *args: Any, layer: Layer, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor, definition = visitor, _definition(layer)
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

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a step of Django's that its stubs leave out
        before = ProtectedField.objects.filter(pk=self.instance.pk).first()
        _check(self, before, self.cleaned_data.get("groups", ()))


def _given_to(visitor: Visitor, current: Iterable[int | None]) -> Q:
    """Select the groups that somebody may give to: none of their own but the current ones."""
    return Q() if visitor.is_administrator else ~Q(pk__in=visitor.groups) | Q(pk__in=[*current])


def _check(form: Any, before: Grant | ProtectedField | None, groups: Iterable[Group]) -> None:
    """Check what a form makes of a right, and name the field that is refused."""
    if form.errors or not form.has_changed():
        return
    try:
        check_right(form.visitor, before, form.instance, groups)
    except Forbidden as error:
        form.add_error(error.parameter if error.parameter in form.fields else None, error.detail)
