"""One field of a schema as a form: its type, its list of values, its rules, and when a form has it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from datasets.definitions import DatasetSchema, SchemaField
from datasets.inference.names import slug
from datasets.inference.values import accepts, canonical
from datasets.vocabulary import ColumnType, ConditionOperator
from interface.forms import add_input_classes
from layers.definitions import Text

LIST = "list"
_BOUNDED = {ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DATE, ColumnType.DATETIME}
_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}
KINDS: tuple[tuple[str, Text], ...] = (
    (ColumnType.STRING.value, gettext_lazy("texte")),
    (LIST, gettext_lazy("liste de valeurs")),
    *((kind.value, kind.label) for kind in ColumnType if kind is not ColumnType.STRING),
)
CUSTOM = "custom"
# Usual forms of texts, each a regular expression that the whole value matches.
PATTERNS: dict[str, tuple[Text, str]] = {
    "postcode": (gettext_lazy("code postal"), r"\d{5}"),
    "commune": (gettext_lazy("code INSEE d’une commune"), r"\d{5}|2[AB]\d{3}"),
    "phone": (gettext_lazy("numéro de téléphone"), r"(?:0|\+33 ?)[1-9](?:[ .]?\d\d){4}"),
    "email": (gettext_lazy("adresse électronique"), r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "address": (gettext_lazy("adresse d’une page web"), r"https?://\S+"),
    "siret": (gettext_lazy("numéro SIRET"), r"\d{14}"),
    "reference": (gettext_lazy("majuscules, chiffres et tirets"), r"[A-Z0-9]+(?:-[A-Z0-9]+)*"),
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class CodeList:
    """The values of a list as a person writes them, a line each: ``Libellé | code | #couleur``."""

    codes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    @classmethod
    def of(cls, field: SchemaField) -> CodeList:
        """Return the list of a field."""
        colours = field.colours
        return cls(
            field.enum, field.enum_labels or field.enum, tuple(colours.get(code, "") for code in field.enum)
        )

    @classmethod
    def parse(cls, text: str, current: CodeList) -> CodeList:
        """Read the lines of a form; a label without code has the one of ``current``, else one made of its words.

        Raises:
            ValidationError: a line has no label, a colour is none, or a code comes twice.
        """
        codes_by_label = dict(zip(current.labels, current.codes, strict=True))
        codes: list[str] = []
        labels: list[str] = []
        colours: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            parts = [part.strip() for part in line.split("|")]
            if not any(parts):
                continue
            colour = next((part for part in parts[1:] if _COLOUR.fullmatch(part)), "")
            rest = [part for part in parts if part and part != colour]
            if not rest or len(rest) > 2:
                raise forms.ValidationError(
                    _("Ligne %d : attendu « libellé », « libellé | code » ou « libellé | code | #couleur ».")
                    % number
                )
            label = rest[0]
            code = rest[1] if len(rest) > 1 else codes_by_label.get(label) or slug(label) or label
            if code in codes:
                raise forms.ValidationError(_("Ligne %(line)d : « %(code)s » est deux fois dans la liste.") % {
                    "line": number, "code": code,
                })  # fmt: skip
            codes.append(code)
            labels.append(label)
            colours.append(colour.lower())
        return cls(tuple(codes), tuple(labels), tuple(colours))

    def text(self) -> str:
        """Return the lines of the form."""
        lines = []
        for code, label, colour in zip(self.codes, self.labels, self.colours, strict=True):
            parts = [label, code if code != label or colour else "", colour]
            lines.append(" | ".join(part for part in parts if part))
        return "\n".join(lines)

    def code_of(self, text: str) -> str:
        """Return the code of a label or of itself; the text where it is neither."""
        return dict(zip(self.labels, self.codes, strict=True)).get(text, text)


