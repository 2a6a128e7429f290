"""Make each group and person of the lists of readers a grant without beginning nor end, and back.

A reader that has such a grant already gets no second one. On the way back a grant with a reason stays, since the lists
had none: who reads what is the same either way.
"""

from django.db import migrations


def copy(recipient: str, listed: str, table: str) -> migrations.RunSQL:
    """Return the operation that moves one list; ``recipient`` is its column of grants, ``listed`` that of the list."""
    return migrations.RunSQL(
        f"INSERT INTO dashboards_dashboardgrant (dashboard_id, {recipient}, reason)"
        f" SELECT r.dashboard_id, r.{listed}, '' FROM {table} r"
        " WHERE NOT EXISTS (SELECT 1 FROM dashboards_dashboardgrant g WHERE g.dashboard_id = r.dashboard_id"
        f" AND g.{recipient} = r.{listed} AND g.valid_from IS NULL AND g.valid_until IS NULL)"
        " ORDER BY r.id",
        f"WITH moved AS (DELETE FROM dashboards_dashboardgrant WHERE {recipient} IS NOT NULL AND reason = ''"
        " AND valid_from IS NULL AND valid_until IS NULL RETURNING dashboard_id, "
        f"{recipient}) INSERT INTO {table} (dashboard_id, {listed})"
        f" SELECT DISTINCT dashboard_id, {recipient} FROM moved ON CONFLICT DO NOTHING",
    )


class Migration(migrations.Migration):

    dependencies = [("dashboards", "0004_grants_of_persons_and_themes")]

    operations = [
        copy("group_id", "group_id", "dashboards_dashboard_groups"),
        copy("person_id", "user_id", "dashboards_dashboard_persons"),
    ]
