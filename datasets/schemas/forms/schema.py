"""The forms of a schema: its fields in their order, the table as a whole, and the catalogue entry of a new layer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.definitions import DatasetSchema, FieldCondition, ParentLink, SchemaField
from datasets.inference.names import column_name, field_name
from datasets.publication.forms import IdentityForm
from datasets.schemas.forms.fields import FieldForm, initial_of
from datasets.vocabulary import ConditionOperator, GeometryKind
from interface.forms import FormError, add_input_classes, form_errors
from interface.text import fold
from layers import access
from layers.errors import LayersError
from layers.models import Layer
from layers.visitor import Visitor
from layers.vocabulary import Visibility

PREFIX = "champs"
MAX_FIELDS = 150
FIRST_FIELDS = 3
_POSITION = re.compile(r"f(\d+)_")


class BaseFieldFormSet(forms.BaseFormSet[FieldForm]):
    """All the fields, in the order of their numbers; each name once, and one field at least."""

    def __init__(self, *args: Any, schema: DatasetSchema | None = None, **kwargs: Any) -> None:
        self.schema = schema
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Give each form the field that it is about, by the column that it names."""
        kwargs = super().get_form_kwargs(index)
        if self.schema is None or index is None:
            return kwargs
        column = self.data.get(f"{self.prefix}-{index}-column", "") if self.is_bound else ""
        if not self.is_bound and index < len(self.schema.fields):
            column = self.schema.fields[index].column
        current = next((field for field in self.schema.fields if field.column == column), None)
        return kwargs | {"current": current}

    def add_fields(self, form: FieldForm, index: int | None) -> None:
        """Add the number and the box that removes, in words."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Rang")
        form.fields["DELETE"].label = _("Retirer ce champ")
        add_input_classes(form)

    @property
    def active(self) -> list[FieldForm]:
        """The forms of fields that stay or come, in their order."""
        forms_left = [form for form in self.forms if not form.is_blank and not form.is_removed]
        ranks = {id(form): index for index, form in enumerate(self.forms)}

        def rank(form: FieldForm) -> tuple[float, int]:
            order = form.cleaned_data.get("ORDER")
            return (order if order is not None else float("inf"), ranks[id(form)])

        return sorted(forms_left, key=rank)

    def clean(self) -> None:
        """Refuse two fields of one name, at the second, conditions about no field, and a table without any field."""
        if any(self.errors):
            return
        active = self.active
        if not active:
            raise forms.ValidationError(_("Décrivez au moins un champ."))
        titles: set[str] = set()
        for form in active:
            title = fold(form.cleaned_data["title"].strip())
            if title in titles:
                form.add_error("title", _("Un autre champ porte ce nom."))
            titles.add(title)
            self._check_condition(form)

    def _check_condition(self, form: FieldForm) -> None:
        values = form.cleaned_data
        operator, about = values["condition_operator"], values["condition_field"].strip()
        if not operator and not about:
            return
        if not operator:
            form.add_error("condition_operator", _("Dites comment comparer."))
            return
        other = self.named(about)
        if other is None or other is form:
            form.add_error("condition_field", _("« %s » n’est pas un autre champ.") % about[:60])
        elif ConditionOperator(operator).has_value:
            text = values["condition_value"].strip()
            if not text:
                form.add_error("condition_value", _("Dites quelle valeur."))
            else:
                values["condition_value"] = other.value_of(text, "condition_value", form)
        else:
            values["condition_value"] = ""

    def named(self, text: str) -> FieldForm | None:
        """Return the form of the field that a person names by its title, its former title or its identifier."""
        title = fold(text.strip())
        for source, is_new in (("title", True), ("title", False), ("name", True), ("name", False)):
            for form in self.active:
                values = form.cleaned_data if is_new else form.initial
                if title and fold(str(values.get(source, "")).strip()) == title:
                    return form
        return None

    def schema_fields(self, reserved: Sequence[str] = ()) -> tuple[tuple[SchemaField, FieldForm], ...]:
        """Return the fields of the valid forms, each with its form; new columns are none of the ``reserved``."""
        active = self.active
        used = {form.cleaned_data["name"] for form in active} - {""}
        used |= {form.current.name for form in active if form.current and not form.cleaned_data["name"]}
        position = max((int(match[1]) for name in reserved if (match := _POSITION.match(name))), default=0)
        position = max(position, len(set(reserved)))
        fields: list[tuple[SchemaField, FieldForm]] = []
        names: dict[int, str] = {}
        for form in active:
            name = form.cleaned_data["name"] or (form.current.name if form.current else "")
            if not name:
                name = field_name(form.cleaned_data["title"], used)
                used.add(name)
            if form.current is None:
                position += 1
            column = (
                form.current.column if form.current else column_name(position, form.cleaned_data["title"])
            )
            names[id(form)] = name
            fields.append((form.schema_field(name=name, column=column), form))
        return tuple((self._conditioned(field, form, names), form) for field, form in fields)

    def _conditioned(self, field: SchemaField, form: FieldForm, names: dict[int, str]) -> SchemaField:
        values = form.cleaned_data
        other = self.named(values["condition_field"]) if values["condition_operator"] else None
        if other is None:
            return field
        operator = ConditionOperator(values["condition_operator"])
        return replace(field, condition=FieldCondition(names[id(other)], operator, values["condition_value"]))


FieldFormSet = forms.formset_factory(
    FieldForm, formset=BaseFieldFormSet, extra=0, can_order=True, can_delete=True,
    max_num=MAX_FIELDS, absolute_max=MAX_FIELDS,
)  # fmt: skip


class TableForm(forms.Form):
    """The geometry, and the layer that the rows belong to."""

    geometry = forms.ChoiceField(
        label=gettext_lazy("Géométrie"),
        choices=[
            ("", gettext_lazy("aucune : un tableau")),
            *((kind.value, kind.label) for kind in GeometryKind if kind is not GeometryKind.NONE),
        ],
        required=False,
    )
    parent_layer = forms.ChoiceField(label=gettext_lazy("Ses lignes appartiennent à"), required=False)
    parent_field = forms.CharField(
        label=gettext_lazy("Par le champ"),
        help_text=gettext_lazy("Le nom du champ ci-dessus qui désigne l’objet."),
        max_length=120,
        required=False,
    )
    parent_key = forms.CharField(
        label=gettext_lazy("Qui contient son"),
        help_text=gettext_lazy("L’identifiant d’un champ de l’autre couche ; vide : le numéro de l’objet."),
        max_length=63,
        required=False,
    )

    def __init__(self, *args: Any, visitor: Visitor, slug: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.slug != slug}
        current = self.initial.get("parent_layer", "")
        layers = [(slug, str(scope.layer.title)) for slug, scope in self.scopes.items()]
        if current and current not in self.scopes:
            layers.append((current, _("une couche que vous ne lisez pas")))
        field = self.fields["parent_layer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("aucune couche")), *sorted(layers, key=lambda each: fold(each[1]))]
        add_input_classes(self)

    def clean(self) -> dict[str, Any]:
        """Check that the key is a field of the parent that the person reads."""
        cleaned = dict(super().clean() or self.cleaned_data)
        layer, key = cleaned.get("parent_layer", ""), str(cleaned.get("parent_key", "")).strip()
        scope = self.scopes.get(layer)
        if (
            scope is not None
            and key
            and key not in {field.name for field in scope.fields if not field.computed}
        ):
            names = ", ".join(field.name for field in scope.fields if not field.computed)
            self.add_error(
                "parent_key",
                _("« %(name)s » n’est pas un champ de cette couche : %(names)s.")
                % {"name": key[:60], "names": names[:400]},
            )
        if layer and not str(cleaned.get("parent_field", "")).strip():
            self.add_error("parent_field", _("Dites quel champ désigne l’objet."))
        return cleaned


class NewLayerForm(IdentityForm):
    """The catalogue entry of a layer made from nothing."""

    class Meta(IdentityForm.Meta):
        fields = [*IdentityForm.Meta.fields, "visibility", "abstract"]
        widgets = {"abstract": forms.Textarea(attrs={"rows": 2}), "visibility": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["visibility"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, each.label) for each in (Visibility.INTERNAL, Visibility.OPEN)]
        self.initial.setdefault("visibility", Visibility.INTERNAL.value)


class SchemaForms:
    """The forms of a page: a new layer, or the schema ``current`` of one that exists.

    ``reserved`` are the columns of all its schemas, which no new field takes.
    """

    def __init__(
        self,
        *,
        visitor: Visitor,
        posted: Any = None,
        current: DatasetSchema | None = None,
        layer: Layer | None = None,
        reserved: Sequence[str] = (),
    ) -> None:
        self.current, self.reserved = current, reserved
        self.general: list[str] = []
        self.identity = NewLayerForm(posted, visitor=visitor, prefix="couche") if layer is None else None
        self.table = TableForm(
            posted,
            visitor=visitor,
            slug=layer.slug if layer else "",
            initial=_table_initial(current),
            prefix="table",
        )
        fields = current.fields if current else ()
        initial = [
            initial_of(field, current) | {"ORDER": rank}
            for rank, field in enumerate(fields, start=1)
            if current
        ]
        options: dict[str, Any] = {"initial": initial, "schema": current, "prefix": PREFIX}
        self.formset = cast(BaseFieldFormSet, FieldFormSet(posted, **options))
        self._schema: DatasetSchema | None = None
        if current is None and posted is None:
            self.formset.extra = FIRST_FIELDS

    def is_valid(self) -> bool:
        """Whether every form is valid; all are checked, so that every error is said at once."""
        singles = [form for form in (self.identity, self.table) if form is not None]
        answers = [self.formset.is_valid(), *(form.is_valid() for form in singles)]
        if not all(answers):
            return False
        self._read_schema()
        return not self.table.errors

    @property
    def schema(self) -> DatasetSchema:
        """The schema of valid forms."""
        assert self._schema is not None
        return self._schema

    def _read_schema(self) -> None:
        fields = self.formset.schema_fields(self.reserved)
        before = self.current or DatasetSchema(())
        columns = {field.column: field.name for field, _form in fields}

        def continued(name: str) -> str:
            return columns.get(before.by_name[name].column, "") if name else ""

        self._schema = replace(
            before,
            fields=tuple(field for field, _form in fields),
            geometry=GeometryKind(self.table.cleaned_data["geometry"]),
            key=tuple(field.name for field, form in fields if form.cleaned_data["is_key"]),
            commune=continued(before.commune),
            title_field=continued(before.title_field),
            time_field=continued(before.time_field),
            precision_field=continued(before.precision_field),
            parent=self._parent({id(form): field.name for field, form in fields}),
        )

    def _parent(self, names: dict[int, str]) -> ParentLink | None:
        values = self.table.cleaned_data
        if not values["parent_layer"]:
            return None
        form = self.formset.named(values["parent_field"])
        if form is None:
            self.table.add_error(
                "parent_field", _("« %s » n’est pas un champ ci-dessus.") % values["parent_field"][:60]
            )
            return None
        return ParentLink(values["parent_layer"], names[id(form)], values["parent_key"].strip())

    def refuse(self, error: LayersError) -> None:
        """Say a refusal of the services at the field it is about, or above the page."""
        named = self._schema.by_name.get(error.parameter) if self._schema and error.parameter else None
        if error.parameter == "slug" and self.identity is not None:
            self.identity.add_error("slug", error.detail)
        elif named is not None:
            position = list(self.schema.by_name).index(named.name)
            self.formset.active[position].add_error("title", error.detail)
        else:
            self.general.append(error.detail)

    def faults(self) -> list[FormError]:
        """Return everything to correct, in the order of the page."""
        faults = [FormError(reason) for reason in self.general]
        if self.formset.is_bound:
            faults += [FormError(str(reason)) for reason in self.formset.non_form_errors()]
        for form in (self.identity, self.table):
            faults += form_errors(form) if form is not None else []
        for number, field_form in enumerate(self.formset.forms, start=1):
            title = field_form["title"].value() or _("champ %d") % number
            faults += form_errors(field_form, of=str(title))
        return faults


def _table_initial(schema: DatasetSchema | None) -> dict[str, str]:
    if schema is None:
        return {"geometry": GeometryKind.POINT.value}
    parent = schema.parent
    initial = {"geometry": schema.geometry.value}
    if parent is not None:
        field = schema.by_name[parent.field]
        initial |= {
            "parent_layer": parent.layer, "parent_field": field.title or field.source, "parent_key": parent.key,
        }  # fmt: skip
    return initial