class FieldForm(forms.Form):
    """One field. ``column`` names the database column of a field that exists, and nothing else does."""

    column = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Nom du champ"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=KINDS, initial=ColumnType.STRING.value)
    unit = forms.CharField(label=gettext_lazy("Unité"), max_length=20, required=False)
    codes = forms.CharField(
        label=gettext_lazy("Valeurs de la liste"),
        help_text=gettext_lazy("Une par ligne : libellé, puis si besoin | code | #couleur."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    help = forms.CharField(
        label=gettext_lazy("Aide à la saisie"),
        help_text=gettext_lazy("Une phrase, sous le champ du formulaire."),
        max_length=300,
        required=False,
    )
    default = forms.CharField(label=gettext_lazy("Valeur par défaut"), max_length=200, required=False)
    minimum = forms.CharField(label=gettext_lazy("Minimum"), max_length=40, required=False)
    maximum = forms.CharField(label=gettext_lazy("Maximum"), max_length=40, required=False)
    pattern = forms.ChoiceField(label=gettext_lazy("Forme attendue"), required=False)
    condition_field = forms.CharField(label=gettext_lazy("Le champ"), max_length=120, required=False)
    condition_operator = forms.ChoiceField(
        label=pgettext_lazy("condition", "comparaison"),
        choices=[("", gettext_lazy("sans condition")), *ConditionOperator.choices],
        required=False,
    )
    condition_value = forms.CharField(
        label=pgettext_lazy("condition", "valeur"), max_length=200, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Identifiant"),
        help_text=gettext_lazy("Dans l’API et les fichiers ; vide : d’après le nom."),
        max_length=63,
        required=False,
    )
    is_required = forms.BooleanField(label=gettext_lazy("Obligatoire"), required=False)
    is_key = forms.BooleanField(label=gettext_lazy("Fait partie de la clé"), required=False)
    is_unique = forms.BooleanField(label=gettext_lazy("Sans doublon"), required=False)
    is_facet = forms.BooleanField(label=gettext_lazy("Proposé dans les filtres"), required=False)
    is_protected = forms.BooleanField(label=gettext_lazy("Protégé"), required=False)

    def __init__(self, *args: Any, current: SchemaField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        usual = [("", _("libre")), *((code, title) for code, (title, _pattern) in PATTERNS.items())]
        if current is not None and _pattern_code(current.pattern) == CUSTOM:
            usual.append((CUSTOM, _("motif actuel : %s") % current.pattern))
        field = self.fields["pattern"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = usual
        self.code_list = CodeList.of(current) if current is not None else CodeList()
        add_input_classes(self)

    @cached_property
    def changed_data(self) -> list[str]:
        """The names of what was written; a rank, which a script writes everywhere, is nothing by itself."""
        return [name for name in super().changed_data if name != "ORDER"]

    @property
    def is_removed(self) -> bool:
        """Whether the box that removes the field is ticked."""
        return self.is_bound and bool(getattr(self, "cleaned_data", {}).get("DELETE"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in the form of a new field."""
        return self.empty_permitted and not self.has_changed()

    @property
    def type(self) -> ColumnType:
        """The type of the valid form: that of a list is text, unless the field had another one."""
        kind = self.cleaned_data["kind"]
        return ColumnType.STRING if kind == LIST else ColumnType(kind)

    def clean(self) -> dict[str, Any]:
        """Read list, bounds and default as values of the type."""
        cleaned = dict(super().clean() or self.cleaned_data)
        if "kind" not in cleaned:
            return cleaned
        for name in ("minimum", "maximum"):
            cleaned[name] = self._bound(name, str(cleaned.get(name, "")).strip())
        if cleaned["kind"] == LIST:
            self._read_codes(str(cleaned.get("codes", "")))
        if default := str(cleaned.get("default", "")).strip():
            cleaned["default"] = self.value_of(default, "default", self)
        return cleaned

    def _read_codes(self, text: str) -> None:
        try:
            self.code_list = CodeList.parse(text, self.code_list)
        except forms.ValidationError as error:
            self.add_error("codes", error)
            return
        if not self.code_list.codes:
            self.add_error("codes", _("Écrivez au moins une valeur."))

    def _bound(self, name: str, text: str) -> float | str | None:
        if not text:
            return None
        if self.cleaned_data["kind"] == LIST or self.type not in _BOUNDED:
            self.add_error(name, _("Les bornes valent pour les nombres et les dates."))
        elif not accepts(self.type, text):
            self.add_error(name, _("Cette borne n’est pas du type du champ."))
        else:
            exact = canonical(self.type, text)
            return float(exact) if self.type in _NUMERIC else exact
        return None

    def value_of(self, text: str, name: str, form: FieldForm) -> str:
        """Return a value as a schema writes it; one of another type is an error of ``form`` at ``name``."""
        if self.cleaned_data["kind"] == LIST:
            code = self.code_list.code_of(text)
            if code not in self.code_list.codes:
                form.add_error(name, _("« %s » n’est pas dans la liste.") % text[:60])
            return code
        if not accepts(self.type, text):
            form.add_error(name, _("« %s » n’est pas du type du champ.") % text[:60])
            return text
        return canonical(self.type, text)

    def schema_field(self, *, name: str, column: str) -> SchemaField:
        """Return the field of the valid form, with what the form does not say as it was."""
        values, is_list = self.cleaned_data, self.cleaned_data["kind"] == LIST
        title = values["title"].strip()
        former = self.current or SchemaField(name, self.type, column, title)
        codes = self.code_list if is_list else CodeList()
        keeps_enum = not is_list and former.enum and former.type is self.type is not ColumnType.STRING
        pattern = values["pattern"]
        is_text = self.type is ColumnType.STRING and not is_list
        return replace(
            former,
            name=name,
            type=self.type,
            title=title,
            unit=values["unit"].strip() if self.type in _NUMERIC else "",
            enum=former.enum if keeps_enum else codes.codes,
            enum_labels=codes.labels if codes.labels != codes.codes else (),
            enum_colours=codes.colours if any(codes.colours) else (),
            pattern=(former.pattern if pattern == CUSTOM else PATTERNS[pattern][1])
            if pattern and is_text
            else "",
            minimum=values["minimum"],
            maximum=values["maximum"],
            default=values["default"],
            help=values["help"].strip(),
            is_required=values["is_required"],
            is_unique=values["is_unique"],
            is_facet=values["is_facet"],
            is_protected=values["is_protected"],
            condition=None,
        )


def _pattern_code(pattern: str) -> str:
    if not pattern:
        return ""
    return next((code for code, (_title, usual) in PATTERNS.items() if usual == pattern), CUSTOM)


def _bound_text(bound: float | str | None) -> str:
    """Return a bound as the form writes it: whole numbers without decimals."""
    if isinstance(bound, float):
        return str(int(bound)) if bound.is_integer() else str(bound)
    return "" if bound is None else str(bound)


def initial_of(field: SchemaField, schema: DatasetSchema) -> dict[str, Any]:
    """Return the values of the form of a field."""
    names = ("column", "name", "unit", "help")
    flags = ("is_required", "is_unique", "is_facet", "is_protected")
    is_list = field.type is ColumnType.STRING and bool(field.enum)
    condition, codes = field.condition, CodeList.of(field)
    labels = dict(field.choices)
    other = schema.by_name[condition.field] if condition else None
    return {name: getattr(field, name) for name in (*names, *flags)} | {
        "title": field.title or field.source,
        "minimum": _bound_text(field.minimum),
        "maximum": _bound_text(field.maximum),
        "kind": LIST if is_list else field.type.value,
        "codes": codes.text() if is_list else "",
        "default": labels.get(field.default, field.default),
        "pattern": _pattern_code(field.pattern),
        "is_key": field.name in schema.key,
        "condition_field": (other.title or other.source) if other else "",
        "condition_operator": condition.operator.value if condition else "",
        "condition_value": dict(other.choices).get(condition.value, condition.value)
        if condition and other
        else "",
    }
