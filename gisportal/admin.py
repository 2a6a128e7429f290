"""The queue of background tasks in the administration: read, retried and cancelled by administrators alone."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.db.models.options import Options
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from interface.wording import instant, number

TASKS = {
    "accounts.clean": _("nettoyage des comptes et des sessions"),
    "accounts.send_email_change": _("message de changement d’adresse"),
    "accounts.send_invitation": _("message d’invitation"),
    "accounts.send_mail": _("envoi d’un message"),
    "accounts.send_password_reset": _("message de mot de passe oublié"),
    "dashboards.clean": _("nettoyage des fichiers de tableaux de bord"),
    "dashboards.mail": _("envoi d’un tableau de bord"),
    "dashboards.mail_due": _("tableaux de bord à envoyer aujourd’hui"),
    "dashboards.prepare": _("préparation d’un tableau de bord en fichier"),
    "datasets.clean": _("nettoyage des fichiers déposés"),
    "datasets.change_schema": _("changement d’un schéma"),
    "datasets.clean_schema_changes": _("reprise des changements de schéma interrompus"),
    "datasets.load": _("chargement d’une version de jeu de données"),
    "datasets.read": _("lecture d’un fichier déposé"),
    "explorer.forget_addresses": _("oubli des adresses de signalements"),
    "explorer.refresh_search": _("mise à jour de la recherche"),
    "explorer.send_answer": _("réponse à un signalement"),
    "exports.clean": _("nettoyage des exports"),
    "management.read_certificate": _("lecture du certificat du portail"),
    "management.send_reminders": _("rappels des accès qui finissent"),
    "management.remind_deciders": _("rappels de ce qui attend une approbation"),
    "publication.run_at": _("mise en ligne ou retrait à l’instant prévu"),
    "publication.run_due": _("mises en ligne et retraits prévus"),
    "exports.prepare": _("préparation d’un export"),
    "fleet.apply_rules": _("règles de la flotte"),
    "journal.purge": _("entrées du journal trop anciennes"),
    "planning.clean_sheets": _("nettoyage des fiches de listes de parcelles"),
    "planning.prepare_sheets": _("préparation des fiches d’une liste de parcelles"),
    "planning.clean_inventories": _("nettoyage des inventaires imprimés"),
    "planning.clean_registers": _("nettoyage des registres imprimés"),
    "planning.prepare_inventory": _("préparation d’un inventaire"),
    "planning.prepare_register": _("préparation d’un registre d’enquête"),
    "plui.clean": _("nettoyage des paquets de plans déposés"),
    "plui.stage": _("lecture d’un paquet de plan"),
    "plans.refresh_states": _("états des indicateurs et des actions"),
    "portal.clean_remains": _("nettoyage des fichiers abandonnés"),
    "portal.forget_jobs": _("tâches finies depuis une semaine"),
    "portal.retry_stalled_jobs": _("reprise des tâches interrompues"),
    "portal.review_usage": _("résumé de l’usage"),
    "reuses.forget": _("oubli des réutilisations refusées"),
    "reuses.send_decision": _("réponse à une réutilisation déclarée"),
    "rasters.clean": _("nettoyage des rasters déposés"),
    "rasters.convert": _("conversion d’un raster"),
    "rasters.measure": _("mesure d’un raster par commune"),
    "rasters.renew": _("renouvellement des mesures de rasters"),
    "roadworks.clean_calendars": _("nettoyage des calendriers de travaux"),
    "roadworks.prepare_calendar": _("préparation d’un calendrier de travaux"),
    "roadworks.forget_subscriptions": _("oubli des abonnements non confirmés aux travaux"),
    "roadworks.import_dialog": _("lecture de DiaLog"),
    "roadworks.import_litteralis": _("lecture de Litteralis"),
    "roadworks.send_messages": _("messages aux abonnés des travaux"),
    "roadworks.update_sites": _("statut des chantiers"),
    "tiles.refresh_pyramids": _("mise à jour des tuiles"),
    "webforms.forget": _("oubli des réponses refusées aux formulaires"),
}
"""The tasks of the worker, by the names that the queue has."""
STATES = {
    "todo": _("en attente"),
    "doing": _("en cours"),
    "succeeded": _("réussie"),
    "failed": _("échouée"),
    "cancelled": _("annulée"),
    "aborted": _("interrompue"),
}
EVENTS = {
    "deferred": _("mise en file"),
    "started": _("commencée"),
    "deferred_for_retry": _("remise en file pour un nouvel essai"),
    "failed": _("échouée"),
    "succeeded": _("réussie"),
    "cancelled": _("annulée"),
    "abort_requested": _("interruption demandée"),
    "aborted": _("interrompue"),
    "scheduled": _("prévue pour plus tard"),
}
_LONGEST = 200
_ROWS = ["number", "task", "parameters", "state", "events", "tries", "due", "rank", "queue", "locks"]


class _NamedOptions:
    """Options of a model of another package under names of ours: changing its own would ask for a migration."""

    verbose_name, verbose_name_plural = _("tâche de fond"), _("tâches de fond")

    def __init__(self, options: Options[Any]) -> None:
        self._options = options

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)


class _JobList(ChangeList):
    """The list of jobs under the name of ours, which its title, its path and its count have."""

    def __init__(self, request: HttpRequest, model: Any, *arguments: Any) -> None:
        super().__init__(request, model, *arguments)
        self.title = str(_("Tâches de fond"))
        self.opts = self.model_admin.opts


class _WordsFilter(admin.SimpleListFilter):
    """A filter on a column of codes, each in words."""

    words: dict[str, Any] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the codes with their words."""
        return [*self.words.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the jobs of the chosen code."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class StateFilter(_WordsFilter):
    """Jobs of one state."""

    title, parameter_name, words = _("état"), "status", STATES


class TaskFilter(_WordsFilter):
    """Jobs of one task."""

    title, parameter_name, words = _("tâche"), "task_name", TASKS


class DueFilter(admin.DateFieldListFilter):
    """Jobs by the day from which they may run."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.title = _("date prévue")


# Registered when the import above loads the package's own administration, in English.
admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin):
    """Jobs, which nobody writes by hand: their columns, states and actions in the portal's words."""

    list_display = ["number", "task", "parameters", "state", "last_event", "tries", "due"]
    list_display_links = ["number", "task"]
    list_filter = [StateFilter, TaskFilter, ("scheduled_at", DueFilter)]
    fields = [*_ROWS]
    ordering = ["-pk"]
    inlines = []
    actions = ["retry", "cancel", "abort"]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.opts: Any = _NamedOptions(self.opts)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Return every row of the page: nothing is typed."""
        return _ROWS

    def get_changelist(self, request: HttpRequest, **_named: Any) -> type[ChangeList]:
        """Return the list under its French name."""
        return _JobList

    @admin.display(description=_("n°"), ordering="pk")
    def number(self, job: Any) -> str:
        """Return the number of a job."""
        return str(job.pk)

    @admin.display(description=_("tâche"), ordering="task_name")
    def task(self, job: Any) -> SafeString:
        """Return what a job does, over the name that the worker knows."""
        return format_html(
            '<span title="{}">{}</span>', job.task_name, TASKS.get(job.task_name, job.task_name)
        )

    @admin.display(description=_("paramètres"))
    def parameters(self, job: Any) -> SafeString:
        """Return the beginning of what the task gets."""
        text = json.dumps(job.args, ensure_ascii=False)
        return format_html("<code>{}</code>", text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")

    @admin.display(description=_("état"), ordering="status")
    def state(self, job: Any) -> str:
        """Return the state in words."""
        return str(STATES.get(job.status, job.status))

    @admin.display(description=_("dernier événement"))
    def last_event(self, job: Any) -> str:
        """Return what happened last to a job, and when."""
        return next((_event_words(event) for event in job.procrastinateevent_set.all()), "")

    @admin.display(description=_("événements"))
    def events(self, job: Any) -> SafeString:
        """Return what happened to a job, the last first."""
        return format_html_join(
            "", "<div>{}</div>", ((_event_words(e),) for e in job.procrastinateevent_set.all())
        )

    @admin.display(description=_("essais"), ordering="attempts")
    def tries(self, job: Any) -> str:
        """Return how often it was begun."""
        return number(job.attempts)

    @admin.display(description=_("prévue"), ordering="scheduled_at")
    def due(self, job: Any) -> str:
        """Return the instant from which it may run; empty for at once."""
        return instant(job.scheduled_at) if job.scheduled_at else ""

    @admin.display(description=_("priorité"))
    def rank(self, job: Any) -> str:
        """Return its priority."""
        return number(job.priority)

    @admin.display(description=_("file"))
    def queue(self, job: Any) -> str:
        """Return the queue that it waits in."""
        return str(job.queue_name)

    @admin.display(description=_("verrous"))
    def locks(self, job: Any) -> str:
        """Return the names under which one job runs, or waits, at a time."""
        return ", ".join(filter(None, (job.lock, job.queueing_lock)))

    @admin.action(description=_("Relancer les tâches échouées ou en cours"))
    def retry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put back in the queue."""
        super().retry(request, queryset)

    @admin.action(description=_("Annuler les tâches en attente"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Cancel what has not begun."""
        super().cancel(request, queryset)

    @admin.action(description=_("Interrompre les tâches en attente ou en cours"))
    def abort(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Cancel what has not begun, and ask what has begun to stop."""
        super().abort(request, queryset)


def _event_words(event: Any) -> str:
    words = str(EVENTS.get(event.type, event.type))
    return (
        str(_("%(event)s, %(instant)s") % {"event": words, "instant": instant(event.at)})
        if event.at
        else words
    )
