"""Tables of set phrases, compared by stems, the longest first; stop phrases, negations and what begins an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from explorer.natural_language.tokens import WordToken, stems_of, tokens
from layers.parsing.query import AREA, LENGTH

Meaning = TypeVar("Meaning")
RESETS = frozenset(["mais", "puis", "cependant"])


class PhraseTable(Generic[Meaning]):
    """Meanings by phrase. Articles count: « à moins de » is not « moins ». A phrase is compared by stems."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._by_start: defaultdict[str, list[tuple[tuple[str, ...], Meaning]]] = defaultdict(list)
        for text, meaning in meanings.items():
            form = tuple(each.stem for each in tokens(text))
            self._by_start[form[0]].append((form, meaning))
        for forms in self._by_start.values():
            forms.sort(key=lambda each: -len(each[0]))
        self.words = frozenset(
            word for forms in self._by_start.values() for form, _ in forms for word in form
        )

    def find(self, word_tokens: Sequence[WordToken], at: int) -> tuple[Meaning, int] | None:
        """Return what the longest phrase at a token means, and the token after it."""
        if at >= len(word_tokens) or (begun := self._by_start.get(word_tokens[at].stem)) is None:
            return None
        for form, meaning in begun:
            if stems_of(word_tokens, at, at + len(form)) == form:
                return meaning, at + len(form)
        return None


def spelt(meaning: Meaning, texts: str) -> dict[str, Meaning]:
    """Give one meaning to phrases written one after the other, with a bar between."""
    return {text.strip(): meaning for text in texts.split("|")}


def merged(parts: Iterable[Mapping[str, Meaning]]) -> dict[str, Meaning]:
    """Join tables."""
    return {text: meaning for part in parts for text, meaning in part.items()}


