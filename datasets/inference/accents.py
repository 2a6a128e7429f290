"""Accents that software took from titles: « Ann__e » is « Année ».

Programs that allow letters without accents alone write ``_`` for each byte of an accented letter, two in UTF-8 and one
in Windows-1252; readers of another encoding write U+FFFD. A title is mended where it fits a common word of titles, and
nowhere else.
"""

from __future__ import annotations

import re

_WORDS_TEXT = (
    "accès accessibilité activité adhérent adhérents aménagé aménagement année années arrêt arrêté arrêtés arrivée "
    "bâti bâtiment bâtiments bénéficiaire bénéficiaires caractère catégorie catégories célèbre chaussée clôture "
    "collège complément complémentaire complète conformité coordonnée coordonnées coût création crèche créée débit "
    "débits début décès déchet déchets décision délai délégation délibération dénomination départ département "
    "départements dépense dépenses dépôt désignation détail détails développement diamètre différence donnée "
    "données durée échéance échelle éclairage école écoles économie édifice effectué église élagage élément "
    "éléments élève élèves élus émission émissions énergie énergies enquête entité entrée entrées épaisseur "
    "équipement équipements espèce espèces établissement établissements étage étages état états étendue étude "
    "études évaluation événement événements évolution exécution fenêtre fermé fermée fréquence fréquentation "
    "généré géographique géolocalisation géométrie gérant gère gérée hôpital hôtel identité immatriculé intégré "
    "intérêt intitulé légende libellé libellés lycée maîtrise médiathèque mémoire ménage ménages mère métier "
    "métiers mètre mètres mobilité modalité modèle montée musée nationalité naturalité nécessaire numéro numéros "
    "opération opérations organisé paramètre périmètre période périodes pièce pièces piéton piétons polarité "
    "précipitation précision préfecture prélèvement prénom prénoms présence présentation prévision prévu prévue "
    "prévus priorité privé privée procédure propriétaire propriétaires propriété protégé protégée publicité "
    "qualité quantité quantités réalisation réalisé réalisée récolte recommandé référence références régime région "
    "régions règle règlement réseau réseaux réservé résidence résidences résident résultat résultats réunion "
    "salarié salariés santé scène séance sécheresse sécurité série société spécialité spécificité stère surélevé "
    "sûreté système tâche télécopie téléphone température territorialité théâtre thématique thème traversée "
    "trésorerie unité unités universités utilisé validité variété végétal végétation véhicule véhicules vélo vélos "
    "vérification vérifié vitalité"
)
_ACCENTED = re.compile(r"[^\x00-\x7f]")
_LOST = "(?:_{1,2}|\ufffd{1,2}|[?]{1,2})"


def _pattern(word: str) -> str:
    return _ACCENTED.sub(lambda _letter: _LOST, word)


_WORDS = sorted(_WORDS_TEXT.split(), key=lambda word: (-len(word), word))
_BY_PATTERN = re.compile(
    "(?<![a-zA-Z])(?:"
    + "|".join(f"(?P<w{number}>{_pattern(word)})" for number, word in enumerate(_WORDS))
    + ")(?![a-zA-Z0-9])",
    re.IGNORECASE,
)
_DAMAGED = re.compile(r"[a-zA-Z]_{1,2}|[?\ufffd]|^_{1,2}[a-z]")


def mended_title(title: str) -> str:
    """Return a title with the accents that it lost; as it is where no word is recognised."""
    if not _DAMAGED.search(title):
        return title
    return _BY_PATTERN.sub(_accented, title)


def _accented(match: re.Match[str]) -> str:
    word = _WORDS[int((match.lastgroup or "w0")[1:])]
    text = match[0]
    if text.isupper():
        return word.upper()
    is_capital = text[:1].isupper() or (not text[:1].isalpha() and match.start() == 0)
    return word[:1].upper() + word[1:] if is_capital else word
