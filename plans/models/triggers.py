"""When the database applies the rule of plans again, and where a row is in its plan; the functions are in a migration.

Whoever writes (administration, API, import, psql), what is computed agrees with what it is computed of.
"""

from __future__ import annotations

import pgtrigger

SAME_PLAN = pgtrigger.Trigger(
    name="place",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("plan_id", "position_id", "axe", "sous_axe"),
    declare=[("found", "record")],
    func="""
SELECT * INTO found FROM plans_place(NEW.position_id);
IF found.plan IS DISTINCT FROM NEW.plan_id THEN
    RAISE EXCEPTION 'axis % is not of plan %', NEW.position_id, NEW.plan_id USING ERRCODE = 'check_violation';
END IF;
NEW.axe := found.axe; NEW.sous_axe := found.sous_axe; RETURN NEW;
""",
)


def _refresh(
    name: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing, rows: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"refresh_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"PERFORM plans_refresh(ARRAY({rows})); RETURN NULL;",
    )


_OLD, _NEW = "SELECT indicator_id FROM old_rows", "SELECT indicator_id FROM new_rows"
REFRESH_OF_RECORDS = [
    _refresh("inserted", pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), _NEW),
    _refresh(
        "updated",
        pgtrigger.Update,
        pgtrigger.Referencing(old="old_rows", new="new_rows"),
        f"{_OLD} UNION {_NEW}",
    ),
    _refresh("deleted", pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), _OLD),
    pgtrigger.Trigger(
        name="refresh_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Truncate,
        func="PERFORM plans_refresh(NULL); RETURN NULL;",
    ),
]
# Its own columns that the rule reads: what it writes is not among them, so that it never calls itself.
REFRESH_OF_RULE = pgtrigger.Trigger(
    name="refresh_rule",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("sens", "frequence", "plan_id"),
    func="PERFORM plans_refresh(ARRAY[NEW.id]); RETURN NULL;",
)
REFRESH_OF_PLAN = pgtrigger.Trigger(
    name="refresh_plan",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("tolerance", "derive", "anciennete"),
    func="PERFORM plans_refresh(ARRAY(SELECT id FROM plans_indicator WHERE plan_id = NEW.code)); RETURN NULL;",
)
RELABEL = pgtrigger.Trigger(
    name="relabel",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("code", "titre", "parent_id"),
    func="""
UPDATE plans_indicator SET axe = '' WHERE plan_id = NEW.plan_id;
UPDATE plans_action SET axe = '' WHERE plan_id = NEW.plan_id;
RETURN NULL;
""",
)
# A tree of one plan: what is above an axis is of its plan and not below it, and an axis stays in its plan.
TREE = pgtrigger.Trigger(
    name="tree",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("plan_id", "parent_id"),
    func="""
IF TG_OP = 'UPDATE' AND NEW.plan_id IS DISTINCT FROM OLD.plan_id THEN
    RAISE EXCEPTION 'axis % stays in its plan', NEW.code USING ERRCODE = 'check_violation';
ELSIF NEW.parent_id IS NULL THEN
    RETURN NEW;
ELSIF NEW.plan_id IS DISTINCT FROM (SELECT plan_id FROM plans_axis WHERE id = NEW.parent_id) THEN
    RAISE EXCEPTION 'axis % is under an axis of another plan', NEW.code USING ERRCODE = 'check_violation';
ELSIF EXISTS (
    WITH RECURSIVE way AS (
        SELECT id, parent_id FROM plans_axis WHERE id = NEW.parent_id
        UNION SELECT a.id, a.parent_id FROM plans_axis AS a JOIN way ON a.id = way.parent_id
    ) SELECT FROM way WHERE id = NEW.id
) THEN
    RAISE EXCEPTION 'axis % would be under itself', NEW.code USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
""",
)
