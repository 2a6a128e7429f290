"""The forms of a dataset: its catalogue entry before it goes online, and the word that confirms its deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.comparison.services import schema_changes
from datasets.models import Delivery
from datasets.moderation import LABELS, OPTIONAL, ModerationRules
from datasets.nouns import proposed_noun
from datasets.publication.services import default_theme
from interface.forms import FormError, add_input_classes, form_errors
from layers import access
from layers.definitions import Field, FieldType
from layers.models import Layer, Theme
from layers.visitor import Visitor
from layers.vocabulary import Visibility
from publication.models import REASON_MAX


class IdentityForm(forms.ModelForm[Layer]):
    """Title, address, theme and producer of a new dataset. The producer's group may feed it and put it online."""

    class Meta:
        model = Layer
        fields = ["title", "slug", "theme", "producer"]
        help_texts = {
            "slug": gettext_lazy("Dans les adresses : minuscules, chiffres et tirets. Il ne changera plus."),
        }

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["theme"] = self.initial.get("theme") or default_theme(Theme.objects.all())
        self.fields["slug"].required = False
        _theme_field(self).empty_label = None
        _offer_producers(self, visitor)
        add_input_classes(self)

    def clean_slug(self) -> str:
        """Make the address from the title when it is left empty."""
        slug = str(self.cleaned_data.get("slug") or "") or slugify(self.cleaned_data.get("title", ""))[:63]
        if not slug:
            raise forms.ValidationError(_("Donnez un identifiant au jeu de données."))
        if Layer.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Une couche porte déjà cet identifiant."))
        return slug


