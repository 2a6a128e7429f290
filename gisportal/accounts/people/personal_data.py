"""What the portal has on one person: in one archive (GDPR, articles 15 and 20), and its erasure (article 17)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model, Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from dashboards.models import (
    DashboardGrant,
    DashboardSubscription,
    DashboardVersion,
    Favourite,
    PaperJob,
)
from datasets.models import Delivery, SchemaChange, Upload
from explorer.models import EntryImport, FeatureReport, SavedView
from export_formats.csv import safe_cell
from exports.models import ExportJob
from gisportal.accounts.access import check_resignation
from gisportal.accounts.models import (
    AccountBatch,
    DirectoryAccount,
    GroupManager,
    ShareLink,
    Token,
    User,
    tokens_of,
)
from gisportal.accounts.people.team import changeable
from gisportal.accounts.services import close_access
from gisportal.accounts.sessions.services import open_sessions
from gisportal.journal.models import JournalEntry
from gisportal.models import RecentPage
from layers.errors import Forbidden
from layers.models import Grant, RasterVersion, StyleVersion
from layers.visitor import Visitor
from metadata.models import MetadataChange
from planning.models import InventoryJob, RegisterJob, RemarkOpinion, SheetListJob
from plui.models import FindingAcceptance, PlanUpload, PlanVersion
from reuses.models import Reuse
from roadworks.models import CalendarJob
from tiles.models import RasterUpload
from webforms.models import Answer, FormLink, FormVersion

# Sent with ``user``, once the archive is made.
personal_data_exported = Signal()
_DELIMITER = ";"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """Rows that name a person: those of ``model`` whose ``owners`` (look-ups of the account) are the person.

    ``subject`` is the name of their table in the archive, ``values`` its columns. Those whose column ``erased_by`` is
    the person go with them; the others stay, without a name.
    """

    subject: str
    model: type[Model]
    owners: tuple[str, ...]
    values: tuple[str, ...]
    erased_by: str = ""

    def of(self, user: User) -> list[dict[str, Any]]:
        """Return the rows of a person, in the order of their ids."""
        named = Q()
        for owner in self.owners:
            named |= Q((owner, user))
        rows = self.model._default_manager.filter(named).order_by("pk").distinct()
        return list(rows.values(*self.values))

    def erase(self, user: User) -> None:
        """Delete those that go with a person."""
        if self.erased_by:
            self.model._default_manager.filter((self.erased_by, user)).delete()


_PERIOD = ("valid_from", "valid_until", "reason")
_JOB = ("state", "created_at", "finished_at")
_PERSONAL_ROWS: list[PersonalRows] = [
    PersonalRows("addresses", EmailAddress, ("user",), ("email", "verified", "primary"), "user"),
    PersonalRows("managed_groups", GroupManager, ("user",), ("group__name",), "user"),
    PersonalRows(
        "grants",
        Grant,
        ("person", "group__user"),
        (
            "group__name",
            "layer__slug",
            "theme__slug",
            "rows",
            "margin_m",
            "fields",
            "written_fields",
            "can_download",
            "can_add",
            "can_change_own",
            "can_change",
            "can_delete",
            "can_approve",
            *_PERIOD,
        ),
        "person",
    ),
    PersonalRows("given_grants", Grant, ("author",), ("layer__slug", "theme__slug", "created_at")),
    PersonalRows(
        "dashboard_grants",
        DashboardGrant,
        ("person", "group__user"),
        ("group__name", "dashboard__slug", *_PERIOD),
        "person",
    ),
    PersonalRows("given_dashboard_grants", DashboardGrant, ("author",), ("dashboard__slug", "created_at")),
    PersonalRows(
        "tokens",
        Token,
        ("user",),
        ("name", "prefix", "scope", "created_at", "expires_at", "revoked_at", "last_used_at"),
        "user",
    ),
    PersonalRows(
        "links",
        ShareLink,
        ("author",),
        ("title", "address", "layers", "created_at", "expires_at", "revoked_at", "use_count", "last_used_at"),
        "author",
    ),
    PersonalRows("second_factors", Authenticator, ("user",), ("type", "created_at", "last_used_at"), "user"),
    PersonalRows("identity_providers", SocialAccount, ("user",), ("provider", "uid", "last_login"), "user"),
    PersonalRows(
        "directories", DirectoryAccount, ("user",), ("token__name", "external_id", "emails"), "user"
    ),
    PersonalRows("views", SavedView, ("owner",), ("title", "address", "created_at"), "owner"),
    PersonalRows("recent_pages", RecentPage, ("owner",), ("kind", "name", "opened_at"), "owner"),
    PersonalRows("favourites", Favourite, ("owner",), ("dashboard__slug", "created_at"), "owner"),
    PersonalRows(
        "subscriptions",
        DashboardSubscription,
        ("author", "group__user"),
        ("dashboard__slug", "group__name", "frequency"),
    ),
    PersonalRows(
        "reports",
        FeatureReport,
        ("author",),
        ("layer", "feature", "category", "message", "email", "state", "answer", "created_at"),
    ),
    PersonalRows(
        "reuses",
        Reuse,
        ("author",),
        ("title", "address", "description", "organisation", "email", "state", "answer", "created_at"),
    ),
    PersonalRows("decided_reuses", Reuse, ("decided_by",), ("title", "decided_at")),
    PersonalRows(
        "form_answers", Answer, ("author",), ("version__form__slug", "values", "state", "received_at")
    ),
    PersonalRows("decided_form_answers", Answer, ("decided_by",), ("version__form__slug", "decided_at")),
    PersonalRows(
        "remark_opinions", RemarkOpinion, ("author",), ("answer__key", "verdict", "text", "updated_at")
    ),
    PersonalRows("form_versions", FormVersion, ("author",), ("form__slug", "number", "updated_at")),
    PersonalRows("form_links", FormLink, ("author",), ("form__slug", "title", "created_at")),
    PersonalRows(
        "entry_imports", EntryImport, ("author",), ("layer", "relation", "file_name", "state"), "author"
    ),
    PersonalRows("uploads", Upload, ("owner",), ("dataset__layer__slug", *_JOB)),
    PersonalRows("plan_versions", PlanVersion, ("author",), ("idurba", "title", "state", "created_at")),
    PersonalRows(
        "accepted_plan_findings", FindingAcceptance, ("author",), ("version__idurba", "reason", "created_at")
    ),
    PersonalRows("plan_uploads", PlanUpload, ("owner",), ("version__idurba", *_JOB)),
    PersonalRows("raster_uploads", RasterUpload, ("owner",), ("raster__layer__slug", *_JOB)),
    PersonalRows(
        "deliveries",
        Delivery,
        ("delivered_by", "published_by"),
        ("dataset__layer__slug", "number", "created_at"),
    ),
    PersonalRows("raster_versions", RasterVersion, ("created_by",), ("raster__layer__slug", "number")),
    PersonalRows("metadata_changes", MetadataChange, ("author",), ("layer__slug", "at")),
    PersonalRows("styles", StyleVersion, ("author",), ("layer__slug", "number", "state")),
    PersonalRows(
        "dashboard_versions", DashboardVersion, ("author",), ("dashboard__slug", "number", "created_at")
    ),
    PersonalRows("schema_changes", SchemaChange, ("owner",), ("dataset__layer__slug", *_JOB)),
    PersonalRows("downloads", ExportJob, ("owner",), ("layer", "extension", *_JOB)),
    PersonalRows("printed_calendars", CalendarJob, ("owner",), ("year", "grouping", *_JOB)),
    PersonalRows("parcel_sheets", SheetListJob, ("owner",), ("total_parcels", "extension", *_JOB)),
    PersonalRows("printed_inventories", InventoryJob, ("owner",), ("layer", "extension", *_JOB)),
    PersonalRows("printed_registers", RegisterJob, ("owner",), ("inquiry__slug", "extension", *_JOB)),
    PersonalRows("printed_dashboards", PaperJob, ("owner",), ("dashboard__slug", "extension", *_JOB)),
]


def register_personal_rows(*rows: PersonalRows) -> None:
    """Add rows that name a person: those of applications above this one."""
    _PERSONAL_ROWS.extend(rows)


def personal_rows() -> tuple[PersonalRows, ...]:
    """Return every kind of rows that names a person."""
    return tuple(_PERSONAL_ROWS)


def personal_data(user: User) -> dict[str, Rows]:
    """Return what the portal has on a person, by subject; never a password, nor the text or digest of a token."""
    about = Q(actor_id=user.pk) | Q(subject=f"account {user.pk}")
    account = (
        "username", "email", "first_name", "last_name", "kind", "organisation", "date_joined", "last_login",
        "language", "is_active", "invited_at", "ends_at",
    )  # fmt: skip
    entry = ("at", "event", "actor_name", "address", "portal", "subject", "detail")
    return {
        "account": list(User.objects.filter(pk=user.pk).values(*account)),
        "groups": list(user.groups.order_by("name").values("name")),
        **{rows.subject: rows.of(user) for rows in _PERSONAL_ROWS},
        "sessions": list(open_sessions(user).values("ip", "user_agent", "created_at", "last_seen_at")),
        "journal": list(JournalEntry.objects.filter(about).order_by("pk").values(*entry)),
    }


def archive(user: User) -> bytes:
    """Return a ZIP of what the portal has on a person: ``data.json``, and a CSV for each subject that has rows."""
    data = personal_data(user)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        for name, rows in data.items():
            if rows:
                file.writestr(f"{name}.csv", _csv(rows))
    personal_data_exported.send(sender=User, user=user)
    return content.getvalue()


def _csv(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_DELIMITER, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([safe_cell(_cell(value), _DELIMITER) for value in row.values()])
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def erase(visitor: Visitor, user: User) -> str:
    """Erase a person: the account stays as a number, without a name; return how it is called from then on.

    The journal keeps its chain: names leave its entries, whose digests stay (``journal_erase``).

    Raises:
        Forbidden: the account is not the visitor's to change, is open, or is the last administrator.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not visitor.is_administrator or not changeable(visitor).filter(pk=user.pk).exists():
        raise Forbidden(_("Ce compte ne s’efface pas d’ici."), parameter="compte")
    if user.is_active:
        raise Forbidden(_("Un compte s’efface après un départ : fermez-le d’abord."), parameter="compte")
    check_resignation([user])
    former, erased = user.username, f"compte-{user.pk}"
    close_access(user=user, tokens=tokens_of(user))
    for rows in _PERSONAL_ROWS:
        rows.erase(user)
    for declared in (FeatureReport, Reuse):
        declared._default_manager.filter(author=user).update(author=None, email="")
    _forget_batches(user)
    user.groups.clear()
    user.user_permissions.clear()
    user.username, user.first_name, user.last_name, user.email, user.organisation = erased, "", "", "", ""
    user.language = ""
    user.is_staff = user.is_superuser = False
    user.last_login = user.invited_at = user.ends_at = None
    user.set_unusable_password()
    user.save()
    with connection.cursor() as cursor:
        # Entries of this transaction too: they are sealed first, then lose the name.
        cursor.execute("SET CONSTRAINTS journal_seal IMMEDIATE")
        cursor.execute("SELECT journal_erase(%s, %s, %s)", [user.pk, former, erased])
        cursor.execute("SET CONSTRAINTS journal_seal DEFERRED")
    return erased


def _forget_batches(user: User) -> None:
    """Take an account off the lots of changes that could be undone."""
    for batch in AccountBatch.objects.filter(changes__contains=[{"account": user.pk}]):
        batch.changes = [change for change in batch.changes if change["account"] != user.pk]
        batch.save(update_fields=["changes"])
