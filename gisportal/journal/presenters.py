"""Entries of the journal in words, for the list that administrators read; the entry itself stays as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from explorer.vocabulary import ReportState
from gisportal.accounts.vocabulary import PERMISSION_DEEDS
from gisportal.journal.queries import KINDS, Names, model_name
from interface.wording import instant, number
from layers.definitions import Text
from layers.vocabulary import LayerState, Visibility
from publication.vocabulary import SubjectKind, SubmissionState

LENGTH = 240
# The other name of what is written: identifiers say nothing to a reader.
_LEFT_OUT = frozenset({"id", "added_ids", "removed_ids", "entries"})
# What an entry is about: by name, and by number or slug where it has none any more.
_SUBJECTS: Mapping[str, tuple[Text, Text]] = {
    "account": (gettext_lazy("compte « %s »"), gettext_lazy("compte n° %s")),
    "dashboard": (gettext_lazy("tableau de bord « %s »"), gettext_lazy("tableau de bord %s")),
    "directory": (gettext_lazy("annuaire « %s »"), gettext_lazy("annuaire n° %s")),
    "form": ("", gettext_lazy("formulaire %s")),
    "group": (gettext_lazy("groupe « %s »"), gettext_lazy("groupe n° %s")),
    "layer": (gettext_lazy("couche « %s »"), gettext_lazy("couche %s")),
    "link": ("", gettext_lazy("lien n° %s")),
    "request": ("", gettext_lazy("demande n° %s")),
    "plan": ("", gettext_lazy("plan %s")),
    "report": ("", gettext_lazy("signalement n° %s")),
    "reports": ("", gettext_lazy("signalements de %s")),
    "delivery": ("", gettext_lazy("livraison %s")),
    "job": ("", gettext_lazy("traitement %s")),
    "health": ("", gettext_lazy("santé du portail, %s")),
}
_ALONE: Mapping[str, Text] = {
    "unknown": gettext_lazy("nom inconnu"),
    "tiles": gettext_lazy("tuiles gardées"),
    "health backup": gettext_lazy("sauvegarde en retard"),
    "health certificate": gettext_lazy("certificat du portail"),
    "health worker": gettext_lazy("traitements arrêtés"),
    "health queue": gettext_lazy("file d’attente des traitements"),
    "health disk": gettext_lazy("disque qui se remplit"),
    "journal": gettext_lazy("le journal"),
}
_NAMES: Mapping[str, Text] = {
    "abandoned": gettext_lazy("abandonnée"),
    "action": gettext_lazy("action"),
    "added": gettext_lazy("ajouté"),
    "answered": gettext_lazy("répondu"),
    "call": gettext_lazy("appel"),
    "archive": gettext_lazy("archive"),
    "can_add": gettext_lazy("ajout"),
    "can_approve": gettext_lazy("approbation"),
    "can_change": gettext_lazy("modification"),
    "can_change_own": gettext_lazy("modification de ses propres lignes"),
    "can_delete": gettext_lazy("suppression"),
    "can_download": gettext_lazy("téléchargement"),
    "can_edit": gettext_lazy("ajout et modification"),  # entries of when these were one right
    "check": gettext_lazy("contrôle"),
    "code": gettext_lazy("code"),
    "count": gettext_lazy("nombre"),
    "counts": gettext_lazy("remis"),
    "dashboard": gettext_lazy("tableau de bord"),
    "done_at": gettext_lazy("fait le"),
    "ends_at": gettext_lazy("fin du compte"),
    "factor": gettext_lazy("second facteur"),
    "fields": gettext_lazy("champs"),
    "findings": gettext_lazy("constats"),
    "format": gettext_lazy("format"),
    "in_force_from": gettext_lazy("en vigueur du"),
    "group_id": gettext_lazy("groupe"),
    "group_names": gettext_lazy("groupes"),
    "heir_id": gettext_lazy("repris par"),
    "is_active": gettext_lazy("actif"),
    "is_automatic": gettext_lazy("se publie sans relecture"),
    "is_public": gettext_lazy("public"),
    "is_staff": gettext_lazy("entre dans l’administration"),
    "is_superuser": gettext_lazy("administre tout"),
    "allows_links": gettext_lazy("se donne par un lien"),
    "is_use_public": gettext_lazy("montre ses usages"),
    "is_requestable": gettext_lazy("s’annonce à qui ne la lit pas"),
    "is_sensitive": gettext_lazy("sensible"),
    "sensitive_fields": gettext_lazy("champs sensibles"),
    "kind": gettext_lazy("nature"),
    "layer": gettext_lazy("couche"),
    "layers": gettext_lazy("couches"),
    "left": gettext_lazy("départ"),
    "merged": gettext_lazy("fusion"),
    "margin_m": gettext_lazy("marge autour des communes (m)"),
    "most_extent_shift": gettext_lazy("emprise déplacée, au plus (%)"),
    "most_lost_rows": gettext_lazy("lignes perdues, au plus (%)"),
    "name": gettext_lazy("nom"),
    "name_digest": gettext_lazy("empreinte du nom"),
    "note": gettext_lazy("note"),
    "page": gettext_lazy("page"),
    "planned_at": gettext_lazy("prévu le"),
    "portal_id": gettext_lazy("commune du portail"),
    "prefix": gettext_lazy("début du jeton"),
    "producer_id": gettext_lazy("producteur"),
    "producers_approve": gettext_lazy("qui dépose peut approuver"),
    "proofs": gettext_lazy("preuves"),
    "question": gettext_lazy("demande"),
    "reason": gettext_lazy("motif"),
    "reminder_days": gettext_lazy("rappel après (jours)"),
    "relation": gettext_lazy("lecteurs"),
    "removed": gettext_lazy("retiré"),
    "restored": gettext_lazy("rétablie"),
    "rows": gettext_lazy("lignes"),
    "scope": gettext_lazy("portée"),
    "session": gettext_lazy("session n°"),
    "smallest_count": gettext_lazy("plus petit effectif publié"),
    "state": gettext_lazy("état"),
    "step": gettext_lazy("étape"),
    "status": gettext_lazy("réponse"),
    "token": gettext_lazy("jeton n°"),
    "trial": gettext_lazy("à l’essai"),
    "type": gettext_lazy("type"),
    "until": gettext_lazy("jusqu’au"),
    "username": gettext_lazy("identifiant"),
    "valid_from": gettext_lazy("à partir du"),
    "valid_until": gettext_lazy("jusqu’au"),
    "version": gettext_lazy("version"),
    "viewed_as": gettext_lazy("vu comme"),
    "visibility": gettext_lazy("visibilité"),
}
_VALUES: Mapping[str, Text] = {
    "password": gettext_lazy("mot de passe"),
    "totp": gettext_lazy("application de codes"),
    "mfa totp": gettext_lazy("application de codes"),
    "webauthn": gettext_lazy("clé d’accès"),
    "mfa webauthn": gettext_lazy("clé d’accès"),
    "recovery_codes": gettext_lazy("code de secours"),
    "mfa recovery_codes": gettext_lazy("code de secours"),
    "addition": gettext_lazy("ajout"),
    "change": gettext_lazy("modification"),
    "deletion": gettext_lazy("suppression"),
    "export": gettext_lazy("export"),
    "start": gettext_lazy("début"),
    "page": gettext_lazy("page ouverte"),
    "end": gettext_lazy("retour à soi"),
    "expiry": gettext_lazy("fin du délai ou du droit"),
    "read": gettext_lazy("lecture"),
    "write": gettext_lazy("lecture et écriture"),
    "written_fields": gettext_lazy("champs à écrire"),
    "created": gettext_lazy("création"),
    "trial": gettext_lazy("essai ou service"),
    "revoked": gettext_lazy("révocation"),
    "sent": gettext_lazy("envoyée"),
    "accepted": gettext_lazy("acceptée"),
    "refused": gettext_lazy("refusée"),
    "assigned": gettext_lazy("prise en charge"),
    "released": gettext_lazy("rendue à l’équipe"),
    "retried": gettext_lazy("relancé"),
    "cancelled": gettext_lazy("annulé"),
    "restored": gettext_lazy("restauration essayée"),
    "emptied": gettext_lazy("vidé"),
    "staged": gettext_lazy("chargée"),
    "online": gettext_lazy("en ligne"),
    "undone": gettext_lazy("mise en ligne annulée"),
    "discarded": gettext_lazy("supprimée"),
    "finding-accepted": gettext_lazy("constat accepté"),
    "acceptance-withdrawn": gettext_lazy("acceptation retirée"),
    "groups": gettext_lazy("groupes"),
    "persons": gettext_lazy("personnes"),
}
_CHOICES: Mapping[str, Mapping[str, Text]] = {
    "kind": dict(SubjectKind.choices),
    "state": {**dict(SubmissionState.choices), **dict(LayerState.choices), **dict(ReportState.choices)},
    "visibility": dict(Visibility.choices),
}
# Entries before titles were stored have a sentence of Django, in French or English: an addition names no field.
_CHANGED = re.compile(r"(?:Modification de|Changed) (.+?)\.?")
_ADDED = frozenset({"Ajout.", "Added."})
_INSTANTS = frozenset({"valid_from", "valid_until", "until", "planned_at", "done_at"})
# A permission as Django writes it, « Catalogue | couche | Can change couche ».
_PERMISSION = re.compile(r".+ \| (.+) \| Can (add|change|delete|view) .+")


def subject_text(subject: str, names: Names) -> str:
    """Return in words what an entry is about."""
    kind, _space, key = subject.partition(" ")
    name = names.get((kind, key), "")
    if key and kind in _SUBJECTS:
        named, numbered = _SUBJECTS[kind]
        return str(named) % name if name else str(numbered) % key
    called = model_name(kind) if key and "." in kind else ""
    if called:
        words = {"model": called, "name": name or key}
        return (_("%(model)s « %(name)s »") if name else _("%(model)s n° %(name)s")) % words
    return str(_ALONE.get(subject, subject))


def detail_text(detail: Mapping[str, Any], names: Names) -> str:
    """Return the detail of an entry in words, at most ``LENGTH`` characters: what changed, from what to what."""
    text = " ; ".join(_parts(detail, names))
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}…"


def _parts(detail: Mapping[str, Any], names: Names) -> Iterator[str]:
    before, after = detail.get("before") or {}, detail.get("after")
    if "after" in detail and after is None:
        yield _("supprimé")
        after = {}
    for name in dict.fromkeys((*before, *(after or {}))):
        if name not in before and (after or {}).get(name) in (None, ""):
            continue  # nothing was there, and nothing is
        old, new = (_value(name, part.get(name), names) for part in (before, after or {}))
        is_changed = name in before and after
        yield _named(name, f"{old} → {new}" if is_changed else new if name not in before else old)
    for name, value in detail.items():
        is_empty = value in (None, "", [], {}) or (name == "fields" and str(value) in _ADDED)
        if name not in _LEFT_OUT | {"before", "after"} and not is_empty:
            yield _named(name, _value(name, value, names))


def _named(name: str, words: str) -> str:
    return _("%(title)s : %(text)s") % {"title": _NAMES.get(name, name), "text": words}


def _value(name: str, value: Any, names: Names) -> str:
    """Return what a part of a detail holds: the name of an object, the label of a choice, an instant or words."""
    if name in KINDS and value not in (None, ""):
        called = names.get((KINDS[name], str(value)))
        return called or _("n° %s") % value
    if name == "fields":
        return ", ".join(map(_title, _titles(value)))
    if name in _INSTANTS and value:
        return instant(value)
    label = _CHOICES.get(name, {}).get(str(value))
    return str(label).lower() if label else _word(value)


def _titles(value: Any) -> list[str]:
    """Return the titles of fields of an entry, a list or the sentence of an older one."""
    if isinstance(value, list):
        return [str(each) for each in value]
    sentence = _CHANGED.fullmatch(str(value))
    return re.split(r", | et | and ", sentence[1]) if sentence else [str(value)]


def _title(text: str) -> str:
    """Return the title of a field in the language of the page, without a capital: Django's own are English."""
    lower = text[:1].lower() + text[1:]
    return str(_(lower)) if lower else text


def _word(value: Any) -> str:
    """Return a value in words; a list is one after the other, and what no word is known for stays as it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_word(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_word(each) for each in value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, int | float):
        return number(value)
    if permission := _PERMISSION.fullmatch(str(value)):
        words = {"deed": PERMISSION_DEEDS[permission[2]], "model": permission[1]}
        return _("%(deed)s (%(model)s)") % words
    return "–" if value in (None, "") else str(_VALUES.get(str(value), value))
