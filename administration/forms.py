"""Forms of the administration: layers, grants, rows of layers, photos, synonyms.

A form refuses what it did not offer: a value sent for a field that its author may not write is an error. A row is tried
in the database before it is saved. The filter of a grant is compiled, and the names that it protects are those of the
layer. Synonyms are lines: ``: vélib, vlib`` is about the layer, ``capacite : taille`` about a field,
``mode=tramway : tram`` about a value of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Q
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.filter_corrections import corrected_filter
from layers import access, registry
from layers.access import Scope
from layers.definitions import GEOMETRY, Field, LayerDefinition
from layers.errors import (
    Forbidden,
    InvalidFeature,
    InvalidImage,
    LayersError,
    UnknownLayer,
    UnknownProperty,
)
from layers.models import FeaturePhoto, Grant, Layer, ProtectedField, Raster
from layers.parsing.cql2 import parse_filter
from layers.parsing.raster_styles import default_style, parse_style
from layers.services.features import check_row, written_names
from layers.services.photos import FORMATS, ProcessedPhoto, read_picture, remove_photo, store_picture
from layers.services.rights import check_right
from layers.sql.filters import compile_filter
from layers.visitor import Visitor

if TYPE_CHECKING:  # generic in the stubs, not at run time
    _ModelForm = forms.ModelForm[Any]
    _InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _InlineFormSet = BaseInlineFormSet

REFUSED = _(
    "« %(name)s » ne se modifie pas ici, ou n’est pas à vous de le modifier : rien n’a été enregistré."
)


# Records that one sending of a form adds to those that are there.
MAX_ADDED = 40
SYNONYMS_HELP = _(
    "D’autres mots pour la couche, ses champs et leurs valeurs, que la recherche et les questions comprennent. "
    "Une ligne chacun, le nom technique puis les mots : « : vélib, vlib » pour la couche, "
    "« capacite : taille » pour un champ, "
    "« mode=tramway : tram » pour une valeur."
)
# Names of fields that the error of a filter lists.
MAX_NAMES = 40
MAX_LINES, MAX_WORDS, LONGEST = 500, 30, 60


class BoundedFormSet(_InlineFormSet):
    """The base of the tables of related records: as many forms as there are records, and ``MAX_ADDED``.

    Django makes up to 2,000 forms for who sends their number: minutes of work, and a page of 18 MB.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absolute_max = len(self.get_queryset()) + MAX_ADDED
        self.max_num = min(self.max_num, self.absolute_max)


class OfferedFieldsForm(_ModelForm):
    """The base of the administration's forms: what is sent beside the fields, which Django ignores, is an error."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse values for columns and links of the model that the form does not offer."""
        cleaned = super().clean()
        options = self._meta.model._meta
        for column in (*options.concrete_fields, *options.many_to_many):
            if self._is_sent(column.name) and not self._is_offered(column.name):
                self.add_error(
                    None, ValidationError(REFUSED, code="not_offered", params={"name": column.name})
                )
        return cleaned

    def _is_offered(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].disabled

    def _is_sent(self, name: str) -> bool:
        """Whether a value came for a field; dates come in two halves, the first under this name."""
        sent = self.add_prefix(name)
        return sent in self.data or f"{sent}_0" in self.data


class ProducedForm(OfferedFieldsForm):
    """The base of forms whose model has a ``producer``."""

    visitor: ClassVar[Visitor]  # set on the class that the administration makes for a request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        producer = self.fields.get("producer")
        if isinstance(producer, forms.ModelChoiceField):
            producer.queryset = access.producer_groups(self.visitor, current=self.instance.producer_id)


class ScopedForm(OfferedFieldsForm):
    """A feature, tried in the database before it is saved: its commune, so its place in the rows, comes from there."""

    scope: ClassVar[Scope]  # of the visitor: set on the class that the administration makes for a request

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a step of Django's that its stubs leave out
        if self.errors:
            return
        try:
            check_row(self.scope, self.instance, written_names(self.scope, self.changed_data))
        except (Forbidden, InvalidFeature) as error:
            changed = self.changed_data
            self.add_error(changed[0] if len(changed) == 1 else None, error.detail)


