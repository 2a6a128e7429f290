"""Forms of the pages of producers: the raster, its file, its style."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers import access
from layers.access import RasterScope
from layers.models import Theme
from layers.parsing.raster_styles import COLORMAPS, RESAMPLINGS, RasterClass
from layers.visitor import Visitor
from layers.vocabulary import Licence, RasterKind, Visibility

ACCEPTED = ".tif,.tiff,.geotiff"
# Rows without a class that the form offers beside those that are there.
SPARE_CLASSES = 2
MAX_CLASSES = 16
RESAMPLING_WORDS = {
    "nearest": gettext_lazy("au plus proche (codes)"),
    "bilinear": gettext_lazy("bilinéaire"),
    "cubic": gettext_lazy("cubique"),
    "average": gettext_lazy("moyenne"),
    "mode": gettext_lazy("valeur la plus fréquente"),
}


class RasterFileForm(forms.Form):
    """A file of a raster, with the CRS and nodata that it may lack."""

    file = forms.FileField(
        label=gettext_lazy("Fichier GeoTIFF"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide : il ne contient aucun octet."),
        },
    )
    crs = forms.IntegerField(
        label=gettext_lazy("Code EPSG"),
        required=False,
        min_value=1024,
        max_value=99_999_999,
        help_text=gettext_lazy("Seulement si le fichier ne le dit pas ; 2154 est Lambert-93."),
    )
    nodata = forms.CharField(
        label=gettext_lazy("Valeur des mailles vides"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Seulement si le fichier n’en déclare pas : un nombre, ou nan."),
    )
    is_published = forms.BooleanField(label=gettext_lazy("Mettre en ligne aussitôt"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    def clean_nodata(self) -> str:
        """Accept a number or ``nan``, or nothing."""
        text: str = self.cleaned_data["nodata"].strip().lower().replace(",", ".")
        try:
            float(text or "0")
        except ValueError:
            raise forms.ValidationError(_("Un nombre est attendu, ou nan.")) from None
        return text


class RasterForm(RasterFileForm):
    """A new raster with its first file."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Identifiant"),
        required=False,
        max_length=63,
        help_text=gettext_lazy("Son nom dans les adresses ; tiré du titre si vous laissez vide."),
    )
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Thème"), queryset=Theme.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("Nature"), choices=RasterKind.choices)
    unit = forms.CharField(label=gettext_lazy("Unité"), required=False, max_length=20)
    decimals = forms.IntegerField(label=gettext_lazy("Décimales"), min_value=0, max_value=6, initial=0)
    abstract = forms.CharField(
        label=gettext_lazy("Résumé"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=500)
    licence = forms.ChoiceField(label=gettext_lazy("Licence"), choices=Licence.choices)
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibilité"),
        choices=[(Visibility.INTERNAL, Visibility.INTERNAL.label), (Visibility.OPEN, Visibility.OPEN.label)],
    )
    producer = forms.ModelChoiceField(
        label=gettext_lazy("Groupe producteur"), queryset=Group.objects.none(), required=False
    )
    field_order = (
        "title", "slug", "theme", "kind", "unit", "decimals", "abstract", "source", "licence", "visibility",
        "producer", "file", "crs", "nodata", "is_published",
    )  # fmt: skip

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: QuerySet[Any] = access.producer_groups(visitor)
        self._field("theme").queryset = Theme.objects.order_by("rank", "title")
        self._field("producer").queryset = groups
        if not visitor.is_administrator:
            self._field("producer").required = True
            self._field("producer").empty_label = None

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Name the raster after its title by default."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["slug"] = cleaned.get("slug") or slugify(cleaned.get("title", ""))[:63].strip("-")
        return cleaned


class RasterStyleForm(forms.Form):
    """How a raster is called and drawn: everything but its classes."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    abstract = forms.CharField(
        label=gettext_lazy("Résumé"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=500)
    unit = forms.CharField(label=gettext_lazy("Unité"), required=False, max_length=20)
    decimals = forms.IntegerField(label=gettext_lazy("Décimales"), min_value=0, max_value=6)
    colormap = forms.ChoiceField(
        label=gettext_lazy("Rampe de couleurs"), choices=[(name, name) for name in COLORMAPS]
    )
    is_reversed = forms.BooleanField(label=gettext_lazy("Rampe inversée"), required=False)
    low = forms.FloatField(label=gettext_lazy("Valeur de la première couleur"), required=False)
    high = forms.FloatField(label=gettext_lazy("Valeur de la dernière couleur"), required=False)
    resampling = forms.ChoiceField(
        label=gettext_lazy("Rééchantillonnage"),
        choices=[(name, RESAMPLING_WORDS[name]) for name in RESAMPLINGS],
    )
    opacity = forms.IntegerField(label=gettext_lazy("Opacité, en pourcentage"), min_value=0, max_value=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    def clean(self) -> dict[str, Any]:
        """Take both ends of the scale, in their order, or none."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
            self.add_error("high", _("Deux valeurs sont attendues, la plus petite d’abord ; ou aucune."))
        return cleaned


class RasterClassForm(forms.Form):
    """A class: one value, or a range whose ends may be open."""

    title = forms.CharField(label=gettext_lazy("Nom"), required=False, max_length=80)
    colour = forms.RegexField(
        r"(?i)^#[0-9a-f]{6}$",
        label=gettext_lazy("Couleur"),
        required=False,
        initial="#808080",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    value = forms.FloatField(label=gettext_lazy("Valeur"), required=False)
    lower = forms.FloatField(label=gettext_lazy("De"), required=False)
    upper = forms.FloatField(label=gettext_lazy("À (exclu)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)

    @property
    def style_class(self) -> dict[str, Any] | None:
        """The class as a style holds it; None for a row left empty."""
        row = self.cleaned_data
        names = {"value": row.get("value"), "from": row.get("lower"), "to": row.get("upper")}
        ends = {name: end for name, end in names.items() if end is not None}
        if not row.get("title") and not ends:
            return None
        return {"title": row.get("title", ""), "colour": (row.get("colour") or "#808080").lower(), **ends}


RasterClassFormSet = forms.formset_factory(
    RasterClassForm,
    extra=SPARE_CLASSES,
    max_num=MAX_CLASSES,
    absolute_max=MAX_CLASSES,
    validate_max=True,
)


def initial_style(scope: RasterScope) -> dict[str, Any]:
    """Return the initial values of the form of the style."""
    style, layer = scope.style, scope.layer
    low, high = style.ranges[0] if style.ranges else (None, None)
    return {
        "title": layer.title,
        "abstract": layer.abstract,
        "source": layer.source,
        "unit": scope.raster.unit,
        "decimals": scope.raster.decimals,
        "colormap": style.colormap.removesuffix("_r"),
        "is_reversed": style.colormap.endswith("_r"),
        "low": low,
        "high": high,
        "resampling": style.resampling,
        "opacity": round(100 * style.opacity),
    }


def initial_classes(scope: RasterScope) -> list[dict[str, Any]]:
    """Return the classes of a style as rows of the form."""
    return [_row(each) for each in scope.style.classes]


def _row(each: RasterClass) -> dict[str, Any]:
    ends = {"lower": each.lower, "upper": each.upper}
    placed = {name: end for name, end in ends.items() if end not in {float("inf"), float("-inf")}}
    return {"title": each.title, "colour": each.colour, **({"value": each.lower} if each.is_code else placed)}
