"""Drops the tables of django-axes, which counted wrong passwords before ``gisportal.accounts.lockout`` did (ADR 0016).

They hold names, addresses and dates of failed sign-ins: personal data that nothing reads any more. Other tables do not
refer to them. Where django-axes never was, nothing happens.
"""

from django.db import migrations

_TABLES = ("accessattemptexpiration", "accessattempt", "accessfailurelog", "accesslog")
_DROP = [f"DROP TABLE IF EXISTS axes_{name}" for name in _TABLES]
# Its content types and permissions, and that it was migrated: installed again, it would make its tables again.
_FORGET = [
    "DELETE FROM auth_group_permissions WHERE permission_id IN (SELECT p.id FROM auth_permission p"
    " JOIN django_content_type t ON t.id = p.content_type_id WHERE t.app_label = 'axes')",
    "DELETE FROM accounts_user_user_permissions WHERE permission_id IN (SELECT p.id FROM auth_permission p"
    " JOIN django_content_type t ON t.id = p.content_type_id WHERE t.app_label = 'axes')",
    "DELETE FROM auth_permission WHERE content_type_id IN"
    " (SELECT id FROM django_content_type WHERE app_label = 'axes')",
    "DELETE FROM django_admin_log WHERE content_type_id IN"
    " (SELECT id FROM django_content_type WHERE app_label = 'axes')",
    "DELETE FROM django_content_type WHERE app_label = 'axes'",
    "DELETE FROM django_migrations WHERE app = 'axes'",
]


class Migration(migrations.Migration):
    """Back again, nothing is made: django-axes makes its own tables where it is installed."""

    dependencies = [
        ("gisportal", "0001_initial"),
        ("accounts", "0002_token"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunSQL([*_DROP, *_FORGET], reverse_sql=migrations.RunSQL.noop)]
