"""When the database applies the rules again; the functions are in a migration.

Whoever writes (administration, API, import, psql), what is computed agrees with what it is computed of.
"""

from __future__ import annotations

import pgtrigger

# What the rules say of a vehicle. ``critair`` is among the columns so that writing it applies them again.
CLASS = pgtrigger.Trigger(
    name="class",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf(
        "genre",
        "categorie",
        "energie",
        "date_premiere_immatriculation",
        "norme_euro",
        "co2_g_km",
        "date_entree",
        "critair",
        "etiquette_energie",
        "part_faibles",
        "quota_faibles",
        "part_tres_faibles",
        "quota_tres_faibles",
    ),
    declare=[("found", "record")],
    func="""
SELECT * INTO found FROM fleet_class(
    NEW.genre, NEW.categorie, NEW.energie, NEW.date_premiere_immatriculation, NEW.norme_euro, NEW.co2_g_km,
    NEW.date_entree, (now() AT TIME ZONE 'Europe/Paris')::date
);
NEW.critair := found.critair; NEW.etiquette_energie := found.label;
NEW.part_faibles := found.low; NEW.quota_faibles := found.low_quota;
NEW.part_tres_faibles := found.very_low; NEW.quota_tres_faibles := found.very_low_quota;
NEW.annee_immatriculation := extract(year FROM NEW.date_premiere_immatriculation);
RETURN NEW;
""",
)
EMISSIONS = pgtrigger.Trigger(
    name="emissions",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf("vehicle_id", "mois", "litres", "kwh", "kg_gaz", "co2_kg"),
    func="""
NEW.co2_kg := fleet_emissions(NEW.vehicle_id, NEW.mois, NEW.litres, NEW.kwh, NEW.kg_gaz); RETURN NEW;
""",
)
FOLLOW_ENERGY = pgtrigger.Trigger(
    name="follow_energy",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("energie"),
    func="UPDATE fleet_vehiclereading SET co2_kg = NULL WHERE vehicle_id = NEW.id; RETURN NULL;",
)


def _statement(
    name: str, operation: pgtrigger.Operation, func: str, referencing: pgtrigger.Referencing | None = None
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        func=func,
        referencing=referencing,
    )


_ALL = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate
APPLY_RULES = [_statement("apply_rules", _ALL, "PERFORM fleet_apply_rules(); RETURN NULL;")]
APPLY_FACTORS = [
    _statement("apply_factors", _ALL, "UPDATE fleet_vehiclereading SET co2_kg = NULL; RETURN NULL;")
]
_REFRESH = "PERFORM fleet_refresh(ARRAY({})); RETURN NULL;"
_OLD, _NEW = "SELECT vehicle_id FROM old_rows", "SELECT vehicle_id FROM new_rows"
REFRESH_OF_READINGS = [
    _statement(
        "refresh_inserted", pgtrigger.Insert, _REFRESH.format(_NEW), pgtrigger.Referencing(new="new_rows")
    ),
    _statement(
        "refresh_updated",
        pgtrigger.Update,
        _REFRESH.format(f"{_OLD} UNION {_NEW}"),
        pgtrigger.Referencing(old="old_rows", new="new_rows"),
    ),
    _statement(
        "refresh_deleted", pgtrigger.Delete, _REFRESH.format(_OLD), pgtrigger.Referencing(old="old_rows")
    ),
    _statement("refresh_truncated", pgtrigger.Truncate, "PERFORM fleet_refresh(NULL); RETURN NULL;"),
]
# Its own columns that tell when a reading is due, and among whom its consumption is usual.
REFRESH_OF_VEHICLE = [
    _statement(
        "refresh_new",
        pgtrigger.Insert,
        _REFRESH.format("SELECT id FROM new_rows"),
        pgtrigger.Referencing(new="new_rows"),
    ),
    pgtrigger.Trigger(
        name="refresh_own",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("etat", "date_entree", "genre", "categorie", "energie"),
        func="""
PERFORM fleet_refresh(
    CASE WHEN (OLD.genre, OLD.categorie, OLD.energie) = (NEW.genre, NEW.categorie, NEW.energie) THEN ARRAY[NEW.id] END
);
RETURN NULL;
""",
    ),
]
