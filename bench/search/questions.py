"""What people type in the search box, and sentences that ask something of the map."""

from __future__ import annotations

from bench.search import seed as rows

NAME, OTHER = rows.NAMES[77], rows.NAMES[1_200]
# What people type: whole names, beginnings, some words, communes, layers, faults, frequent words, what is nowhere.
QUESTIONS = {
    "a name": (f"gymnase de {NAME}", NAME, f"Piscine {OTHER}"),
    "its beginning": (NAME[:4], f"gym {OTHER[:5]}", "médiath"),
    "two words": (f"{NAME} {OTHER}", f"ecole {NAME} meudon", "jardin rue"),
    "many words": ("gymnase bleu de la rue des jardins publics remarquables à Meudon près du parc ancien",),
    "a keyword": ("mesure", "série 12"),
    "a commune, a layer": ("meudon", "sevres", "couche n° 120", "bornes"),
    "a fault": (f"gymnse {NAME}", f"{OTHER[:3]}x{OTHER[4:]}", "meudn", "remarcable"),
    "frequent words": ("rue", "parc", "accessible", "avenue public"),
    "nothing": ("xyzzy", f"{NAME} introuvable", "zzyzx rue"),
}
SENTENCES = (
    "gymnases à moins de 300 m d’une piscine à Meudon",
    "gymnase : couche n° 120 à moins de 500 m d’une piscine à Sèvres",
    "bornes à Meudon",
    "écoles sans parc à moins de 200 m",
    "marchés près d’une station, Issy ou Meudon",
    "théâtres loin d’une crèche",
    "piscinnes à moins de 1 km d’un stade",
)