def _offer_producers(form: forms.ModelForm[Layer], visitor: Visitor) -> None:
    """Offer any group to administrators, and to others their own groups."""
    field = form.fields["producer"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = access.producer_groups(visitor, current=form.instance.producer_id)
    field.required = not visitor.is_administrator
    field.empty_label = _("à choisir") if field.required else _("aucun")
    offered = list(field.queryset[:2])
    if field.required and len(offered) == 1:  # who has one group has nothing to choose
        form.initial["producer"] = form.initial.get("producer") or offered[0]


def _theme_field(form: forms.ModelForm[Layer]) -> forms.ModelChoiceField[Theme]:
    field = form.fields["theme"]
    assert isinstance(field, forms.ModelChoiceField)
    return field


class PublishForm(forms.ModelForm[Layer]):
    """The catalogue entry of a dataset to put online."""

    class Meta:
        model = Layer
        fields = [
            "title", "noun", "noun_plural", "noun_gender", "theme", "abstract", "licence", "visibility", "producer",
            "frequency", "source",
        ]  # fmt: skip
        widgets = {"abstract": forms.Textarea(attrs={"rows": 4}), "visibility": forms.RadioSelect}

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _theme_field(self).empty_label = None
        _offer_producers(self, visitor)
        self._propose_noun()
        # Open statistics go with the smallest count that they tell, which the administration asks.
        field = self.fields["visibility"]
        assert isinstance(field, forms.ChoiceField)
        offered = {Visibility.OPEN, Visibility.INTERNAL, Visibility(self.instance.visibility)}
        field.choices = [(each.value, each.label) for each in Visibility if each in offered]
        add_input_classes(self)

    def _propose_noun(self) -> None:
        """Propose the noun from the title, until one is typed."""
        self.fields["noun_gender"].required = False
        proposed = None if self.instance.noun else proposed_noun(self.instance.title)
        if proposed is not None:
            self.initial.update(
                noun=proposed.one, noun_plural=proposed.many, noun_gender=proposed.gender.value
            )

    def clean_noun_gender(self) -> str:
        """Return the known gender when a form gives none."""
        return str(self.cleaned_data["noun_gender"]) or self.instance.noun_gender


class ConfirmSchemaForm(forms.Form):
    """The box that confirms a change of schema."""

    accepts_schema = forms.BooleanField(
        label=gettext_lazy("J’ai lu les changements de schéma et je les accepte."),
        error_messages={"required": gettext_lazy("Le schéma change : cochez la case pour l’accepter.")},
    )


class NoteForm(forms.Form):
    """What the producer says to who approves."""

    note = forms.CharField(
        label=gettext_lazy("Mot à qui approuve"),
        max_length=REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)


class ConfirmDropForm(forms.Form):
    """The dataset's own address, typed again."""

    slug = forms.CharField(label=gettext_lazy("Identifiant du jeu de données"), max_length=63)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        add_input_classes(self)

    def clean_slug(self) -> str:
        """Accept the exact address alone."""
        slug = str(self.cleaned_data["slug"]).strip()
        if slug != self.expected:
            raise forms.ValidationError(_("Ce n’est pas l’identifiant de ce jeu de données."))
        return slug


class PublicationForms:
    """The forms of publishing: catalogue entry the first time, confirmation when the schema changes, or none.

    ``is_submission``: somebody else approves, and reads a note.
    """

    def __init__(
        self, delivery: Delivery, *, visitor: Visitor, posted: Any = None, is_submission: bool = False
    ) -> None:
        self.note = NoteForm(posted, prefix="mot") if is_submission else None
        is_first = delivery.dataset.online is None
        self.changes = schema_changes(delivery)
        # Its own copy: a form that is refused must not change what the rest of the page says.
        layer = copy(delivery.dataset.layer)
        self.entry = (
            PublishForm(posted, instance=layer, prefix="fiche", visitor=visitor) if is_first else None
        )
        self.consent = ConfirmSchemaForm(posted, prefix="schema") if self.changes else None

    @property
    def parts(self) -> list[forms.BaseForm]:
        """The forms there are."""
        parts: list[forms.BaseForm | None] = [self.entry, self.consent, self.note]
        return [form for form in parts if form is not None]

    def is_valid(self) -> bool:
        """Whether every form of the page is valid."""
        return all([form.is_valid() for form in self.parts])

    @property
    def layer(self) -> Layer | None:
        """The catalogue entry of valid forms, to be saved; None when it stays as it is."""
        return self.entry.save(commit=False) if self.entry is not None else None

    def faults(self) -> list[FormError]:
        """Return everything to correct."""
        return [fault for form in self.parts for fault in form_errors(form)]


class ModerationForm(forms.Form):
    """How the rows that people write in a dataset are moderated."""

    is_moderated = forms.BooleanField(
        label=gettext_lazy("Ce que les personnes ajoutent attend d’être validé"), required=False
    )
    states = forms.MultipleChoiceField(
        label=gettext_lazy("Autres états utilisés"),
        choices=[(code, LABELS[code]) for code in OPTIONAL],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trusted = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Groupes de confiance"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ce que leurs membres ajoutent est publié aussitôt."),
    )
    urgent = forms.ChoiceField(
        label=gettext_lazy("Champ qui dit l’urgence"),
        required=False,
        help_text=gettext_lazy("Une ligne urgente est publiée dès qu’elle est soumise, et relue après."),
    )
    start = forms.ChoiceField(label=gettext_lazy("Active à partir de"), required=False)
    end = forms.ChoiceField(label=gettext_lazy("Active jusqu’à"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Rappel après (jours)"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy("Chaque matin, à qui valide ; 0 : aucun."),
    )

    def __init__(self, *args: Any, fields: Sequence[Field], groups: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flags = [field for field in fields if field.type is FieldType.BOOLEAN]
        days = [field for field in fields if field.type in {FieldType.DATE, FieldType.DATETIME}]
        self._choose("urgent", flags)
        self._choose("start", days)
        self._choose("end", days)
        trusted = self.fields["trusted"]
        assert isinstance(trusted, forms.TypedMultipleChoiceField)
        trusted.choices = list(groups.items())
        for code, label in LABELS.items():
            self.fields[f"label-{code}"] = forms.CharField(
                label=_("Mot pour « %s »") % label, max_length=40, required=False
            )
        add_input_classes(self)

    def _choose(self, name: str, fields: Sequence[Field]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Aucun")), *((each.name, each.title) for each in fields)]

    @property
    def words(self) -> list[forms.BoundField]:
        """The inputs of the words of the states."""
        return [self[f"label-{code}"] for code in LABELS]

    @property
    def rules(self) -> ModerationRules:
        """What a valid form declares."""
        values = self.cleaned_data
        return ModerationRules(
            states=tuple(values["states"]),
            labels=tuple((code, text) for code in LABELS if (text := values[f"label-{code}"].strip())),
            urgent=values["urgent"],
            start=values["start"],
            end=values["end"],
            trusted=tuple(values["trusted"]),
        )


def moderation_initial(rules: ModerationRules, *, is_moderated: bool, days: int) -> dict[str, Any]:
    """Return what the form of the moderation of a dataset begins with."""
    values = {name: getattr(rules, name) for name in ("states", "trusted", "urgent", "start", "end")}
    labels = {f"label-{code}": words for code, words in rules.labels}
    return {**values, **labels, "is_moderated": is_moderated, "days": days}
