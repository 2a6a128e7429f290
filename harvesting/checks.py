"""What the national portal would skip or lose of a record, in its own words, and what the SCDL catalogue lacks.

The rules are those of the udata harvester (opendatateam/udata: backends ``dcat`` and ``csw``, guess of licences),
and of Regulation (EU) 2023/138 for high-value datasets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import number
from layers.definitions import Text
from layers.vocabulary import Frequency
from metadata.completeness import LEAST_ABSTRACT
from metadata.records import Record
from metadata.uris import licence_uri

# What the national portal accepts: letters of a keyword once written as in an address, of the name of a contact.
KEYWORD_LENGTHS = (3, 96)
CONTACT_LENGTH = 255
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a catalogue that reads ours: ``find`` returns what is wrong with a record, empty for nothing.

    ``is_refusal``: the dataset is skipped; else it is taken without what the rule is about.
    """

    code: str
    title: Text
    find: Callable[[Record], str]
    is_refusal: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a record breaks, and how, in words for people."""

    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record and what harvesters would skip or lose of it."""

    record: Record
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the national portal would skip the dataset."""
        return any(finding.rule.is_refusal for finding in self.findings)


def check_records(records: Iterable[Record]) -> list[CheckedRecord]:
    """Return each record with its findings: refusals first, then in the order of the rules."""
    listed = list(records)
    shared = {name for name, count in Counter(each.dataset_id for each in listed).items() if count > 1}
    return [CheckedRecord(record, tuple(_findings(record, shared))) for record in listed]


def setting_faults() -> list[str]:
    """Return what the settings of the portal leave empty in the SCDL catalogue, for who runs it."""
    faults = []
    if not settings.ORGANISATION:
        faults.append(
            _("COLL_NOM est vide : le nom de la collectivité n’est pas réglé (PORTAL_ORGANISATION).")
        )
    if not settings.SIRET:
        faults.append(_("COLL_SIRET est vide : le SIRET de la collectivité n’est pas réglé (PORTAL_SIRET)."))
    return faults


def _findings(record: Record, shared: set[str]) -> Iterator[Finding]:
    if record.dataset_id in shared:
        detail = _("« %s » est aussi celui d’un autre jeu : le second échoue.") % record.dataset_id
        yield Finding(_DUPLICATE, detail)
    for rule in RULES:
        if detail := rule.find(record):
            yield Finding(rule, detail)


def _keywords(record: Record) -> str:
    least, most = KEYWORD_LENGTHS
    wrong = [word for word in record.keywords if not least <= len(slugify(word)) <= most]
    return _("laissés de côté : %s") % ", ".join(f"« {word[:40]} »" for word in wrong) if wrong else ""


def _licence(record: Record) -> str:
    if licence_uri(record.licence):
        return ""
    return _("elle serait affichée « notspecified » : choisissez-en une de la liste du portail national")


def _description(record: Record) -> str:
    if not record.abstract.strip():
        return _("le jeu serait publié sans texte")
    if len(record.abstract.strip()) < LEAST_ABSTRACT:
        return _("moins de %s caractères : Google ne la retient pas") % number(LEAST_ABSTRACT)
    return ""


def _contact(record: Record) -> str:
    if not (record.contact_email or record.contact_url):
        return _("ni adresse ni formulaire : personne à qui écrire")
    if len(record.contact_name) > CONTACT_LENGTH or _ADDRESS.search(record.contact_name):
        return _("le nom du service est trop long, ou contient une adresse de page")
    return ""


def _high_value(record: Record) -> str:
    if not record.hvd_category:
        return ""
    missing = [
        words
        for words, is_there in (
            (_("une licence reconnue"), bool(licence_uri(record.licence))),
            (_("un contact"), bool(record.contact_email or record.contact_url)),
            (_("une API documentée"), any(each.is_service for each in record.distributions)),
        )
        if not is_there
    ]
    return _("il manque %s") % ", ".join(missing) if missing else ""


def _missing(words: Text, is_missing: Callable[[Record], bool]) -> Callable[[Record], str]:
    return lambda record: str(words) if is_missing(record) else ""


_DUPLICATE = Rule("identifiant", gettext_lazy("Identifiant déjà pris"), lambda _record: "", is_refusal=True)
RULES = (
    Rule(
        "titre",
        gettext_lazy("Titre manquant"),
        _missing(gettext_lazy("sans titre, le jeu est ignoré"), lambda record: not record.title.strip()),
        is_refusal=True,
    ),
    Rule("licence", gettext_lazy("Licence non reconnue"), _licence),
    Rule("forte-valeur", gettext_lazy("Donnée de forte valeur incomplète"), _high_value),
    Rule("description", gettext_lazy("Description manquante ou trop courte"), _description),
    Rule("contact", gettext_lazy("Point de contact manquant"), _contact),
    Rule(
        "frequence",
        gettext_lazy("Fréquence de mise à jour non renseignée"),
        _missing(
            gettext_lazy("le portail national garde celle d’avant, ou n’en affiche aucune"),
            lambda record: record.frequency == Frequency.UNKNOWN,
        ),
    ),
    Rule("mots-cles", gettext_lazy("Mots-clés trop courts ou trop longs"), _keywords),
    Rule(
        "sans-mot-cle",
        gettext_lazy("Aucun mot-clé"),
        _missing(
            gettext_lazy("la recherche ne le trouve que par son titre"), lambda record: not record.keywords
        ),
    ),
    Rule(
        "espace",
        gettext_lazy("Couverture spatiale non renseignée"),
        _missing(gettext_lazy("le jeu n’est sur aucune carte"), lambda record: record.bounds is None),
    ),
    Rule(
        "temps",
        gettext_lazy("Couverture temporelle non renseignée"),
        _missing(gettext_lazy("rien ne dit de quand sont les données"), lambda record: record.period is None),
    ),
    Rule(
        "fichiers",
        gettext_lazy("Aucun fichier ni service"),
        _missing(gettext_lazy("le jeu serait une page vide"), lambda record: not record.distributions),
    ),
)
ALL_RULES = (_DUPLICATE, *RULES)
