"""The form of a grant: who, which rows by menus or CQL2, which fields, what they may do, until when, and why.

The parts that choose rows add up: communes AND values AND a zone AND a sentence AND the filter written in CQL2. What
none of these can show of a filter that is edited stays in CQL2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.builder.conjuncts import conjuncts
from dashboards.builder.filter_rows import ConditionRow, read_rows
from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.access import managed_accounts
from interface.conditions import condition, is_coded
from interface.forms import add_input_classes
from interface.territory import COMMUNE_FIELD, choices
from interface.wording import end_of_day, last_day
from layers.access import Scope
from layers.definitions import GEOMETRY, Field, FieldType
from layers.errors import LayersError
from layers.models import MAX_MARGIN_M, REASON_MAX, Grant, Layer, ProtectedField, Theme, events_of
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.implication import commune_codes, conjunct_nodes
from layers.services.features import stored_columns
from layers.sql.filters import compile_filter
from layers.visitor import Visitor
from management.rights.presenters import person_name
from management.rights.queries import groups_to_give
from management.rights.row_choices import (
    MAX_QUESTION,
    ZoneField,
    commune_filter,
    question_rows,
    zone_filter,
    zone_of,
)
from management.rights.services import FLAGS, AnyGrant

MAX_VALUES = 40
"""Values of a field that are offered as boxes: a longer list is written in CQL2."""
_COMMUNE = Field(COMMUNE_FIELD, FieldType.TEXT, COMMUNE_FIELD, is_facet=True)


class DashboardGrantForm(forms.Form):
    """Who reads a dashboard, until when, and why."""

    recipient = forms.ChoiceField(
        label=gettext_lazy("Qui"),
        error_messages={"required": gettext_lazy("Choisissez un groupe ou une personne.")},
    )
    first_day = forms.DateField(
        label=gettext_lazy("À partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Vide : dès maintenant."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Vide : sans limite. L’accès s’arrête à minuit, heure de Paris, la fin de ce jour."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=REASON_MAX,
        required=False,
        help_text=gettext_lazy("Par exemple : convention de mars 2026. Il s’affiche à côté de l’accès."),
    )

    def __init__(self, *args: Any, grant: AnyGrant, visitor: Visitor, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.initial_of(grant))
        super().__init__(*args, **kwargs)
        self.grant, self.visitor = grant, visitor
        self._choose("recipient", _recipients(visitor))
        add_input_classes(self)

    def initial_of(self, grant: AnyGrant) -> dict[str, Any]:
        """Return the values of the form that say a grant."""
        recipient = (
            f"g{grant.group_id}" if grant.group_id else f"p{grant.person_id}" if grant.person_id else ""
        )
        return {
            "recipient": recipient,
            "first_day": grant.valid_from and timezone.localdate(grant.valid_from),
            "last_day": grant.valid_until and last_day(grant.valid_until),
            "reason": grant.reason,
        }

    def clean(self) -> None:
        """Refuse a period that ends before it begins."""
        super().clean()
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour vient avant le premier."))

    def proposed(self) -> AnyGrant:
        """Return the grant with the values of the form, which is valid; nothing is written."""
        cleaned, grant = self.cleaned_data, self.grant
        kind, pk = cleaned["recipient"][0], int(cleaned["recipient"][1:])
        grant.group_id, grant.person_id = (pk, None) if kind == "g" else (None, pk)
        grant.valid_from = _midnight(cleaned["first_day"])
        last = cleaned["last_day"]
        grant.valid_until = end_of_day(last) if last else None
        grant.reason = cleaned["reason"]
        return grant

    def _choose(self, name: str, offered: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(offered)


class GrantForm(DashboardGrantForm):
    """Who reads a layer or a theme: which rows, which reserved fields, and what they may do there.

    ``scope`` is the layer as its giver reads it; None for a theme, whose layers have no field in common but the
    commune.
    """

    communes = forms.MultipleChoiceField(
        label=gettext_lazy("Communes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    margin_m = forms.IntegerField(
        label=gettext_lazy("Marge autour des communes, en mètres"),
        required=False,
        min_value=0,
        max_value=MAX_MARGIN_M,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "10"}),
        help_text=gettext_lazy(
            "Vide : leur contour exact. 50 : lit et écrit aussi ce qui touche une bande de 50 m autour d’elles."
        ),
    )
    values = forms.MultipleChoiceField(
        label=gettext_lazy("Valeurs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    zone = ZoneField(
        label=gettext_lazy("Zone"),
        help_text=gettext_lazy(
            "Les lignes qui la touchent. Dessinez-la, ou écrivez ici quatre nombres : ouest, sud, est, nord."
        ),
    )
    question = forms.CharField(
        label=gettext_lazy("Phrase"),
        required=False,
        max_length=MAX_QUESTION,
        help_text=gettext_lazy(
            "Par exemple : ceux de Sèvres plantés après 2010. Le filtre obtenu s’affiche à côté."
        ),
    )
    filter = forms.CharField(
        label=gettext_lazy("Filtre CQL2"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Il s’ajoute aux cases cochées. Exemple : surface_m2 > 500 AND etat = 'bon'"),
    )
    fields_opened = forms.MultipleChoiceField(
        label=gettext_lazy("Champs réservés"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Cochés, ils se lisent sur toutes les lignes que lit la personne."),
    )
    can = forms.MultipleChoiceField(
        label=gettext_lazy("Peut aussi"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(
            ("can_download", gettext_lazy("télécharger")),
            ("can_add", gettext_lazy("ajouter")),
            ("can_change_own", gettext_lazy("modifier ce que la personne a écrit")),
            ("can_change", gettext_lazy("modifier toutes ces lignes")),
            ("can_delete", gettext_lazy("supprimer ce qu’elle peut modifier")),
            ("can_approve", gettext_lazy("approuver et publier")),
        ),
    )

    written_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Champs à écrire"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Rien de coché : tous ceux que la personne lit. Les autres se lisent sans s’écrire."
        ),
    )

    def __init__(self, *args: Any, scope: Scope | None, has_rows: bool = True, **kwargs: Any) -> None:
        self.scope = scope
        self.row_fields: Mapping[str, Field] = scope.filterable if scope else {}
        self.coded = [
            each
            for each in (scope.fields if scope else ())
            if each.choices
            and each.computed is None
            and is_coded(each)
            and each.name != COMMUNE_FIELD
            and len(each.choices) <= MAX_VALUES
        ]
        super().__init__(*args, **kwargs)
        communes = [(each.code, each.nom) for each in choices(self.visitor.portal)]
        self._choose("communes", communes if self._has_communes() else [])
        self._choose(
            "values", ((f"{each.name}={code}", title) for each in self.coded for code, title in each.choices)
        )
        self._choose("fields_opened", _reserved(scope))
        self._choose("written_fields", _writable(scope))
        for name in self._fields_left_out(has_rows=has_rows):
            del self.fields[name]
        self.is_raster = not has_rows
        if self.is_raster:
            self._choose("can", [("can_download", _("télécharger la couverture"))])

    def _fields_left_out(self, *, has_rows: bool) -> tuple[str, ...]:
        """Return the fields that choose no row here: all of a raster, the zone and the sentence of a theme."""
        if not has_rows:
            return ("communes", "margin_m", "values", "zone", "question", "filter", "written_fields")
        if self.scope is None:
            return ("zone", "question", "written_fields")
        return () if self.scope.definition.geometry_path else ("zone", "margin_m")

    def _has_communes(self) -> bool:
        return self.scope is None or COMMUNE_FIELD in self.row_fields

    @property
    def value_groups(self) -> list[tuple[str, list[Any]]]:
        """The boxes of values under the title of their field."""
        boxes = list(self["values"]) if "values" in self.fields else []
        return [
            (str(each.title), [box for box in boxes if str(box.data["value"]).startswith(f"{each.name}=")])
            for each in self.coded
        ]

    def initial_of(self, grant: AnyGrant) -> dict[str, Any]:
        """Return the values of the form that say a grant, its filter taken apart."""
        values = super().initial_of(grant)
        assert isinstance(grant, Grant)
        communes, boxes, zone, rest = self._rows_apart(grant.rows)
        flags = [name for name in FLAGS if getattr(grant, name)]
        return {
            **values,
            "communes": communes,
            "values": boxes,
            "zone": zone,
            "filter": rest,
            "margin_m": grant.margin_m or None,
            "fields_opened": grant.fields,
            "written_fields": grant.written_fields,
            "can": flags,
        }

    def _rows_apart(self, text: str) -> tuple[list[str], list[str], GEOSGeometry | None, str]:
        """Return the communes of a filter, its boxes, its zone, and the CQL2 that these do not say."""
        communes: list[str] = []
        boxes: list[str] = []
        rest: list[str] = []
        coded = {each.name for each in self.coded}
        read = read_rows(text, self._readable())
        for row in read.rows:
            values = list(row.values)
            if row.field.name == COMMUNE_FIELD and not row.is_excluded and not communes:
                communes = [value.removeprefix("=") for value in values]
            elif row.field.name in coded and not row.is_excluded and _is_listed(row):
                boxes += [f"{row.field.name}={value}" for value in values]
            else:
                rest.append(row.text)
        zone: GEOSGeometry | None = None
        for piece in conjuncts(read.rest) if read.rest else ():
            surface = zone_of(piece) if zone is None and self.scope is not None else None
            zone = surface or zone
            rest += [] if surface else [piece]
        return communes, boxes, zone, " AND ".join(f"({part})" if len(rest) > 1 else part for part in rest)

    def _readable(self) -> Mapping[str, Field]:
        return self.row_fields or {COMMUNE_FIELD: _COMMUNE}

    def clean_filter(self) -> str:
        """Read the filter at once, on the fields that its author reads.

        Raises:
            ValidationError: not CQL2, or a field that the layer does not have.
        """
        text: str = self.cleaned_data["filter"].strip()
        try:
            if text:
                expression = parse_filter(text, parameter="filter")
                if self.scope is not None:
                    fields = {**self.scope.definition.row_fields}
                    readable = {*self.scope.readable_names, "id"}
                    readable_fields = {name: each for name, each in fields.items() if name in readable}
                    compile_filter(expression, readable_fields, geometry=self.scope.definition.geometry_path)
        except LayersError as error:
            raise forms.ValidationError(error.detail, code="invalid_filter") from error
        return text

    def clean_question(self) -> str:
        """Read the sentence, and return the CQL2 of its rows.

        Raises:
            ValidationError: words were not understood, or cannot limit rows; each is named.
        """
        text: str = self.cleaned_data["question"].strip()
        if not text or self.scope is None:
            return ""
        try:
            rows = question_rows(self.visitor, self.scope, text)
        except LayersError as error:
            raise forms.ValidationError(error.detail, code="invalid_question") from error
        if rows.faults:
            raise forms.ValidationError(list(rows.faults), code="invalid_question")
        return rows.filter

    def rows(self) -> str:
        """Return the filter of the rows in CQL2; empty for all of them."""
        cleaned = self.cleaned_data
        parts = []
        if communes := cleaned.get("communes"):
            parts.append(commune_filter(communes))
        for field in self.coded:
            prefix = f"{field.name}="
            values = [
                text.removeprefix(prefix) for text in cleaned.get("values", ()) if text.startswith(prefix)
            ]
            if values:
                parts.append(condition(field, values, parameter=field.name))
        if zone := cleaned.get("zone"):
            parts.append(zone_filter(zone))
        for text in filter(None, (cleaned.get("question"), cleaned.get("filter"))):
            parts.append(f"({text})" if parts else text)
        return " AND ".join(parts)

    def proposed(self) -> AnyGrant:
        """Return the grant with the values of the form, which is valid; nothing is written."""
        grant = super().proposed()
        assert isinstance(grant, Grant)
        grant.rows = self.rows()
        grant.margin_m = self.cleaned_data.get("margin_m") or 0
        grant.fields = list(self.cleaned_data["fields_opened"])
        grant.written_fields = list(self.cleaned_data.get("written_fields", ()))
        offered = dict(self.fields["can"].choices)  # type: ignore[attr-defined]  # a ChoiceField
        for name in filter(offered.__contains__, FLAGS):  # who delivers a raster goes on
            setattr(grant, name, name in self.cleaned_data["can"])
        return grant

    def clean(self) -> None:
        """Refuse a margin around no commune, deletion without a change, and fields to write of who writes nothing."""
        super().clean()
        cleaned = self.cleaned_data
        can = set(cleaned.get("can", ()))
        if cleaned.get("margin_m") and not self._names_communes():
            self.add_error("margin_m", _("Une marge élargit des communes : cochez-les."))
        if "can_delete" in can and can.isdisjoint({"can_change", "can_change_own"}):
            self.add_error("can", _("Supprimer s’ajoute au droit de modifier : cochez aussi celui-ci."))
        if cleaned.get("written_fields") and can.isdisjoint({"can_add", "can_change", "can_change_own"}):
            self.add_error("written_fields", _("Ces champs s’écrivent : cochez aussi ajouter ou modifier."))

    def _names_communes(self) -> bool:
        """Whether the rows are those of some communes, ticked or in the filter."""
        try:
            conditions = conjunct_nodes(parse_filter(self.rows(), parameter="rows").tree)
        except LayersError:
            return True  # the filter has its own fault
        return any(map(commune_codes, conditions))


class ProtectedFieldForm(forms.Form):
    """A field or a relation of a layer that only some groups read."""

    name = forms.ChoiceField(label=gettext_lazy("Champ ou relation"))
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groupes qui le lisent"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        assert isinstance(name, forms.ChoiceField)
        name.choices = [(part.name, str(part.title)) for part in scope.parts]
        add_input_classes(self)


def _is_listed(row: ConditionRow) -> bool:
    codes = {str(code) for code, _title in row.field.choices}
    return all(value in codes for value in row.values)


def _recipients(visitor: Visitor) -> list[Any]:
    groups = [(f"g{group.pk}", group.name) for group in groups_to_give(visitor)]
    accounts = managed_accounts(visitor).order_by("last_name", "first_name", "username")
    persons = [(f"p{account.pk}", person_name(account)) for account in accounts]
    return [("", "—"), (_("Groupes"), groups), (_("Personnes"), persons)]


def _reserved(scope: Scope | None) -> list[tuple[str, str]]:
    """Return the protected fields and relations of a layer that its giver reads, by title."""
    if scope is None:
        return []
    names = set(ProtectedField.objects.filter(layer=scope.layer).values_list("name", flat=True))
    return [(part.name, str(part.title)) for part in scope.parts if part.is_protected or part.name in names]


def _writable(scope: Scope | None) -> list[tuple[str, str]]:
    """Return what people write of a layer, of what its giver reads: the geometry, fields, records."""
    if scope is None:
        return []
    stored = stored_columns(scope)
    titles = [(each.name, str(each.title)) for each in scope.fields if each.name in stored]
    places = [(GEOMETRY, _("la géométrie"))] if scope.definition.geometry_path else []
    records = [(each.name, str(each.title)) for each in scope.relations if events_of(each.model)]
    return [*places, *titles, *records]


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None


def new_grant(subject: Layer | Theme | Dashboard) -> AnyGrant:
    """Return an empty grant on a layer, a theme or a dashboard."""
    match subject:
        case Layer():
            return Grant(layer=subject)
        case Theme():
            return Grant(theme=subject)
    return DashboardGrant(dashboard=subject)


class PastDateForm(forms.Form):
    """An instant that is over, in the portal's time zone: rights are those of then."""

    date = forms.DateTimeField(
        label=gettext_lazy("À la date du"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Heure de Paris. Vide : maintenant."),
    )

    def clean_date(self) -> dt.datetime | None:
        """Refuse an instant to come.

        Raises:
            ValidationError: it is.
        """
        date: dt.datetime | None = self.cleaned_data["date"]
        if date is not None and date > timezone.now():
            raise forms.ValidationError(_("Cette date est à venir : choisissez-en une passée."))
        return date

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)
