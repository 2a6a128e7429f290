"""Pictograms found by words: French ones lead to the English names that the two sets give them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from interface.text import fold
from styles.pictures import MAKI

MAX_MATCHES = 60
# English words of the two sets by the French ones that people type, without accents.
FRENCH = {
    "arbre": "tree trees park",
    "foret": "trees tree-pine",
    "parc": "park trees",
    "jardin": "garden flower sprout",
    "fleur": "flower",
    "nature": "leaf tree sprout",
    "eau": "water droplet waves",
    "fontaine": "drinking-water fountain",
    "riviere": "waves water",
    "jeu": "playground toy gamepad",
    "enfant": "baby playground",
    "ecole": "school graduation",
    "college": "school college",
    "creche": "baby",
    "bibliotheque": "library book",
    "livre": "book library",
    "musee": "museum landmark",
    "monument": "monument landmark castle",
    "patrimoine": "landmark castle monument",
    "eglise": "church religious",
    "mairie": "town-hall landmark",
    "batiment": "building",
    "maison": "house home",
    "logement": "house building home",
    "chantier": "construction hard-hat cone",
    "travaux": "construction roadblock",
    "route": "road",
    "voiture": "car",
    "parking": "parking",
    "velo": "bike bicycle",
    "bus": "bus",
    "train": "train rail",
    "metro": "rail-metro train",
    "tram": "tram",
    "gare": "train rail",
    "pieton": "footprints walking",
    "recharge": "charging plug ev",
    "electricite": "zap plug",
    "energie": "zap sun flame",
    "soleil": "sun",
    "eolienne": "wind windmill",
    "feu": "flame fire",
    "pompier": "fire-station fire",
    "police": "police shield",
    "hopital": "hospital",
    "sante": "hospital heart-pulse pharmacy",
    "pharmacie": "pharmacy pill",
    "medecin": "doctor stethoscope",
    "dechet": "trash waste recycle",
    "poubelle": "trash waste",
    "recyclage": "recycle recycling",
    "compost": "sprout leaf recycle",
    "sport": "pitch dumbbell soccer stadium",
    "piscine": "swimming waves-ladder",
    "stade": "stadium pitch",
    "tennis": "tennis",
    "marche": "store market shop",
    "commerce": "shop store",
    "restaurant": "restaurant utensils",
    "cafe": "cafe coffee",
    "hotel": "lodging bed hotel",
    "theatre": "theatre drama",
    "cinema": "cinema clapperboard",
    "toilettes": "toilet",
    "banc": "bench armchair",
    "lumiere": "lightbulb lamp",
    "eclairage": "lamp lightbulb",
    "camera": "camera cctv",
    "alerte": "triangle-alert alert danger",
    "danger": "danger triangle-alert",
    "bruit": "volume ear",
    "air": "wind",
    "meteo": "cloud",
    "neige": "snow",
    "animal": "paw dog cat",
    "chien": "dog",
    "oiseau": "bird",
    "poisson": "fish",
    "abeille": "bug hexagon",
    "cimetiere": "cemetery",
    "drapeau": "flag",
    "etoile": "star",
    "coeur": "heart",
    "information": "info information",
    "accueil": "info circle-help",
    "handicap": "accessibility wheelchair",
    "accessibilite": "accessibility wheelchair",
    "internet": "wifi globe",
    "wifi": "wifi",
    "telephone": "phone telephone",
    "courrier": "mail post",
    "poste": "post mail",
    "banque": "bank landmark",
    "usine": "factory industry",
    "entreprise": "briefcase building factory",
    "agriculture": "farm wheat tractor",
    "ferme": "farm",
    "port": "harbor anchor",
    "bateau": "ferry ship anchor",
    "pont": "bridge",
    "tunnel": "tunnel",
    "montagne": "mountain",
    "plage": "beach",
    "zone": "square hexagon map",
    "limite": "square-dashed map",
    "repere": "map-pin marker",
    "point": "circle-dot map-pin",
}
# Shown before anything is typed.
SUGGESTED = (
    "map-pin", "trees", "tree-deciduous", "flower", "sprout", "leaf", "droplet", "waves", "building",
    "house", "landmark", "castle", "church", "school", "book-open", "baby", "toy-brick", "dumbbell", "bike",
    "bus", "car", "train-front", "footprints", "plug-zap", "zap", "sun", "wind", "flame", "trash-2",
    "recycle", "hospital", "heart-pulse", "store", "utensils", "coffee", "lamp", "camera", "wifi", "info",
    "accessibility", "triangle-alert", "construction", "factory", "star", "flag", "heart",
    "maki:playground", "maki:park", "maki:town-hall", "maki:museum", "maki:swimming", "maki:stadium",
    "maki:drinking-water", "maki:toilet", "maki:parking", "maki:bicycle", "maki:dog-park", "maki:cemetery",
    "maki:pharmacy", "maki:fire-station",
)  # fmt: skip


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the names of every pictogram of the two sets."""
    root = Path(settings.NODE_MODULES)
    lucide = sorted(file.stem for file in (root / "lucide-static" / "icons").glob("*.svg"))
    maki = sorted(MAKI + file.stem for file in (root / "@mapbox/maki" / "icons").glob("*.svg"))
    return (*maki, *lucide)


def matching_pictograms(text: str) -> tuple[tuple[str, ...], int]:
    """Return the pictograms that a text finds, at most ``MAX_MATCHES``, and how many more there are."""
    word = fold(text.strip())
    if not word:
        return tuple(name for name in SUGGESTED if name in names()), 0
    requested = [*word.split()]
    for french, english in FRENCH.items():
        if french.startswith(word) or word.startswith(french):
            requested += english.split()
    matching = [name for name in names() if any(part in name.removeprefix(MAKI) for part in requested)]
    matching.sort(key=lambda name: (not any(_is_word(name, part) for part in requested), len(name)))
    return tuple(matching[:MAX_MATCHES]), max(len(matching) - MAX_MATCHES, 0)


def _is_word(name: str, part: str) -> bool:
    return part in name.removeprefix(MAKI).split("-") or name.removeprefix(MAKI) == part
