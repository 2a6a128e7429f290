"""Forms of road works: the eight answers that declare a site, the steps of a site, a subscription."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.gis.geos import MultiLineString
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers.errors import InvalidGeometry
from layers.parsing.geometry import read_geometry
from roadworks.presenters.words import DAY_NAMES
from roadworks.services.answers import OrderAnswer, SiteAnswers
from roadworks.services.effects import EffectAnswer, Passage, Passages, effect_answers, passages_of
from roadworks.services.photos import PhotoAnswer
from roadworks.vocabulary import Direction, Impact, Mode, Traffic, WorkNature

MAX_PHASES = 12
MAX_VERTICES = 2_000
# What becomes of cars, as one choice: an effect and its direction.
_TRAFFIC: Mapping[str, tuple[Impact, Direction]] = {
    "barree": (Impact.CLOSED, Direction.BOTH),
    "sens-aller": (Impact.CLOSED, Direction.BACKWARD),
    "sens-retour": (Impact.CLOSED, Direction.FORWARD),
    "alternee": (Impact.ALTERNATE, Direction.BOTH),
    "reduite": (Impact.SLOWED, Direction.BOTH),
    "libre": (Impact.NONE, Direction.BOTH),
}
_SITUATIONS: Mapping[str, Traffic] = {
    "barree": Traffic.CLOSED,
    "sens-aller": Traffic.ONE_WAY,
    "sens-retour": Traffic.ONE_WAY,
    "alternee": Traffic.ALTERNATE,
    "reduite": Traffic.NARROWED,
}
TRAFFIC_CHOICES = (
    ("barree", gettext_lazy("Barrée")),
    ("sens-aller", gettext_lazy("Un sens")),
    ("sens-retour", gettext_lazy("L’autre sens")),
    ("alternee", gettext_lazy("Alternée")),
    ("reduite", gettext_lazy("Réduite")),
    ("libre", gettext_lazy("Libre")),
)
_AS_SITE = gettext_lazy("Comme tout le chantier")
OTHER_MODES = (Mode.FOOT, Mode.BICYCLE, Mode.BUS, Mode.PARKING)
_IMPACTS = (
    (Impact.NONE, gettext_lazy("Passe")),
    (Impact.SLOWED, gettext_lazy("Rétréci")),
    (Impact.ALTERNATE, gettext_lazy("Alterné")),
    (Impact.CLOSED, gettext_lazy("Fermé")),
)
_VALUES = (
    *("objet", "description", "nature", "maitre_ouvrage", "entreprise", "contact"),
    *("est_urgent", "refait_chaussee", "deviation"),
)


_ORDER_FIELDS = ("arrete_numero", "arrete_autorite", "arrete_date", "arrete_public", "document")


class LinesField(forms.CharField):
    """Lines drawn on the map: GeoJSON (RFC 7946) as a ``MultiLineString`` in EPSG:4326, None when empty."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> MultiLineString | None:
        """Read the lines."""
        text = super().clean(value)
        if not text:
            return None
        try:
            content = json.loads(text)
            if not isinstance(content, dict):
                raise ValueError(text[:40])
            shape: Any = read_geometry(content, parameter="trace")
        except InvalidGeometry as error:
            raise ValidationError(error.detail, code="geometry") from None
        except (ValueError, RecursionError):
            raise ValidationError(_("Ce tracé n’est pas lisible : retracez-le."), code="geometry") from None
        lines = list(shape) if shape.geom_type == "MultiLineString" else [shape]
        if any(line.geom_type != "LineString" for line in lines):
            raise ValidationError(_("Tracez une ligne le long de la rue."), code="geometry")
        if shape.num_coords > MAX_VERTICES:
            raise ValidationError(_("Ce tracé a plus de %d points.") % MAX_VERTICES, code="geometry")
        return MultiLineString([line.clone() for line in lines], srid=4326)


def _text(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **more)


def _add_mode_fields(form: forms.Form, empty: Any) -> None:
    """Add a choice of the scale of four for who does not drive a car; ``empty`` is the word of no answer."""
    for mode in OTHER_MODES:
        form.fields[f"effet_{mode.value}"] = forms.ChoiceField(
            label=mode.label, choices=(("", empty), *_IMPACTS), required=False
        )


def _mode_fields(form: forms.Form) -> list[forms.BoundField]:
    return [form[f"effet_{mode.value}"] for mode in OTHER_MODES]


