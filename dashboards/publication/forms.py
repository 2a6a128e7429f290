"""The forms of publication: a note, and who sees the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.creation.queries import Offer
from dashboards.documents.document import Audience, Document
from dashboards.models.dashboard import NOTE_MAX
from dashboards.publication.queries import AudienceOffer
from interface.forms import add_input_classes
from layers.definitions import Text

PUBLIC, CHOSEN, NOBODY = "public", "choisis", "personne"
MAX_PERSONS = 50
_WHO: Iterable[tuple[str, Text]] = (
    (PUBLIC, gettext_lazy("Tout le monde, sans compte")),
    (CHOSEN, gettext_lazy("Des groupes, ou des personnes")),
    (NOBODY, gettext_lazy("Personne d’autre que ceux qui le changent")),
)


class DashboardPublicationForm(forms.Form):
    """What is said of a version when it is published."""

    note = forms.CharField(
        label=gettext_lazy("Note de version"),
        max_length=NOTE_MAX,
        required=False,
        help_text=gettext_lazy("Ce qui change, en une phrase, pour s’y retrouver dans les versions."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_input_classes(self)


class AudienceForm(forms.Form):
    """Who sees a dashboard, who changes it, and where it stands: in force at once, whatever is published."""

    who = forms.ChoiceField(
        label=gettext_lazy("Qui le verra"),
        choices=_WHO,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez qui le verra.")},
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groupes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    persons = forms.CharField(
        label=gettext_lazy("Personnes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Le nom de leur compte, un par ligne."),
    )
    producer = forms.ChoiceField(
        label=gettext_lazy("Tenu à jour par"),
        required=False,
        help_text=gettext_lazy("Les membres de ce groupe qui font des tableaux de bord peuvent le changer."),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Thème"), required=False)
    portal = forms.ChoiceField(
        label=gettext_lazy("Territoire"),
        required=False,
        help_text=gettext_lazy(
            "Une commune : ses données s’y limitent, et il paraît sur le portail de celle-ci."
        ),
    )

    def __init__(self, *args: Any, offer: AudienceOffer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self._choose("groups", offer.groups)
        producers: Offer = offer.producers
        nobody = [("", _("Les administrateurs seulement"))] if producers.may_be_nobody else []
        self._choose("producer", [*nobody, *((name, name) for name in producers.producers)])
        self._choose("theme", [("", _("Aucun")), *offer.themes])
        self._choose("portal", [("", _("Tout le territoire")), *offer.communes])
        add_input_classes(self)

    def _choose(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean_persons(self) -> tuple[str, ...]:
        """Return the names of accounts, each once.

        Raises:
            ValidationError: there are too many.
        """
        lines = str(self.cleaned_data["persons"]).replace(",", "\n").splitlines()
        names = tuple(dict.fromkeys(name for line in lines if (name := line.strip())))
        if len(names) > MAX_PERSONS:
            raise ValidationError(
                _("%d personnes au plus : au-delà, demandez un groupe à un administrateur.") % MAX_PERSONS
            )
        return names

    def clean(self) -> None:
        """Refuse an audience that says nothing, and a producer that would take the dashboard from its author."""
        super().clean()
        given = self.cleaned_data
        is_empty = not given.get("groups") and not given.get("persons")
        if given.get("who") == CHOSEN and is_empty and not {"groups", "persons"} & {*self.errors}:
            self.add_error("who", _("Cochez un groupe ou nommez une personne, ou choisissez « personne »."))
        if "producer" in given and not given["producer"] and not self.offer.producers.may_be_nobody:
            self.add_error(
                "producer", _("Choisissez un groupe : sans lui, vous ne pourriez plus le changer.")
            )

    def document(self, document: Document) -> Document:
        """Return a document with the readers, the group, the theme and the commune that were given."""
        given = self.cleaned_data
        is_chosen = given["who"] == CHOSEN
        audience = Audience(
            is_public=given["who"] == PUBLIC,
            groups=tuple(given["groups"]) if is_chosen else (),
            persons=given["persons"] if is_chosen else (),
        )
        return replace(
            document,
            audience=audience,
            producer=given["producer"],
            theme=given["theme"],
            portal=given["portal"],
        )


def audience_values(document: Document) -> dict[str, Any]:
    """Return the first values of the form, from a document that holds what stands on the row."""
    audience = document.audience
    who = PUBLIC if audience.is_public else CHOSEN if audience.groups or audience.persons else NOBODY
    return {
        "who": who,
        "groups": audience.groups,
        "persons": "\n".join(audience.persons),
        "producer": document.producer,
        "theme": document.theme,
        "portal": document.portal,
    }
