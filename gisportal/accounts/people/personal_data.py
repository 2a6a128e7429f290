"""What the portal has on one person: in one archive (GDPR, articles 15 and 20), and its erasure (article 17)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from dashboards.models import DashboardSubscription, Favourite
from datasets.models import Delivery
from explorer.models import FeatureReport, SavedView
from export_formats.csv import safe_cell
from gisportal.accounts.access import check_resignation
from gisportal.accounts.models import AccountBatch, DirectoryAccount, GroupManager, Token, User, tokens_of
from gisportal.accounts.people.team import changeable
from gisportal.accounts.services import close_access
from gisportal.accounts.sessions.services import open_sessions
from gisportal.journal.models import JournalEntry
from layers.errors import Forbidden
from layers.models import Grant
from layers.visitor import Visitor

# Sent with ``user``, once the archive is made.
personal_data_exported = Signal()
_DELIMITER = ";"
Rows = Sequence[Mapping[str, Any]]


def personal_data(user: User) -> dict[str, Rows]:
    """Return what the portal has on a person, by subject; never a password, nor the text or digest of a token."""
    groups = user.groups.order_by("name")
    about = Q(actor_id=user.pk) | Q(subject=f"account {user.pk}")
    grants = Grant.objects.filter(group__in=groups).order_by("layer__slug")
    account = (
        "username",
        "email",
        "first_name",
        "last_name",
        "kind",
        "organisation",
        "language",
        "date_joined",
        "last_login",
    )
    token = ("name", "prefix", "scope", "created_at", "expires_at", "revoked_at", "last_used_at")
    entry = ("at", "event", "actor_name", "address", "portal", "subject", "detail")
    grant = (
        "group__name",
        "layer__slug",
        "rows",
        "can_download",
        "can_edit",
        "can_approve",
        "valid_from",
        "valid_until",
    )
    report = ("layer", "feature", "category", "message", "email", "state", "answer", "created_at")
    return {
        "account": list(User.objects.filter(pk=user.pk).values(*account, "is_active", "invited_at")),
        "groups": list(groups.values("name")),
        "managed_groups": list(GroupManager.objects.filter(user=user).values("group__name")),
        "grants": list(grants.values(*grant)),
        "tokens": list(Token.objects.filter(user=user).values(*token)),
        "sessions": list(open_sessions(user).values("ip", "user_agent", "created_at", "last_seen_at")),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
        ),
        "identity_providers": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "last_login")
        ),
        "directories": list(
            DirectoryAccount.objects.filter(user=user).values("token__name", "external_id", "emails")
        ),
        "views": list(SavedView.objects.filter(owner=user).values("title", "address", "created_at")),
        "favourites": list(Favourite.objects.filter(owner=user).values("dashboard__slug", "created_at")),
        "subscriptions": list(
            DashboardSubscription.objects.filter(Q(author=user) | Q(group__in=groups)).values(
                "dashboard__slug", "group__name", "frequency"
            )
        ),
        "reports": list(FeatureReport.objects.filter(author=user).values(*report)),
        "deliveries": list(
            Delivery.objects.filter(delivered_by=user).values("dataset__layer__slug", "number", "created_at")
        ),
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
    for model in (Token, Authenticator, EmailAddress, SocialAccount, DirectoryAccount, GroupManager):
        model.objects.filter(user=user).delete()
    for owned in (SavedView, Favourite):
        owned.objects.filter(owner=user).delete()
    FeatureReport.objects.filter(author=user).update(author=None, email="")
    _forget_batches(user)
    user.groups.clear()
    user.user_permissions.clear()
    user.username, user.first_name, user.last_name, user.email, user.organisation = erased, "", "", "", ""
    user.language = ""
    user.is_staff = user.is_superuser = False
    user.last_login = user.invited_at = None
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
