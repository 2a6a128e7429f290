"""Rows of the SCDL catalogue, version 0.1.3 (OpenDataFrance, scdl/catalogue): 20 columns, in the order of the schema.

What a dataset does not say is left empty: the page « Moissonnage » names it (``harvesting/checks.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from export_formats.csv import safe_text
from layers.models import Commune
from layers.vocabulary import Frequency, Licence
from metadata.records import Record

COLUMNS = (
    "COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM", "PRODUCTEUR_SIRET",
    "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT", "COUV_TEMP_FIN", "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ",
    "MOTS_CLES", "LICENCE", "NOMBRE_RESSOURCES", "FORMAT_RESSOURCES", "URL",
)  # fmt: skip
NAME_LENGTH = 140
_BETWEEN = ";"
# Values of the schema: never translated.
_HOURLY, _DAILY, _WEEKLY = (
    "Toutes les heures",
    "Quotidienne ou plusieurs fois par jour",
    "Hebdomadaire ou plusieurs fois par semaine",
)
_MONTHLY = "Mensuelle ou plusieurs fois par mois"
_FREQUENCIES: dict[str, str] = {
    Frequency.UPDATE_CONT: "Continuelle", Frequency.MINUTES_1: "Continuelle", Frequency.MINUTES_5: "Continuelle",
    Frequency.MINUTES_10: "Continuelle", Frequency.MINUTES_15: "Continuelle", Frequency.MINUTES_30: "Continuelle",
    Frequency.HOURLY: _HOURLY, Frequency.BIHOURLY: _DAILY, Frequency.TRIHOURLY: _DAILY, Frequency.HOURS_12: _DAILY,
    Frequency.CONT: _DAILY, Frequency.DAILY_3: _DAILY, Frequency.DAILY_2: _DAILY, Frequency.DAILY: _DAILY,
    Frequency.WEEKLY_5: _WEEKLY, Frequency.WEEKLY_3: _WEEKLY, Frequency.WEEKLY_2: _WEEKLY,
    Frequency.WEEKLY: _WEEKLY, Frequency.BIWEEKLY: _MONTHLY, Frequency.MONTHLY_3: _MONTHLY,
    Frequency.MONTHLY_2: _MONTHLY, Frequency.MONTHLY: _MONTHLY, Frequency.BIMONTHLY: "Bimestrielle",
    Frequency.QUARTERLY: "Trimestrielle", Frequency.ANNUAL_2: "Semestrielle", Frequency.ANNUAL: "Annuelle",
    Frequency.BIENNIAL: "Biennale", Frequency.TRIENNIAL: "Triennale", Frequency.QUINQUENNIAL: "Quinquennale",
    Frequency.AS_NEEDED: "Ponctuelle", Frequency.NEVER: "Ponctuelle", Frequency.NOT_PLANNED: "Ponctuelle",
    Frequency.IRREG: "Irrégulière", Frequency.UNKNOWN: "Inconnue",
}  # fmt: skip
_OPEN_LICENCE, _COMMONS, _OTHER_LICENCE = "Licence Ouverte-LO", "Creative Commons-CC", "Spécifique ou autre"
_LICENCES: dict[str, str] = {
    Licence.ETALAB_2: _OPEN_LICENCE, Licence.ETALAB_1: _OPEN_LICENCE, Licence.ODBL_1: "Open Database License-ODBL",
    Licence.CC_BY: _COMMONS, Licence.CC_BY_SA: _COMMONS, Licence.CC_ZERO: _COMMONS,
}  # fmt: skip


def scdl_rows(records: Iterable[Record], *, origin: str, commune: Commune | None) -> list[list[str]]:
    """Return a row of texts for each record; ``origin`` is the scheme and host of the portal, ``commune`` its own."""
    return [_row(record, origin, commune) for record in records]


def _row(record: Record, origin: str, commune: Commune | None) -> list[str]:
    name = settings.ORGANISATION[:NAME_LENGTH]
    identifier = f"{origin}{record.path}"
    files = [each.code for each in record.distributions if not each.is_service]
    files += [each.file_name.rpartition(".")[2] for each in record.attachments]
    first, last = record.period or (None, None)
    texts = [
        name, settings.SIRET, identifier, record.title, record.abstract, record.theme_title,
        record.producer or name, settings.SIRET,
        "Intercommunale" if commune is None else "Communale", name if commune is None else commune.nom,
        _day(first), _day(last), _day(record.issued), _FREQUENCIES.get(record.frequency, "Irrégulière"),
        _day(record.modified), _BETWEEN.join(word.replace(_BETWEEN, " ") for word in record.keywords),
        _LICENCES.get(record.licence, _OTHER_LICENCE), str(len(files)),
        _BETWEEN.join(dict.fromkeys(code.upper() for code in files)), identifier,
    ]  # fmt: skip
    return [safe_text(text) for text in texts]


def _day(moment: dt.date | dt.datetime | None) -> str:
    """Return the day of a moment where the portal is; empty for none."""
    if isinstance(moment, dt.datetime):
        return timezone.localdate(moment).isoformat()
    return moment.isoformat() if moment is not None else ""