class PhotoForm(OfferedFieldsForm):
    """Caption, credit and date of a photo, and the picture to store or to put in its place."""

    upload = forms.FileField(
        label=_("image"),
        help_text=_("JPEG, PNG ou WebP, 15 Mo au plus. La position et les autres métadonnées sont retirées."),
        widget=forms.FileInput(attrs={"accept": ",".join(f"image/{name.lower()}" for name in FORMATS)}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].required = self.instance.pk is None

    def clean_upload(self) -> ProcessedPhoto | None:
        """Read the picture.

        Raises:
            ValidationError: the file is not an image that can be stored.
        """
        upload: File[bytes] | None = self.cleaned_data.get("upload")
        if upload is None:
            return None
        try:
            return read_picture(upload=upload)
        except InvalidImage as error:
            raise forms.ValidationError(error.detail, code="invalid_image") from error

    def save(self, commit: bool = True) -> FeaturePhoto:
        """Save through the photo service when a picture came with the form."""
        picture: ProcessedPhoto | None = self.cleaned_data.get("upload")
        saved: FeaturePhoto
        if picture is None or not commit:
            saved = super().save(commit=commit)
        else:
            saved = store_picture(photo=self.instance, picture=picture)
        return saved


class PhotoFormSet(BoundedFormSet):
    """Photos of a feature: those ticked for deletion leave with their files."""

    def delete_existing(self, obj: FeaturePhoto, commit: bool = True) -> None:
        """Delete a photo and its files."""
        if commit:
            remove_photo(photo=obj)


def readable_names(visitor: Visitor, layer: Layer) -> frozenset[str]:
    """Return the names of the fields of a layer that a visitor reads; none of a layer that they do not see."""
    try:
        definition = registry.definition(layer.slug)
    except UnknownLayer:
        return frozenset()
    return frozenset(field.name for scope in access.visible(visitor, [definition]) for field in scope.fields)


def readable_synonyms(visitor: Visitor, layer: Layer) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the synonyms stored with a layer that a visitor may change, and the others."""
    names = readable_names(visitor, layer) | {""}
    stored: dict[str, list[str]] = layer.synonyms if isinstance(layer.synonyms, dict) else {}
    read = {key: words for key, words in stored.items() if key.partition("=")[0] in names}
    return read, {key: words for key, words in stored.items() if key not in read}


def parse_synonyms(text: str, fields: Collection[str]) -> dict[str, list[str]]:
    """Read lines into words by key: ``""``, a field, or ``field=value``.

    Raises:
        ValueError: a line without words, of a field that is not among these, or too much of anything; it says which.
    """
    lines = [line.strip() for line in text.replace("\u00a0", " ").splitlines() if line.strip()]
    if len(lines) > MAX_LINES:
        raise ValueError(gettext("Au plus %d lignes.") % MAX_LINES)
    synonyms: dict[str, list[str]] = {}
    for line in lines:
        key, words = _line(line)
        if key and key.partition("=")[0] not in fields:
            raise ValueError(gettext("« %s » : la couche n’a pas ce champ.") % key.partition("=")[0][:60])
        synonyms.setdefault(key, []).extend(word for word in words if word not in synonyms.get(key, ()))
    return synonyms


def _line(line: str) -> tuple[str, list[str]]:
    key, colon, rest = line.rpartition(" :") if " :" in line else line.partition(":")
    if line.startswith(":"):
        key, colon, rest = "", ":", line[1:]
    words = [" ".join(word.split()) for word in rest.split(",")]
    words = list(dict.fromkeys(filter(None, words)))
    if not colon or not words:
        raise ValueError(
            gettext("« %s » : écrivez un champ, deux-points, puis des mots séparés par des virgules.")
            % line[:60]
        )
    if len(words) > MAX_WORDS or any(len(word) > LONGEST or "\x00" in word for word in words):
        raise ValueError(
            gettext("« %(line)s » : au plus %(words)d mots de %(length)d caractères.")
            % {"line": line[:60], "words": MAX_WORDS, "length": LONGEST}
        )
    return "=".join(part.strip() for part in key.split("=", 1)), words


def synonyms_text(synonyms: Mapping[str, list[str]]) -> str:
    """Write synonyms as an editor reads them."""
    return "\n".join(f"{key} : {', '.join(words)}".strip() for key, words in synonyms.items())


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
            readable, self._unread = readable_synonyms(self.visitor, self.instance)
            self.fields["synonyms"] = forms.CharField(
                label=self.fields["synonyms"].label,
                help_text=SYNONYMS_HELP,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            self.initial["synonyms"] = synonyms_text(readable)

    def clean_synonyms(self) -> dict[str, list[str]]:
        """Read the lines.

        Raises:
            ValidationError: a line that cannot be read, or of a field that the person does not read.
        """
        try:
            synonyms = parse_synonyms(
                self.cleaned_data["synonyms"], readable_names(self.visitor, self.instance)
            )
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return {**self._unread, **synonyms}

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
            parse_style(document, default=default_style(raster.kind, bands), bands=len(bands))
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


class DayField(forms.SplitDateTimeField):
    """A day with an hour that may be left out: the day begins, or ends, at ``hour``."""

    def __init__(self, *, hour: dt.time, **kwargs: Any) -> None:
        super().__init__(required=False, widget=AdminSplitDateTime(), **kwargs)
        self.hour = hour

    def compress(self, data_list: tuple[dt.date, dt.time] | None) -> dt.datetime | None:
        """Return the instant of a day alone, or of a day and its hour."""
        day, hour = data_list or (None, None)
        if day and hour in self.empty_values:
            data_list = day, self.hour
        return super().compress(data_list)


def filter_faults(match: access.FilterMatch) -> list[str]:
    """Return in words what is doubtful of a row filter: nothing matches, or values that no row has."""
    faults = [
        gettext("Aucune ligne n’a « %(value)s » dans « %(field)s ».") % {"value": value, "field": field}
        for field, value in match.absent
    ]
    if not match.count:
        faults.insert(0, gettext("Ce filtre ne correspond à aucune ligne : le groupe ne verra rien."))
    return faults


def grant_match(visitor: Visitor, layer: Layer, rows: str) -> access.FilterMatch | None:
    """Return what the row filter of a grant matches for who gives it; None where nothing may be told."""
    scope = access.scopes_by_slug(visitor, [layer.slug]).get(layer.slug)
    return access.filter_match(scope, rows) if scope else None


class GrantForm(OfferedFieldsForm):
    """A grant whose row filter is read at once: a filter that fails later would hide every row.

    One that matches nothing, or names a value that no row has, is saved once its author ticks so.
    """

    valid_from = DayField(hour=dt.time(0, 0), help_text=_("Sans heure : dès le début du jour."))
    valid_until = DayField(hour=dt.time(23, 59, 59), help_text=_("Sans heure : jusqu’à la fin du jour."))
    is_confirmed = forms.BooleanField(
        label=_("Garder ce filtre tel quel"), required=False, widget=forms.HiddenInput()
    )

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
        self.definition, self.visitor, self.layer = _definition(layer), visitor, layer
        for column in Grant._meta.fields:
            if column.name in {"valid_from", "valid_until"} & self.fields.keys():
                self.fields[column.name].label = capfirst(column.verbose_name)
        offered = self.fields.get("group")
        if isinstance(offered, forms.ModelChoiceField) and offered.queryset is not None:
            offered.queryset = offered.queryset.filter(_groups_to_give(visitor, [self.instance.group_id]))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a step of Django's that its stubs leave out
        _check(self, Grant.objects.filter(pk=self.instance.pk).first(), ())

    def clean_written_fields(self) -> list[str]:
        """Refuse a name that nothing of the layer has.

        Raises:
            ValidationError: it names neither a field, nor a relation, nor the geometry.
        """
        names: list[str] = self.cleaned_data["written_fields"] or []
        definition = self.definition
        accepted = {GEOMETRY} if definition is None else {GEOMETRY, *definition.by_name}
        accepted |= {relation.name for relation in definition.relations} if definition else set()
        if unknown := sorted({*names} - accepted):
            raise forms.ValidationError(_("La couche n’a ni champ ni relation « %s ».") % unknown[0])
        return names

    def clean_rows(self) -> str:
        """Parse and compile the filter.

        Raises:
            ValidationError: not CQL2, or a field that the layer does not have.
        """
        rows: str = self.cleaned_data["rows"].strip()
        self.instance.rows = rows  # refused or not, the page counts the rows of what it shows
        if not rows:
            return ""
        if self.definition is None:
            raise forms.ValidationError(
                _("La couche n’est plus publiée : le filtre ne peut pas être vérifié.")
            )
        try:
            compile_filter(parse_filter(rows, parameter="rows"), self.definition.row_fields)
        except LayersError as error:
            faults = [error.detail, *self._advice(rows, names_fields=isinstance(error, UnknownProperty))]
            raise forms.ValidationError(faults, code="invalid_filter") from error
        if "rows" in self.changed_data:
            self._check_match(rows)
        return rows

    def _advice(self, rows: str, *, names_fields: bool) -> list[str]:
        """Return the filter that its author most likely means, or else the names of the fields that they read."""
        readable = readable_names(self.visitor, self.layer)
        fields = {name: field for name, field in self._row_fields().items() if name in readable}
        corrected = corrected_filter(rows, fields)
        if corrected != rows and self._is_readable(corrected):
            return [gettext("Vouliez-vous dire : %s ?") % corrected]
        if not names_fields or not fields:
            return []
        names = [f"{name} ({field.title})" for name, field in list(fields.items())[:MAX_NAMES]]
        more = ["…"] if len(fields) > MAX_NAMES else []
        return [gettext("Un filtre nomme les champs ainsi : %s.") % ", ".join([*names, *more])]

    def _row_fields(self) -> Mapping[str, Field]:
        return self.definition.row_fields if self.definition else {}

    def _is_readable(self, rows: str) -> bool:
        """Whether a filter reads, on fields that the layer has."""
        try:
            compile_filter(parse_filter(rows, parameter="rows"), self._row_fields())
        except LayersError:
            return False
        return True

    def _check_match(self, rows: str) -> None:
        """Refuse a doubtful filter once, and offer to save it as it is.

        Raises:
            ValidationError: what is doubtful, unless the author confirms.
        """
        match = grant_match(self.visitor, self.layer, rows)
        if match is None or not match.is_doubtful:
            return
        is_confirmed = self.fields["is_confirmed"]
        is_confirmed.widget = forms.CheckboxInput()
        if not is_confirmed.clean(self.data.get(self.add_prefix("is_confirmed"))):
            faults = [*filter_faults(match), *self._advice(rows, names_fields=False)]
            advice = gettext("Corrigez-le, ou cochez « Garder ce filtre tel quel ».")
            raise forms.ValidationError([*faults, advice], code="doubtful_filter")


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


def _groups_to_give(visitor: Visitor, current: Iterable[int | None]) -> Q:
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
