"""Each statement that writes what a page shows beside features bumps the counter of its family (ADR 0057).

``tests/integration/gisportal/page_cache/test_counters.py`` refuses a table without a trigger and without a reason: that
of a new table goes into a migration of its own, by ``triggers``.
"""

from collections.abc import Iterable

from django.db import migrations

CATALOGUE = (
    "layers_theme",
    "layers_layer",
    "layers_grant",
    "layers_protectedfield",
    "layers_protectedfield_groups",
    "layers_raster",
    "layers_rasterversion",
    "datasets_dataset",
    "datasets_schemaversion",
    "datasets_delivery",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "plui_docurba",
    "plui_docurbacom",
    "fleet_critairrule",
    "fleet_energylabel",
    "fleet_renewalquota",
    "fleet_emissionfactor",
)
DASHBOARDS = (
    "dashboards_dashboard",
    "dashboards_dashboard_groups",
    "dashboards_dashboard_persons",
    "dashboards_dashboardversion",
    "dashboards_librarypanel",
)
CONTRIBUTIONS = ("explorer_featurereport", "explorer_savedview")


def triggers(family: str, tables: Iterable[str]) -> list[migrations.RunSQL]:
    """Return the operations that count the statements which write to tables under a family, and those that undo it."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER catalogue_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION layers_bump_catalogue('{family}')",
            f"DROP TRIGGER catalogue_version ON {table}",
        )
        for table in tables
    ]


class Migration(migrations.Migration):
    """Create the triggers, on the tables of every application."""

    dependencies = [
        ("gisportal", "0004_demo_dashboards"),
        ("layers", "0019_catalogue_versions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("dashboards", "0003_paper_job"),
        ("datasets", "0013_abandoned_deliveries"),
        ("explorer", "0005_entry_imports"),
        ("fleet", "0005_gas_factors"),
        ("plui", "0004_shares_of_rows"),
    ]
    operations = [
        *triggers("catalogue", CATALOGUE),
        *triggers("dashboards", DASHBOARDS),
        *triggers("contributions", CONTRIBUTIONS),
    ]
