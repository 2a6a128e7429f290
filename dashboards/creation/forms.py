"""The forms that make, copy and write dashboards, with their faults beside the inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.creation.queries import FormChoices
from dashboards.creation.services import NewDashboard, Start
from dashboards.documents.schema import RESERVED_DASHBOARDS
from dashboards.documents.source_text import MAX_CHARACTERS
from dashboards.models import SLUG_MAX, SLUG_VALIDATOR, SUMMARY_MAX, TITLE_MAX
from dashboards.starters import Starter
from interface.forms import add_input_classes
from layers.definitions import Text

MAX_BYTES = 4 * MAX_CHARACTERS  # what the longest document takes in UTF-8
_STARTS: Iterable[tuple[str, Text]] = (
    (Start.LAYER.value, gettext_lazy("À partir d’une couche")),
    (Start.EMPTY.value, gettext_lazy("Vide")),
    (Start.COPY.value, gettext_lazy("Copie d’un tableau de bord")),
    (Start.FILE.value, gettext_lazy("Fichier YAML ou JSON")),
)


def slug_field(**options: Any) -> forms.CharField:
    """Return the field of an identifier, made of the title when it is left empty."""
    return forms.CharField(
        label=gettext_lazy("Identifiant dans l’adresse"),
        max_length=SLUG_MAX,
        required=False,
        validators=[SLUG_VALIDATOR, check_slug],
        help_text=gettext_lazy("Laissé vide, il est fait du titre. Il ne change plus ensuite."),
        **options,
    )


def check_slug(slug: str) -> None:
    """Refuse the words of addresses.

    Raises:
        ValidationError: the identifier is one of them.
    """
    if slug in RESERVED_DASHBOARDS:
        raise ValidationError(_("« %s » est un mot des adresses du portail : choisissez-en un autre.") % slug)


class ProducedByForm(forms.Form):
    """What is made in the name of a group: one of those of its author, chosen already when there is only one."""

    producer = forms.ChoiceField(
        label=gettext_lazy("Tenu à jour par"),
        required=False,
        help_text=gettext_lazy("Les membres de ce groupe qui font des tableaux de bord pourront le changer."),
    )

    def __init__(self, *args: Any, form_choices: FormChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_choices = form_choices
        producer = self.fields["producer"]
        assert isinstance(producer, forms.ChoiceField)
        nobody = [("", _("Les administrateurs seulement"))] if form_choices.may_be_nobody else []
        several = [("", _("Choisissez un groupe"))] if not nobody and len(form_choices.producers) > 1 else []
        producer.choices = [*nobody, *several, *((name, name) for name in form_choices.producers)]
        if len(form_choices.producers) == 1 and not nobody:
            producer.initial = form_choices.producers[0]
        add_input_classes(self)

    def clean_producer(self) -> str:
        """Return the group.

        Raises:
            ValidationError: there is none, and the author could not change what they make.
        """
        name = str(self.cleaned_data["producer"])
        if not name and not self.form_choices.may_be_nobody:
            raise ValidationError(
                _("Choisissez le groupe qui le tient à jour : sans lui, vous ne pourriez pas le changer.")
                if self.form_choices.producers
                else _(
                    "Votre compte n’est d’aucun groupe : demandez à un administrateur de vous en donner un."
                )
            )
        return name


class NewDashboardForm(ProducedByForm):
    """A new dashboard: its title, and what it starts from."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=TITLE_MAX, required=False)
    start = forms.ChoiceField(
        label=gettext_lazy("Commencer par"),
        choices=_STARTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez par quoi commencer.")},
    )
    layer = forms.ChoiceField(label=gettext_lazy("Couche"), required=False)
    starter = forms.ChoiceField(label=gettext_lazy("Modèle"), required=False, widget=forms.RadioSelect)
    copied = forms.ChoiceField(label=gettext_lazy("Tableau de bord à copier"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
        help_text=gettext_lazy(
            "Celui que donne « Télécharger en YAML » d’un autre tableau de bord, par exemple."
        ),
        error_messages={"empty": gettext_lazy("Ce fichier est vide : il ne contient aucun octet.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("Ce qu’on y lit, en une phrase"),
        max_length=SUMMARY_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Thème"), required=False)
    slug = slug_field()

    def __init__(self, *args: Any, starters: Iterable[Starter] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("layer", [("", _("Choisissez une couche")), *self.form_choices.layers])
        self._choose("starter", [(each.name, each.title) for each in starters])
        self._choose("copied", [("", _("Choisissez un tableau de bord")), *self.form_choices.copied])
        self._choose("theme", [("", _("Celui de la couche, ou aucun")), *self.form_choices.themes])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_file(self) -> str:
        """Return the text of the file.

        Raises:
            ValidationError: it is too large, or is no text.
        """
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MAX_BYTES:
            raise ValidationError(_("Ce fichier est trop lourd pour un document de tableau de bord."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("Ce fichier n’est pas du texte en UTF-8.")) from None

    def clean(self) -> None:
        """Require what the chosen start needs: a title but for a file, a layer, a dashboard, a file."""
        super().clean()
        start = self.cleaned_data.get("start")
        needs = {
            Start.LAYER.value: ("layer", _("Choisissez la couche dont part le tableau de bord.")),
            Start.COPY.value: ("copied", _("Choisissez le tableau de bord à copier.")),
            Start.FILE.value: ("file", _("Choisissez un fichier.")),
        }
        if start in needs:
            name, reason = needs[start]
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, reason)
        if start != Start.FILE.value and not self.cleaned_data.get("title") and "title" not in self.errors:
            self.add_error("title", _("Donnez un titre : c’est ce que verront les lecteurs dans la liste."))

    @property
    def parameters(self) -> NewDashboard:
        """The values of the valid form."""
        cleaned = self.cleaned_data
        start = Start(cleaned["start"])
        return NewDashboard(
            start=start,
            title=cleaned["title"],
            slug=cleaned["slug"],
            summary=cleaned["summary"],
            theme=cleaned["theme"],
            producer=cleaned["producer"],
            layer=cleaned["layer"],
            starter=cleaned["starter"],
            copied=cleaned["copied"],
            text=cleaned["file"],
        )


class CopyForm(ProducedByForm):
    """A copy: its title, its group, and its origin when a draft differs from what is published."""

    title = forms.CharField(
        label=gettext_lazy("Titre de la copie"),
        max_length=TITLE_MAX,
        error_messages={"required": gettext_lazy("Donnez un titre à la copie.")},
    )
    slug = slug_field()
    version = forms.ChoiceField(
        label=gettext_lazy("Copier"), required=False, widget=forms.RadioSelect, choices=()
    )

    def __init__(self, *args: Any, versions: list[tuple[str, Text]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        assert isinstance(version, forms.ChoiceField)
        version.choices = versions
        version.initial = versions[0][0] if versions else ""
        if len(versions) < 2:
            del self.fields["version"]


class DocumentTextForm(forms.Form):
    """The document as a text."""

    text = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=MAX_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "input code"}),
        error_messages={"required": gettext_lazy("Le document est vide.")},
    )
