"""Prescriptions of local plans: CNIG PLU v2024 rev. 2025-06, PRESCRIPTION_SURF, _LIN, _PCT (cnigfr, aafe905)."""

from __future__ import annotations

from datasets.inference.known_fields.definitions import KnownField, KnownSchema

_DAY = r"^(?:[0-9]{8})$"
"""AAAAMMJJ, where zeros stand for what is unknown (``20040000``): text, not a date."""

PRESCRIPTIONS = KnownSchema(
    name="cnig/prescription 2024-2025-06",
    title="Prescriptions d’un plan local d’urbanisme (CNIG)",
    source="https://github.com/cnigfr/schema-plan-local-urbanisme",
    marks=("LIBELLE", "TYPEPSC", "STYPEPSC", "IDURBA"),
    enough=1.0,
    key=(),
    title_field="LIBELLE",
    fields=(
        KnownField("LIB_IDPSC", pattern=r"^.{1,40}$"),
        KnownField("LIBELLE", is_required=True, pattern=r"^.{1,254}$"),
        KnownField("TXT", pattern=r"^.{1,10}$"),
        KnownField("TYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        KnownField("STYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        KnownField("NATURE", pattern=r"^.{1,50}$"),
        KnownField("NOMFIC", pattern=r"^.{1,80}$"),
        KnownField("URLFIC", pattern=r"^.{1,254}$"),
        KnownField("IDURBA", is_required=True, pattern=r"^.{1,30}$"),
        KnownField("DATVALID", pattern=_DAY),
        KnownField("SYMBOLE", pattern=r"^.{1,20}$"),
    ),
)
