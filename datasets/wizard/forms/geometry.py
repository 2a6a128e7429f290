"""Where the geometry comes from, and which columns name the commune and title a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.definitions import PLAIN_POSITIONS, DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryFamily, GeometryKind
from datasets.wizard.forms.columns import choices_of
from interface.forms import add_input_classes

_NOBODY = ("", gettext_lazy("aucune"))
RECIPES = (
    ("none", gettext_lazy("sans géométrie : un tableau")),
    ("wkb", gettext_lazy("la géométrie du fichier")),
    ("lonlat", gettext_lazy("deux colonnes : longitude et latitude, ou X et Y")),
    ("latlon", gettext_lazy("une colonne « latitude, longitude »")),
    ("lonlat_text", gettext_lazy("une colonne « [longitude, latitude] »")),
    ("dms", gettext_lazy("degrés, minutes, secondes : une colonne ou deux")),
    ("wkt", gettext_lazy("une colonne WKT ou WKB")),
    ("geojson", gettext_lazy("une colonne GeoJSON")),
)
COLUMNS_NEEDED = {
    "none": 0, "wkb": 0, "lonlat": 2, "latlon": 1, "lonlat_text": 1, "dms": 1, "wkt": 1, "geojson": 1,
}  # fmt: skip
_COLUMNS_USED = COLUMNS_NEEDED | {"dms": 2}
CRS = (
    (4326, gettext_lazy("WGS 84, degrés (EPSG:4326)")),
    (2154, gettext_lazy("Lambert-93 (EPSG:2154)")),
    (3949, gettext_lazy("Lambert CC49 (EPSG:3949)")),
    (27572, gettext_lazy("Lambert II étendu (EPSG:27572)")),
    (3857, gettext_lazy("Mercator du Web (EPSG:3857)")),
)


class GeometryForm(forms.Form):
    """The recipe of the geometry: kind, columns, coordinate reference system."""

    geometry = forms.ChoiceField(
        label=gettext_lazy("Géométrie"), choices=GeometryKind.choices, required=False
    )
    only = forms.ChoiceField(
        label=gettext_lazy("Prendre"),
        help_text=gettext_lazy(
            "Les lignes d’une autre famille sont laissées de côté, et comptées dans le rapport."
        ),
        choices=[("", gettext_lazy("toutes les géométries")), *GeometryFamily.choices],
        required=False,
    )
    recipe = forms.ChoiceField(label=gettext_lazy("Tirée de"), choices=RECIPES)
    first = forms.ChoiceField(label=gettext_lazy("Colonne X, longitude ou géométrie"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("Colonne Y ou latitude"), required=False)
    srid = forms.TypedChoiceField(
        label=gettext_lazy("Système de coordonnées"), choices=CRS, coerce=int, initial=4326
    )
    keeps_z = forms.BooleanField(label=gettext_lazy("Garder les altitudes"), required=False)
    becomes_layer = forms.BooleanField(
        label=gettext_lazy("En faire une couche de la carte"),
        required=False,
        widget=forms.CheckboxInput(attrs={"form": "colonnes"}),
    )

    def __init__(
        self,
        *args: Any,
        titles: Sequence[str],
        schema: DatasetSchema,
        recipe: GeometryRecipe,
        offered: tuple[GeometryKind, GeometryRecipe] | None = None,
        **kwargs: Any,
    ) -> None:
        if offered is not None and schema.geometry is GeometryKind.NONE:
            recipe = replace(recipe, kind="none")
        columns = [str(index) for index in recipe.columns] + ["", ""]
        kwargs["initial"] = {
            "geometry": schema.geometry.value,
            "recipe": recipe.kind,
            "first": columns[0],
            "second": columns[1],
            "srid": recipe.srid,
            "keeps_z": recipe.keeps_z,
            "only": recipe.only,
        }
        kwargs["initial"]["becomes_layer"] = schema.geometry is not GeometryKind.NONE
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.guessed = offered[1] if offered else recipe
        if offered is None:
            del self.fields["becomes_layer"]
        choices = [_NOBODY, *((str(index), title) for index, title in enumerate(titles))]
        self._choose("first", choices)
        self._choose("second", choices)
        codes = {code for code, _label in CRS}
        self._choose("srid", CRS if recipe.srid in codes else ((recipe.srid, f"EPSG:{recipe.srid}"), *CRS))
        add_input_classes(self)

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Require the columns of the recipe, and a kind of geometry when there is one."""
        cleaned = self._with_offer(dict(super().clean() or self.cleaned_data))
        kind = cleaned.get("recipe", "none")
        if cleaned.get("only") and kind != "none":
            chosen = GeometryKind(cleaned.get("geometry", ""))
            cleaned["geometry"] = GeometryFamily(cleaned["only"]).nearest(chosen).value
        for name in ("first", "second")[: COLUMNS_NEEDED[kind]]:
            if not cleaned.get(name):
                self.add_error(name, _("Choisissez la colonne."))
        if kind != "none" and not cleaned.get("geometry"):
            self.add_error("geometry", _("Choisissez une sorte de géométrie, ou « sans géométrie »."))
        if kind == "none":
            cleaned["geometry"] = cleaned["only"] = ""
        if cleaned.get("keeps_z") and kind in PLAIN_POSITIONS:
            self.add_error("keeps_z", _("Des colonnes de positions n’ont pas d’altitude à garder."))
        if kind == "wkb" and self.guessed.kind != "wkb":
            self.add_error("recipe", _("Ce fichier ne porte pas de géométrie."))
        return cleaned

    def _with_offer(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Return the values with the positions that the file brings, where they are accepted and no others chosen."""
        if self.offered is None or not cleaned.get("becomes_layer") or cleaned.get("recipe") != "none":
            return cleaned
        kind, recipe = self.offered
        first, second = [*map(str, recipe.columns), "", ""][:2]
        values = {"geometry": kind.value, "recipe": recipe.kind, "first": first, "second": second}
        return cleaned | values | {"srid": recipe.srid}

    @property
    def kind(self) -> GeometryKind:
        """The kind of geometry of the valid form."""
        return GeometryKind(self.cleaned_data["geometry"])

    @property
    def value(self) -> GeometryRecipe:
        """The recipe of the valid form."""
        values = self.cleaned_data
        names = ("first", "second")[: _COLUMNS_USED[values["recipe"]]]
        own = tuple(int(values[name]) for name in names if values[name])
        return GeometryRecipe(
            kind=values["recipe"],
            columns=self.guessed.columns if values["recipe"] == "wkb" else own,
            srid=values["srid"],
            keeps_z=values["keeps_z"],
            only=values["only"],
            swaps_xy=self.guessed.swaps_xy and values["recipe"] == self.guessed.kind,
        )


class RolesForm(forms.Form):
    """The columns that have a role for the whole dataset."""

    title_field = forms.ChoiceField(
        label=gettext_lazy("Colonne de titre"),
        help_text=gettext_lazy("Ce qui nomme une ligne sur la carte et dans les listes."),
        required=False,
    )
    time_field = forms.ChoiceField(
        label=gettext_lazy("Colonne de date"),
        help_text=gettext_lazy(
            "Ce qui date une ligne, et qu’une période (datetime) interroge. "
            "Sans choix, la seule colonne de date, s’il n’y en a qu’une."
        ),
        required=False,
    )
    precision_field = forms.ChoiceField(
        label=gettext_lazy("Colonne d’incertitude"),
        help_text=gettext_lazy(
            "L’erreur probable d’une position, en mètres : les distances la disent (« 115 m, à 250 m près »)."
        ),
        required=False,
    )
    commune = forms.ChoiceField(
        label=gettext_lazy("Colonne de commune"),
        help_text=gettext_lazy("Code INSEE ou nom ; utile aux tableaux sans géométrie."),
        required=False,
    )

    def __init__(self, *args: Any, schema: DatasetSchema, **kwargs: Any) -> None:
        indexes = {field.name: str(index) for index, field in enumerate(schema.fields)}
        kwargs["initial"] = {
            "title_field": indexes.get(schema.title_field, ""),
            "time_field": indexes.get(schema.dated_by(), ""),
            "precision_field": indexes.get(schema.precision_field, ""),
            "commune": indexes.get(schema.commune, ""),
        }
        super().__init__(*args, **kwargs)
        for name in ("title_field", "time_field", "precision_field", "commune"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [_NOBODY, *choices_of(schema.fields)]
        add_input_classes(self)

    def position(self, name: str) -> int | None:
        """Return the place of the column that has the role ``name``, or None."""
        value = self.cleaned_data[name]
        return int(value) if value else None