STOP_PHRASES: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "y t il|y til|y|a-t-elle|a-t-il|ont-ils|ont-elles|c’est où|c’est quoi"
        "|où est-ce qu’il y a|où est-ce qu’on trouve"
        "|où il y a|où on trouve|où l’on trouve|où sont|où est|où se trouve|où se trouvent|où se situe|où se situent"
        "|où y a-t-il|où trouver|où peut-on trouver"
        "|où puis-je trouver|où|combien y a-t-il de|combien y a-t-il d|combien de|combien d|combien|quel est|quelle est"
        "|quels sont|quelles sont|quel|quelle|quels|quelles|lesquels|lesquelles|liste de|liste des|liste|la liste des"
        "|nombre de|le nombre de|montre-moi|montre moi|montrez-moi|montrer|montre|affiche|afficher|affichez|affiche-moi"
        "|je cherche|je recherche|cherche|chercher|je veux|je voudrais|j’aimerais|je souhaite|voir|trouver|trouve"
        "|trouve-moi|trouvez|donne-moi|donne|donnez-moi|y a-t-il|il y a|est-ce qu’il y a|est-ce que|existe-t-il|existe"
        "|s’il vous plaît|s’il te plaît|svp|stp|merci|bonjour|bonsoir|tous|toutes|tout|toute|chaque|situé|situés|située"
        "|situées|se trouvant|se trouve|se trouvent|se situant|qui se trouvent|localisé|localisée|implanté|implantée"
        "|qui sont|qui est|ayant été|ont été|a été|peut-on|puis-je|carte de|carte des|la carte des|commune de|ville de"
        "|la commune de|la ville de|territoire de|communes de|je|me|moi|aussi|bien|faire|mesurant|faisant|qui font"
        "|qui mesurent|qui mesure|mesure|mesurent|comprise|compris|dont|d’une|d’un|de l’|plus précisément"
        "|pourriez-vous|pouvez-vous|pourrais-tu|peux-tu|merci de|est-il possible de|j’ai besoin de|j’ai besoin d"
        "|j’aurais besoin de|je désire|je souhaiterais|on cherche|nous cherchons|nous voudrions|me montrer|m’afficher"
        "|m’indiquer|indiquez-moi|indiquer|dites-moi|savoir où|savoir|uniquement|seulement|exclusivement|existants"
        "|existant|actuels|actuel|âgé de|âgé d|âgés de|âgés d|présents|présent|celles de|celle de"
        "|celui de|ceux de|celles d|ceux d|celles du|ceux du|celles|ceux"
        "|me donner|donner|me dire|dire|me fournir|fournir|m’envoyer|nous donner|me lister|lister|listez|liste-moi"
        "|celui qui|celle qui|ceux qui|celles qui|qu’il y a|qu’on trouve|toujours|encore|déjà|également"
        "|à la fois|en même temps|simultanément|réunis|réunies|confondus|confondues"
        "|quelque part|sur le territoire|sur l’ensemble du territoire|de l’ensemble du territoire"
        "|l’ensemble du territoire|toutes communes confondues|du territoire|dans le territoire"
        "|sur tout le territoire|de tout le territoire"
        "|territoire"
        "|qui s’appliquent|s’appliquent|s’applique|qui s’applique|dans quel|dans quelle|sortir|sors-moi|sortez-moi|top"
        "|mon|ma|mes|comme|parmi|parmi les|permettant de"
        "|permettent de|permet de",
    )
)
HAS: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "avec|ayant|qui a|qui ont|ont|possèdent|comportent|disposent de|disposent d|possédant"
        "|qui possède|qui possèdent|disposant de|disposant d|équipé de|équipé d"
        "|doté de"
        "|doté d|muni de|muni d|qui dispose de|qui dispose d|qui disposent de|qui disposent d|proposant|offrant",
    )
)
NEGATIONS: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "sans|non|pas de|pas d|pas|ni|aucun|aucune|sauf|excepté|hormis|dépourvu de|dépourvu d|qui n’ont pas de"
        "|qui n’ont pas d|n’ayant pas de|n’ayant pas d|qui n’a pas de|qui n’a pas d|qui ne sont pas|qui n’est pas"
        "|n’étant pas|jamais|ne sont plus|n’est plus|qui ne sont plus|qui n’est plus|n’ont plus de"
        "|n’ont plus d|n’a plus de|n’a plus d|ne sont pas|n’est pas|qui n’ont aucun|qui n’ont aucune"
        "|à l’exception de|à l’exception des|autre que|autre qu|autres que|autres qu|à part",
    )
)
BOTH: PhraseTable[bool] = PhraseTable(spelt(True, "à la fois|en même temps|simultanément"))
"""Words that ask all of several values that « et » joins."""
ONLY: PhraseTable[bool] = PhraseTable(
    spelt(True, "uniquement|seulement|exclusivement|rien que|avec que|ayant que|seul|seule|seuls|seules")
)
"""Words that leave out all the rest."""
HERE: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "autour de moi|près de moi|près de chez moi|près d’ici|autour d’ici|à côté de moi|à côté de chez moi"
        "|à côté d’ici"
        "|à proximité de moi|à proximité de chez moi|à proximité d’ici|proche de moi|proche de chez moi|non loin d’ici"
        "|aux alentours de chez moi|dans mon quartier|dans le quartier|autour de ma position|près de ma position"
        "|autour de chez moi|par ici|dans le coin|autour de nous|près de nous|près de chez nous|à côté de chez nous"
        "|à proximité de nous|à deux pas de chez moi|à deux pas d’ici|autour de là où je suis"
        "|près de là où je suis|à proximité de ma position|tout près d’ici|tout près de moi"
        "|non loin de moi|non loin de chez moi|pas loin de moi|pas loin de chez moi|pas loin d’ici"
        "|pas loin d’où je suis|pas trop loin de moi|pas trop loin de chez moi|pas très loin de moi"
        "|proche de ma position"
        "|dans les environs|dans mes environs|dans ma rue|près de mon domicile|à côté de mon domicile",
    )
)
HERE_INSIDE: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "suis-je|où je suis|là où je suis|je suis|où je me trouve|là où je me trouve|me trouvé-je|je me trouve|ici",
    )
)
"""The very place of the person, where no distance is said: « dans quelle zone suis-je »."""
HERE_LAST: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "à proximité|aux alentours|alentour|autour|à côté|tout près|à deux pas|proche|proches|pas loin|non loin",
    )
)
"""Words that mean « around me » where nothing follows."""
HERE_AFTER: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "moi|chez moi|ici|ma position|ma maison|mon domicile|d’ici|de moi|nous|chez nous|de chez moi|de ma position"
        "|de là où je suis|là où je suis|où je suis|mon adresse|où je me trouve|là où je me trouve"
        "|de là où je me trouve|l’endroit où je suis|l’endroit où je me trouve",
    )
)
BY: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "menés par|réalisés par|effectués par|conduits par|pilotés par|gérés par|exploités par|entretenus par"
        "|équipés de|équipés d|pris en charge par|portés par|installés par"
        "|réservés aux|réservé à|destinés aux|destiné à|opérés par|dirigés par|desservis par|labellisés|labellisés par",
    )
)
"""Words that ask nothing where what follows is a value of the layer: « menés par le département »."""
MEASURES: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "coûte|coûtant|qui coûtent|coûtent|dure|durent|fait|font|compte|comptent|comptant",
    )
)
"""Verbs that ask nothing before an amount: « l’heure coûte moins de 3 € »."""
SIZES: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                AREA,
                "surface|superficie|étendue|d’une surface|d’une superficie|dont la surface|dont la superficie",
            ),
            spelt(LENGTH, "longueur|d’une longueur|dont la longueur"),
        )
    )
)
"""Words of the measure of a geometry, before an amount."""
DATED: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "prévu|prévue|programmé|planifié|datant|daté|ayant lieu|qui auront lieu|se déroulant|qui ont lieu",
    )
)
"""Words that ask nothing before a period."""
