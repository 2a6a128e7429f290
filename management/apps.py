"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagementConfig(AppConfig):
    """The application as Django knows it."""

    name = "management"
    verbose_name = _("Gestion")

    def ready(self) -> None:
        """Write about approvals; add what the application has on a person to their archive and to their erasure."""
        models = import_module("management.models")  # models are ready only now
        publication = import_module("publication.models")
        services = import_module("publication.services")
        approvals = import_module("management.approvals.services")
        of_rows = import_module("management.approvals.rows")
        moderation = import_module("moderation.models")
        row_services = import_module("moderation.services")
        row_services.rows_moderated.connect(of_rows.mail_steps, dispatch_uid="management")
        row_services.row_message_sent.connect(of_rows.mail_message, dispatch_uid="management")
        services.submission_changed.connect(approvals.mail_step, dispatch_uid="management")
        data = import_module("gisportal.accounts.people.personal_data")
        requested = (
            "layer__slug",
            "dashboard__slug",
            "rows",
            "valid_until",
            "reason",
            "state",
            "answer",
            "created_at",
        )
        data.register_personal_rows(
            data.PersonalRows("access_requests", models.AccessRequest, ("person",), requested, "person"),
            data.PersonalRows(
                "decided_requests", models.AccessRequest, ("decided_by",), ("layer__slug", "decided_at")
            ),
            data.PersonalRows(
                "assignments", models.Assignment, ("user",), ("subject", "assigned_at"), "user"
            ),
            data.PersonalRows(
                "submissions",
                publication.Submission,
                ("submitted_by", "decided_by"),
                ("layer__slug", "dashboard__slug", "kind", "version", "state", "note", "submitted_at"),
            ),
            data.PersonalRows(
                "submission_steps", publication.SubmissionEvent, ("actor",), ("submission_id", "state", "at")
            ),
            data.PersonalRows(
                "remarks", publication.Remark, ("author",), ("submission_id", "row_key", "text", "created_at")
            ),
            data.PersonalRows(
                "accepted_checks",
                publication.CheckAcceptance,
                ("accepted_by",),
                ("submission_id", "title", "reason", "accepted_at"),
            ),
            data.PersonalRows(
                "contributions",
                moderation.ModeratedRow,
                ("author",),
                ("layer__slug", "row", "state", "since"),
            ),
            data.PersonalRows(
                "moderation_steps",
                moderation.RowStep,
                ("actor",),
                ("moderated__layer__slug", "moderated__row", "transition", "target", "reason", "at"),
            ),
            data.PersonalRows(
                "moderation_messages",
                moderation.RowMessage,
                ("author",),
                ("moderated__layer__slug", "moderated__row", "text", "at"),
            ),
            data.PersonalRows(
                "proposed_changes",
                moderation.ProposedChange,
                ("author",),
                ("moderated__layer__slug", "moderated__row", "after", "at"),
                "author",
            ),
            data.PersonalRows(
                "moderation_reminders", moderation.QueueReminder, ("person",), ("day",), "person"
            ),
            data.PersonalRows("reminders", models.EndReminder, ("person",), ("ends_at", "days"), "person"),
        )
