"""The form of the metadata of a layer: its row of the catalogue and its metadata, as one."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.forms import add_input_classes
from layers.models import Layer, Theme
from layers.vocabulary import Frequency, Licence
from metadata.editing.services import Values
from metadata.models import LayerMetadata
from metadata.vocabulary import AccessReason, AccessRights, HvdCategory, InspireTheme, Language, TopicCategory

CORNERS = ("west", "south", "east", "north")
_MAX_TEXT = 10_000
_FORMER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]*")
# « prénom.nom@ », « p.nom@ »: two words of letters joined by a dot, none of which is the word of a role.
_TWO_WORDS = re.compile(r"([a-z]+(?:-[a-z]+)*)[._]([a-z]+(?:-[a-z]+)*)")
_CIVILITY = re.compile(r"(?:m|mm|mme|mlle|mr|monsieur|madame)\b\.?\s", re.IGNORECASE)
_ROLE_WORDS = """
accueil agence air archives assainissement associations bureau cabinet carte cartes carto cartographie circulation
climat commerce communication communications conseil contact contacts courrier culture data dechets deplacements
developpement direction donnee donnees dpo dsi dsit durable eau economie education emploi enfance energie energies
environnement equipe espace espaces espaces-verts espacesverts foncier geo geomatique gestion habitat info information
informations infos jardins jeunesse logement mairie mobilite mobilites musee musees numerique observatoire open opendata
ouvertes parcs patrimoine plan plu plui pole police portail prevention projet projets proprete publiques qualite
referent relation reseaux route sante secretariat securite service services sig social sports stationnement statistique
statistiques support technique techniques territoire tourisme transition transports travaux urbaine urbanisme usagers
velo vertes verts ville voirie
"""
_ROLES = frozenset(_ROLE_WORDS.split())


def names_a_person(address: str) -> bool:
    """Whether the part of an address before « @ » is a first name and a name, not a role."""
    match = _TWO_WORDS.fullmatch(address.partition("@")[0].strip().lower())
    return match is not None and not any(word in _ROLES for word in match.groups())


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class MetadataForm(forms.ModelForm[LayerMetadata]):
    """All metadata of a layer. ``cleaned_values`` are what the form says, as ``values_of`` writes them."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    abstract = forms.CharField(
        label=gettext_lazy("Résumé"), max_length=_MAX_TEXT, required=False, widget=_area(5)
    )
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Thème"), queryset=Theme.objects.all(), to_field_name="slug", empty_label=None
    )
    keywords = SimpleArrayField(
        forms.CharField(max_length=60), label=gettext_lazy("Mots-clés"), required=False
    )
    licence = forms.ChoiceField(label=gettext_lazy("Licence"), choices=Licence.choices)
    frequency = forms.ChoiceField(label=gettext_lazy("Fréquence de mise à jour"), choices=Frequency.choices)
    contact = forms.EmailField(
        label=gettext_lazy("Adresse du service"),
        required=False,
        help_text=gettext_lazy("Celle d’un service : sig@ville.fr. Elle paraît dans tous les catalogues."),
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=400, required=False)
    contact_url = forms.URLField(
        label=gettext_lazy("Formulaire de contact"), required=False, assume_scheme="https"
    )
    schema_url = forms.URLField(
        label=gettext_lazy("Schéma"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Adresse du schéma sur schema.data.gouv.fr."),
    )
    west = forms.FloatField(label=gettext_lazy("Ouest"), required=False, min_value=-180, max_value=180)
    south = forms.FloatField(label=gettext_lazy("Sud"), required=False, min_value=-90, max_value=90)
    east = forms.FloatField(label=gettext_lazy("Est"), required=False, min_value=-180, max_value=180)
    north = forms.FloatField(label=gettext_lazy("Nord"), required=False, min_value=-90, max_value=90)
    language = forms.ChoiceField(label=gettext_lazy("Langue des données"), choices=Language.choices)
    resolution_m = forms.FloatField(
        label=gettext_lazy("Précision, en mètres"), required=False, min_value=0.001, max_value=100_000
    )

    class Meta:
        model = LayerMetadata
        fields = [
            "title_en", "abstract_en", "keywords_en", "lineage", "lineage_en", "quality", "quality_en", "language",
            "publisher", "contact_name", "contact_url", "starts_on", "ends_on", "access_rights", "access_reason",
            "hvd_category", "schema_url", "inspire_theme", "topic_category", "resolution_m", "former_id",
        ]  # fmt: skip
        widgets = {
            "abstract_en": _area(5),
            "lineage": _area(4),
            "lineage_en": _area(4),
            "quality": _area(3),
            "quality_en": _area(3),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(
        self, posted: Any = None, *, layer: Layer, values: Values, may_change_identity: bool
    ) -> None:
        initial = dict(values) | {name: ", ".join(values[name]) for name in ("keywords", "keywords_en")}
        if values["bounds"]:
            initial |= dict(zip(CORNERS, values["bounds"], strict=True))
        super().__init__(posted, initial=initial)
        self.layer = layer
        if not may_change_identity:
            del self.fields["former_id"]
        for name in ("abstract_en", "lineage", "lineage_en", "quality", "quality_en"):
            field = self.fields[name]
            assert isinstance(field, forms.CharField)
            field.max_length = _MAX_TEXT
            field.widget.attrs["maxlength"] = str(_MAX_TEXT)
        for name in ("title_en", "abstract_en", "keywords_en", "lineage_en", "quality_en"):
            self.fields[name].widget.attrs["lang"] = "en"
        for name in ("keywords", "keywords_en"):
            self.fields[name].help_text = _("Séparés par des virgules.")
        self._name_choices()
        add_input_classes(self)

    def _name_choices(self) -> None:
        """Say what no choice means."""
        for name, choices, empty in (
            ("access_rights", AccessRights.choices, _("Comme la couche : public si elle est ouverte")),
            ("access_reason", AccessReason.choices, _("Aucun")),
            ("hvd_category", HvdCategory.choices, _("Aucune")),
            ("inspire_theme", InspireTheme.choices, _("Aucun")),
            ("topic_category", TopicCategory.choices, _("À choisir")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", empty), *choices]

    def clean_contact(self) -> str:
        """Refuse the address of a person: a contact is a role."""
        address = str(self.cleaned_data["contact"])
        if names_a_person(address):
            raise forms.ValidationError(
                _(
                    "« %s » semble nommer une personne. Cette adresse part dans des catalogues publics et y reste : "
                    "donnez celle d’un service, comme sig@ ou contact@."
                )
                % address
            )
        return address

    def clean_contact_name(self) -> str:
        """Refuse a person's name, and an address, which the national portal refuses there."""
        name = str(self.cleaned_data["contact_name"])
        if _CIVILITY.match(name):
            raise forms.ValidationError(_("Nommez un service, jamais une personne."))
        if "://" in name or "@" in name:
            raise forms.ValidationError(_("Écrivez le nom du service ; son adresse a sa propre case."))
        return name

    def clean_former_id(self) -> str:
        """Refuse what cannot be in an address, and the identifier of another layer."""
        identifier = str(self.cleaned_data["former_id"])
        if identifier and not _FORMER_ID.fullmatch(identifier):
            raise forms.ValidationError(_("Lettres, chiffres, tirets, points et « @ » seulement."))
        others = LayerMetadata.objects.exclude(layer=self.layer)
        if identifier and others.filter(former_id=identifier).exists():
            raise forms.ValidationError(_("Une autre couche a déjà cet identifiant d’origine."))
        return identifier

    def clean(self) -> dict[str, Any]:
        """Check what goes together: the four sides of an extent, both ends of a period, rights and their reason."""
        cleaned = super().clean() or self.cleaned_data
        self._check_bounds(cleaned)
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if bool(starts) != bool(ends):
            self.add_error("ends_on" if starts else "starts_on", _("Donnez les deux dates, ou aucune."))
        elif starts and ends and ends < starts:
            self.add_error("ends_on", _("La fin vient avant le début."))
        self._check_rights(cleaned)
        return cleaned

    def _check_bounds(self, cleaned: dict[str, Any]) -> None:
        corners = [cleaned.get(name) for name in CORNERS]
        given = [corner for corner in corners if corner is not None]
        if given and len(given) < len(CORNERS):
            missing = next(name for name, corner in zip(CORNERS, corners, strict=True) if corner is None)
            if missing not in self.errors:
                self.add_error(missing, _("Donnez les quatre côtés de l’emprise, ou aucun."))
        elif given and (given[0] >= given[2] or given[1] >= given[3]):
            self.add_error("west", _("L’ouest vient avant l’est, et le sud avant le nord, en degrés."))

    def _check_rights(self, cleaned: dict[str, Any]) -> None:
        rights, reason = cleaned.get("access_rights"), cleaned.get("access_reason")
        is_limited = rights in {AccessRights.RESTRICTED, AccessRights.NON_PUBLIC}
        if is_limited and self.layer.is_open:
            self.add_error("access_rights", _("Cette couche est ouverte à tous : ses droits sont publics."))
        elif is_limited and not reason:
            self.add_error("access_reason", _("Dites pourquoi l’accès est limité."))
        elif reason and not is_limited:
            self.add_error("access_reason", _("Un motif n’a de sens que si l’accès est limité."))

    def _post_clean(self) -> None:
        """Leave the constraints of the table to ``clean``, which says them in words."""

    @property
    def cleaned_values(self) -> Values:
        """What a valid form says, as ``values_of`` writes it."""
        values: Values = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
            if name not in CORNERS
        }
        corners = [self.cleaned_data[name] for name in CORNERS]
        values["bounds"] = corners if corners[0] is not None else None
        values["theme"] = self.cleaned_data["theme"].slug
        for name in ("starts_on", "ends_on"):
            values[name] = values[name].isoformat() if values[name] else None
        return values
