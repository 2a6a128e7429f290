"""Who sees a dashboard: in words, with the panels that they will not see; the form of readers and what it offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards import access
from dashboards.creation.queries import FormChoices
from dashboards.documents.document import Audience, Document, Panel
from dashboards.documents.includes import including
from dashboards.models import Dashboard, DashboardVersion
from dashboards.reading.dashboard_page import readable_panels
from interface.forms import add_input_classes
from layers.access import producer_groups
from layers.definitions import Text
from layers.models import Commune, Theme
from layers.services.jobs import account_visitor
from layers.visitor import Visitor, open_account

MAX_CHECKED = 8  # groups, and persons: each is one reading of the rights


@dataclass(frozen=True, slots=True)
class UnseenPanels:
    """The panels that some readers will not see, by title; ``readers`` names them."""

    readers: str
    titles: tuple[str, ...]


def readers_words(dashboard: Dashboard) -> str:
    """Say who reads a dashboard once it is published (« 26 personnes de 2 groupes : Urbanisme, Voirie »)."""
    if dashboard.is_public:
        return _("Tout le monde, sans compte.")
    groups = list(access.reader_groups(dashboard).values_list("name", flat=True))
    persons = access.reader_accounts(dashboard).filter(open_account(timezone.now())).count()
    parts = []
    if groups:
        count = _members(Q(groups__in=access.reader_groups(dashboard)))
        counted = ngettext("%(n)d personne", "%(n)d personnes", count) % {"n": count}
        of_groups = ngettext("du groupe %(names)s", "de %(n)d groupes : %(names)s", len(groups))
        parts.append(f"{counted} {of_groups % {'n': len(groups), 'names': ', '.join(groups)}}")
    if persons:
        parts.append(ngettext("%d personne nommée", "%d personnes nommées", persons) % persons)
    current = dashboard.grants.not_ended(at=timezone.now())
    if dated := current.exclude(valid_from__isnull=True, valid_until__isnull=True).count():
        parts.append(ngettext("%d accès pour un temps", "%d accès pour un temps", dated) % dated)
    if parts:
        return _(" et ").join(parts) + "."
    return _("Personne d’autre que %s.") % makers_words(dashboard)


def makers_words(dashboard: Dashboard) -> str:
    """Say who changes a dashboard."""
    if dashboard.producer is None:
        return _("les administrateurs")
    return (
        _("ceux du groupe %s qui font des tableaux de bord, et les administrateurs") % dashboard.producer.name
    )


def member_counts() -> dict[int, int]:
    """Return how many accounts each group has, by its id."""
    users = get_user_model()._default_manager.filter(open_account(timezone.now()), groups__isnull=False)
    return dict(users.values_list("groups").annotate(Count("pk")).order_by())


def unseen_panels(dashboard: Dashboard, document: Document, visitor: Visitor) -> list[UnseenPanels]:
    """Return the panels that a visitor sees of a document and that its readers will not, by readers."""
    inside = access.narrowed(visitor, dashboard)
    readable = readable_panels(document, inside, portal=dashboard.portal)
    unseen = []
    for words, reader in _readers(dashboard, inside):
        theirs = {panel.id for panel in readable_panels(document, reader, portal=dashboard.portal)}
        missing = [panel for panel in readable if panel.id not in theirs]
        if missing:
            unseen.append(UnseenPanels(words, tuple(_called(panel) for panel in missing)))
    return unseen


def _readers(dashboard: Dashboard, visitor: Visitor) -> Sequence[tuple[str, Visitor]]:
    public = Visitor(instant=visitor.instant, portal=visitor.portal)
    if dashboard.is_public:
        return [(_("Le public"), public)]
    groups = list(access.reader_groups(dashboard)[:MAX_CHECKED])
    persons = access.reader_accounts(dashboard).filter(open_account(visitor.instant))[:MAX_CHECKED]
    return [
        *(
            (_("Le groupe %s") % group.name, replace(public, groups=frozenset({group.pk})))
            for group in groups
        ),
        *(
            (
                person.get_username(),
                replace(account_visitor(person.pk, visitor.portal), instant=visitor.instant),
            )
            for person in persons
        ),
    ]


def unchecked_readers(dashboard: Dashboard) -> str:
    """Say for how many readers missing panels were not checked; empty when all were."""
    if dashboard.is_public:
        return ""
    groups = access.reader_groups(dashboard).count() - MAX_CHECKED
    persons = access.reader_accounts(dashboard).filter(open_account(timezone.now())).count() - MAX_CHECKED
    parts = [ngettext("%d groupe", "%d groupes", groups) % groups] if groups > 0 else []
    parts += [ngettext("%d personne", "%d personnes", persons) % persons] if persons > 0 else []
    if not parts:
        return ""
    return _("Ce qui leur manque n’a pas été cherché pour %s.") % _(" et ").join(parts)


def _called(panel: Panel) -> str:
    return panel.title or panel.id


def _members(condition: Q) -> int:
    users = get_user_model()._default_manager.filter(condition, open_account(timezone.now()))
    return int(users.values("pk").distinct().count())


MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class AudienceChoices:
    """What the form of readers offers: groups with how many members they have, themes, communes, producers."""

    groups: tuple[tuple[str, str], ...]
    producers: FormChoices
    themes: tuple[tuple[str, str], ...]
    communes: tuple[tuple[str, str], ...]


def audience_choices(dashboard: Dashboard, visitor: Visitor) -> AudienceChoices:
    """Return what may be chosen for a dashboard; on the portal of a commune, that commune alone."""
    counts = member_counts()
    rows = Group.objects.order_by("name").values_list("pk", "name")
    names = producer_groups(visitor, current=dashboard.producer_id).values_list("name", flat=True)
    communes = Commune.objects.order_by("nom")
    if visitor.portal:
        communes = communes.filter(Q(code=visitor.portal) | Q(pk=dashboard.portal_id))
    return AudienceChoices(
        groups=tuple((name, f"{name} ({counts.get(pk, 0)})") for pk, name in rows),
        producers=FormChoices(tuple(names), visitor.is_administrator),
        themes=tuple(Theme.objects.values_list("slug", "title")),
        communes=tuple(communes.values_list("slug", "nom")),
    )


def listed_versions(dashboard: Dashboard) -> list[DashboardVersion]:
    """Return the versions of a dashboard with their authors, the last first; ``MAX_LISTED`` at most."""
    rows: Any = dashboard.versions.select_related("author").order_by("-number")
    return list(rows[:MAX_LISTED])


def visible_including(dashboard: Dashboard, visitor: Visitor) -> list[Dashboard]:
    """Return the published dashboards of a visitor that include one."""
    names = including(dashboard.slug)
    return list(access.visible(visitor).filter(slug__in=names).order_by("title"))


PUBLIC, CHOSEN, NOBODY = "public", "choisis", "personne"
MAX_PERSONS = 50
_WHO: Iterable[tuple[str, Text]] = (
    (PUBLIC, gettext_lazy("Tout le monde, sans compte")),
    (CHOSEN, gettext_lazy("Des groupes, ou des personnes")),
    (NOBODY, gettext_lazy("Personne d’autre que ceux qui le changent")),
)


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
    is_requestable = forms.BooleanField(
        label=gettext_lazy("L’annoncer aux personnes connectées qui ne le lisent pas"),
        required=False,
        help_text=gettext_lazy(
            "Elles en voient le titre, le résumé et qui en répond, aucun chiffre, et peuvent en demander l’accès."
        ),
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

    def __init__(self, *args: Any, form_choices: AudienceChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_choices = form_choices
        self._choose("groups", form_choices.groups)
        producers: FormChoices = form_choices.producers
        nobody = [("", _("Les administrateurs seulement"))] if producers.may_be_nobody else []
        self._choose("producer", [*nobody, *((name, name) for name in producers.producers)])
        self._choose("theme", [("", _("Aucun")), *form_choices.themes])
        self._choose("portal", [("", _("Tout le territoire")), *form_choices.communes])
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
        """Refuse an empty audience, and a producer that would take the dashboard from its author."""
        super().clean()
        cleaned = self.cleaned_data
        is_empty = not cleaned.get("groups") and not cleaned.get("persons")
        if cleaned.get("who") == CHOSEN and is_empty and not {"groups", "persons"} & {*self.errors}:
            self.add_error("who", _("Cochez un groupe ou nommez une personne, ou choisissez « personne »."))
        if (
            "producer" in cleaned
            and not cleaned["producer"]
            and not self.form_choices.producers.may_be_nobody
        ):
            self.add_error(
                "producer", _("Choisissez un groupe : sans lui, vous ne pourriez plus le changer.")
            )

    def document(self, document: Document) -> Document:
        """Return a document with the readers, the group, the theme and the commune that were given."""
        cleaned = self.cleaned_data
        is_chosen = cleaned["who"] == CHOSEN
        audience = Audience(
            is_public=cleaned["who"] == PUBLIC,
            groups=tuple(cleaned["groups"]) if is_chosen else (),
            persons=cleaned["persons"] if is_chosen else (),
        )
        return replace(
            document,
            audience=audience,
            producer=cleaned["producer"],
            theme=cleaned["theme"],
            portal=cleaned["portal"],
        )


def audience_values(document: Document, *, is_requestable: bool) -> dict[str, Any]:
    """Return the first values of the form, from a document that holds what stands on the row."""
    audience = document.audience
    who = PUBLIC if audience.is_public else CHOSEN if audience.groups or audience.persons else NOBODY
    return {
        "who": who,
        "groups": audience.groups,
        "persons": "\n".join(audience.persons),
        "is_requestable": is_requestable,
        "producer": document.producer,
        "theme": document.theme,
        "portal": document.portal,
    }
