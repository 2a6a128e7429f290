"""What people read about a dataset, said before it goes online, and the word that confirms its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.forms.widgets import dress
from layers.models import Layer


class IdentityForm(forms.ModelForm[Layer]):
    """Title, address and theme of a new dataset."""

    class Meta:
        model = Layer
        fields = ["title", "slug", "theme"]
        help_texts = {
            "slug": gettext_lazy("Dans les adresses : minuscules, chiffres et tirets. Il ne changera plus."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["theme"].empty_label = _("Choisissez un thème")  # type: ignore[attr-defined]  # a ModelChoiceField
        dress(self)

    def clean_slug(self) -> str:
        """Make the address from the title when it is left empty."""
        slug = str(self.cleaned_data.get("slug") or "") or slugify(self.cleaned_data.get("title", ""))[:63]
        if not slug:
            raise forms.ValidationError(_("Donnez un identifiant au jeu de données."))
        if Layer.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Une couche porte déjà cet identifiant."))
        return slug


class PublishForm(forms.ModelForm[Layer]):
    """The catalogue entry of a dataset that goes online."""

    class Meta:
        model = Layer
        fields = ["title", "theme", "abstract", "licence", "visibility", "producer", "frequency", "source"]
        widgets = {"abstract": forms.Textarea(attrs={"rows": 4}), "visibility": forms.RadioSelect}

    def __init__(self, *args: Any, producers: frozenset[int] | None, **kwargs: Any) -> None:
        """``producers`` are the groups the person may choose among, None for any."""
        super().__init__(*args, **kwargs)
        groups = Group.objects.order_by("name")
        field = self.fields["producer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = groups if producers is None else groups.filter(pk__in=producers)
        dress(self)


class ConfirmSchemaForm(forms.Form):
    """The box that says yes to a change of schema."""

    accepts_schema = forms.BooleanField(
        label=gettext_lazy("J’ai lu les changements de schéma et je les accepte."),
        error_messages={"required": gettext_lazy("Le schéma change : cochez la case pour l’accepter.")},
    )


class ConfirmDropForm(forms.Form):
    """The dataset's own address, typed again."""

    slug = forms.CharField(label=gettext_lazy("Identifiant du jeu de données"), max_length=63)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        dress(self)

    def clean_slug(self) -> str:
        """Accept the exact address alone."""
        slug = str(self.cleaned_data["slug"]).strip()
        if slug != self.expected:
            raise forms.ValidationError(_("Ce n’est pas l’identifiant de ce jeu de données."))
        return slug