def _passages(form: forms.Form) -> dict[Mode, Passage]:
    """Return what becomes of each mode that a form says something of; it may be incomplete."""
    values = getattr(form, "cleaned_data", {})
    passages = {}
    if traffic := _TRAFFIC.get(values.get("circulation", "")):
        passages[Mode.CAR] = traffic
    for mode in OTHER_MODES:
        if impact := values.get(f"effet_{mode.value}"):
            passages[mode] = Impact(impact), Direction.BOTH
    return passages


def form_effects(form: forms.Form, phases: Iterable[forms.Form]) -> tuple[EffectAnswer, ...]:
    """Return the effects of the form of a site and those of its phases."""
    return effect_answers(_passages(form), [_passages(phase) for phase in phases])


def form_traffic(form: forms.Form, phases: Iterable[forms.Form]) -> Traffic:
    """Return what becomes of cars at worst, of forms that may be incomplete."""
    codes = {getattr(each, "cleaned_data", {}).get("circulation", "") for each in (form, *phases)}
    return next((traffic for code, traffic in _SITUATIONS.items() if code in codes), Traffic.FREE)


class SiteForm(forms.Form):
    """Where, what, for whom, what it hampers, the detour, the order. When: see ``PhaseForm``."""

    trace = LinesField(label=gettext_lazy("Où"), required=False)
    rue = _text(gettext_lazy("Rue"), 160, help_text=gettext_lazy("Le nom de la rue, sans la carte."))
    rue_du = forms.IntegerField(label=gettext_lazy("Du n°"), required=False, min_value=1, max_value=99_999)
    rue_au = forms.IntegerField(label=gettext_lazy("Au n°"), required=False, min_value=1, max_value=99_999)
    nature = forms.ChoiceField(label=gettext_lazy("Travaux"), choices=WorkNature.choices)
    maitre_ouvrage = forms.CharField(label=gettext_lazy("Pour le compte de"), max_length=160)
    entreprise = _text(gettext_lazy("Entreprise"), 160)
    contact = _text(
        gettext_lazy("Qui appeler"), 160, help_text=gettext_lazy("Un nom, un téléphone : jamais publics.")
    )
    objet = _text(
        gettext_lazy("En quelques mots"),
        200,
        help_text=gettext_lazy("Vide : la nature des travaux et la rue."),
    )
    description = _text(gettext_lazy("Pour les riverains"), 2_000, widget=forms.Textarea(attrs={"rows": 3}))
    est_urgent = forms.BooleanField(
        label=gettext_lazy("Travaux urgents"),
        required=False,
        help_text=gettext_lazy("En ligne tout de suite, relus ensuite."),
    )
    refait_chaussee = forms.BooleanField(
        label=gettext_lazy("La chaussée est refaite"),
        required=False,
        help_text=gettext_lazy("Personne ne l’ouvre ensuite pendant trois ans."),
    )
    circulation = forms.ChoiceField(
        label=gettext_lazy("La circulation"), choices=TRAFFIC_CHOICES, widget=forms.RadioSelect
    )
    deviation = _text(
        gettext_lazy("Déviation"),
        1_000,
        help_text=gettext_lazy("Les rues à prendre, ou un tracé sur la carte."),
    )
    trace_deviation = LinesField(label=gettext_lazy("Tracé de la déviation"), required=False)
    arrete_numero = _text(gettext_lazy("Numéro de l’arrêté"), 60)
    arrete_autorite = _text(gettext_lazy("Pris par"), 160)
    arrete_date = forms.DateField(
        label=gettext_lazy("Daté du"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    arrete_public = forms.BooleanField(
        label=gettext_lazy("Déjà public"),
        required=False,
        help_text=gettext_lazy("Affiché ou publié : le PDF se lit alors en ligne."),
    )
    document = forms.FileField(
        label=gettext_lazy("PDF de l’arrêté"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    photo = forms.FileField(
        label=gettext_lazy("Photo des lieux"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("Réservée à vous et à qui valide, sauf si vous la dites publique."),
    )
    photo_publique = forms.BooleanField(
        label=gettext_lazy("Ni visage ni plaque : la photo se lit en ligne"), required=False
    )
    photo_retiree = forms.BooleanField(label=gettext_lazy("Retirer la photo"), required=False)
    motif = _text(
        gettext_lazy("Pourquoi publier malgré les autres travaux"),
        1_000,
        help_text=gettext_lazy(
            "Demandé quand d’autres travaux gênent ceux-ci ; gardé avec les étapes du chantier."
        ),
    )

    def __init__(
        self,
        *args: Any,
        has_orders: bool = True,
        has_photo: bool = False,
        publishes: bool = False,
        is_proposal: bool = False,
        **kwargs: Any,
    ) -> None:
        """Make the form of who reads orders, of a site with a photo, of who publishes at once, of a proposed change."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if not publishes:
            del self.fields["motif"]
        if is_proposal:  # who approves the site writes its order and its photo
            has_orders = has_photo = False
            for name in ("photo", "photo_publique"):
                del self.fields[name]
        if not has_photo:
            del self.fields["photo_retiree"]
        if not has_orders:  # who does not read the orders of the layer writes none
            for name in _ORDER_FIELDS:
                del self.fields[name]
        _add_mode_fields(self, gettext_lazy("Rien à dire"))
        add_input_classes(self)

    @property
    def mode_fields(self) -> list[forms.BoundField]:
        """The effects on who does not drive a car."""
        return _mode_fields(self)

    def order(self) -> OrderAnswer | None:
        """Return the order of a form that is valid, None without a number."""
        values = self.cleaned_data
        if not values.get("arrete_numero"):
            return None
        return OrderAnswer(
            values["arrete_numero"],
            values["arrete_autorite"],
            values["arrete_date"],
            values["arrete_public"],
            values["document"],
        )

    def photo_answer(self) -> PhotoAnswer | None:
        """Return the photo of a form that is valid, None where the form has none."""
        if "photo" not in self.fields:
            return None
        values = self.cleaned_data
        return PhotoAnswer(
            values["photo"], values["photo_publique"], is_removed=bool(values.get("photo_retiree"))
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a document without the number of its order."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("document") and not values.get("arrete_numero"):
            self.add_error("arrete_numero", _("Donnez le numéro de l’arrêté dont c’est le PDF."))
        return values


class PhaseForm(forms.Form):
    """Days and hours; without hours a phase is day and night."""

    titre = _text(gettext_lazy("Ce qui se fait"), 120)
    date_debut = forms.DateField(
        label=gettext_lazy("Du"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    date_fin = forms.DateField(
        label=gettext_lazy("Au"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    heure_debut = forms.TimeField(
        label=gettext_lazy("De"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    heure_fin = forms.TimeField(
        label=gettext_lazy("À"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    jours = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours"),
        choices=[(day, name) for day, name in DAY_NAMES.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sauf_feries = forms.BooleanField(label=gettext_lazy("Sauf jours fériés"), required=False)
    circulation = forms.ChoiceField(
        label=gettext_lazy("La circulation"), choices=(("", _AS_SITE), *TRAFFIC_CHOICES), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        _add_mode_fields(self, _AS_SITE)
        add_input_classes(self)

    @property
    def effect_fields(self) -> list[forms.BoundField]:
        """What the phase hampers in another way than the site."""
        return [self["circulation"], *_mode_fields(self)]

    @property
    def has_effects(self) -> bool:
        """Whether it hampers something in another way than the site, or was filled badly."""
        return any(field.value() or field.errors for field in self.effect_fields)

    def clean(self) -> dict[str, Any]:
        """Refuse dates that are not in order, and one hour without the other."""
        values: dict[str, Any] = super().clean() or {}
        begin, end = values.get("date_debut"), values.get("date_fin")
        if begin and end and end < begin:
            self.add_error("date_fin", _("La fin d’une phase suit son début."))
        if (values.get("heure_debut") is None) != (values.get("heure_fin") is None):
            self.add_error("heure_fin", _("Donnez les deux heures, ou aucune."))
        return values

    def columns(self) -> dict[str, Any]:
        """Return the columns of the phase of a form that is valid."""
        names = ("titre", "date_debut", "date_fin", "heure_debut", "heure_fin", "sauf_feries")
        return {name: self.cleaned_data[name] for name in names} | {
            "jours": sorted(self.cleaned_data["jours"])
        }


PhaseFormSet = forms.formset_factory(
    PhaseForm, extra=0, min_num=1, validate_min=True, max_num=MAX_PHASES, validate_max=True
)


def filled_phases(phases: Iterable[PhaseForm]) -> list[PhaseForm]:
    """Return the phases that are valid, in order; one that was left empty is none."""
    return [each for each in phases if each.is_valid() and each.cleaned_data]


def phase_columns(phases: Iterable[PhaseForm]) -> list[dict[str, Any]]:
    """Return the columns of the phases that are valid, in order."""
    return [each.columns() for each in filled_phases(phases)]


def site_answers(
    form: SiteForm, phases: Sequence[PhaseForm], drawing: MultiLineString, *, street: str
) -> SiteAnswers:
    """Return the answers of forms that are valid; ``street`` titles a site that nobody gave a title."""
    values = {name: form.cleaned_data[name] for name in _VALUES}
    nature = dict(WorkNature.choices)[values["nature"]]
    values["objet"] = values["objet"] or (f"{nature}, {street}" if street else str(nature))[:200]
    return SiteAnswers(
        values,
        drawing,
        [phase.columns() for phase in phases],
        form_effects(form, phases),
        form.order(),
        form.cleaned_data["trace_deviation"],
        form.photo_answer(),
        form.cleaned_data.get("motif", ""),
    )


def initial_answers(records: Any, order: Any = None, photo: Any = None) -> dict[str, Any]:
    """Return the first values of the form of a stored site: those that were typed."""
    site = records.site
    values = {name: getattr(site, name) for name in _VALUES}
    values["trace"] = (site.trace or site.geom).geojson
    values["trace_deviation"] = site.trace_deviation.geojson if site.trace_deviation else ""
    values |= _initial_effects(_stored_passages(records)[0])
    values.setdefault("circulation", "libre")
    values["photo_publique"] = photo is not None and photo.est_publique
    if order is not None:
        values |= {
            "arrete_numero": order.numero,
            "arrete_autorite": order.autorite,
            "arrete_date": order.date,
            "arrete_public": order.est_public,
        }
    return values


def initial_phases(records: Any) -> list[dict[str, Any]]:
    """Return the first values of the forms of the phases of a stored site: one of its dates where it has none."""
    names = ("titre", "date_debut", "date_fin", "heure_debut", "heure_fin", "sauf_feries", "jours")
    effects = _stored_passages(records)[1]
    return [
        {name: getattr(row, name, None) for name in names} | _initial_effects(passages)
        for row, passages in zip(records.phases or [records.site], effects or [{}], strict=True)
    ]


def _stored_passages(records: Any) -> tuple[Passages, list[Passages]]:
    numbers = {phase.pk: phase.numero for phase in records.phases}
    effects = [
        EffectAnswer(effect.mode, effect.impact, effect.sens, numbers.get(effect.phase_id))
        for effect in records.effects
    ]
    return passages_of(effects, list(numbers.values()))


def _initial_effects(passages: Passages) -> dict[str, str]:
    values = {f"effet_{mode.value}": passages[mode][0].value for mode in OTHER_MODES if mode in passages}
    if Mode.CAR in passages:
        code = next((code for code, traffic in _TRAFFIC.items() if traffic == passages[Mode.CAR]), "libre")
        values["circulation"] = code
    return values


def first_phase(today: dt.date) -> dict[str, Any]:
    """Return the first values of the phase of a new site: two weeks from the next Monday but one, in working hours."""
    begin = today + dt.timedelta(days=14 - today.weekday())
    return {
        "date_debut": begin,
        "date_fin": begin + dt.timedelta(days=11),
        "heure_debut": dt.time(8),
        "heure_fin": dt.time(17),
        "jours": [1, 2, 3, 4, 5],
    }


class StepForm(forms.Form):
    """A step of a site: its reason, and the new end of one that is extended."""

    name = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    reason = _text(gettext_lazy("Motif"), 1_000)
    date_fin = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class SubscriptionForm(forms.Form):
    """An address that wants the news of a place. ``website`` is a trap: people do not see it."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Écrivez votre adresse électronique."),
            "invalid": gettext_lazy("Écrivez une adresse comme nom@exemple.fr."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pres = forms.CharField(max_length=40, widget=forms.HiddenInput)
    lieu = forms.CharField(max_length=200, widget=forms.HiddenInput, required=False)
    website = forms.CharField(required=False, label=gettext_lazy("Ne remplissez pas ce champ"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        add_input_classes(self)

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled the field that people do not see."""
        return bool(self.data.get("website"))
