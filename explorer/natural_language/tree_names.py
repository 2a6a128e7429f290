"""French names of the genera of trees, where a list has the botanical name alone: « platanes » is Platanus."""

from __future__ import annotations

_NAMES = {
    "Abies": "sapin", "Acacia": "mimosa", "Acer": "érable", "Aesculus": "marronnier", "Ailanthus": "ailante",
    "Albizia": "arbre à soie", "Alnus": "aulne", "Amelanchier": "amélanchier", "Araucaria": "araucaria",
    "Betula": "bouleau", "Broussonetia": "mûrier à papier", "Buxus": "buis", "Calocedrus": "cèdre à encens",
    "Carpinus": "charme", "Carya": "caryer", "Castanea": "châtaignier", "Catalpa": "catalpa", "Cedrus": "cèdre",
    "Celtis": "micocoulier", "Cercidiphyllum": "arbre au caramel", "Cercis": "arbre de Judée",
    "Cornus": "cornouiller", "Corylus": "noisetier", "Crataegus": "aubépine", "Cupressus": "cyprès",
    "Davidia": "arbre aux mouchoirs", "Diospyros": "plaqueminier", "Eucalyptus": "eucalyptus", "Fagus": "hêtre",
    "Ficus": "figuier", "Fraxinus": "frêne", "Ginkgo": "ginkgo|arbre aux quarante écus", "Gleditsia": "févier",
    "Gymnocladus": "chicot", "Ilex": "houx", "Juglans": "noyer", "Juniperus": "genévrier",
    "Koelreuteria": "savonnier", "Laburnum": "cytise", "Lagerstroemia": "lilas des Indes", "Larix": "mélèze",
    "Laurus": "laurier", "Liquidambar": "copalme|liquidambar", "Liriodendron": "tulipier", "Magnolia": "magnolia",
    "Malus": "pommier", "Melia": "margousier", "Mespilus": "néflier", "Metasequoia": "métaséquoia",
    "Morus": "mûrier", "Olea": "olivier", "Ostrya": "charme-houblon", "Parrotia": "arbre de fer",
    "Paulownia": "paulownia", "Picea": "épicéa", "Pinus": "pin", "Platanus": "platane", "Populus": "peuplier",
    "Prunus": "cerisier|prunier", "Pseudotsuga": "douglas", "Pterocarya": "ptérocaryer", "Pyrus": "poirier",
    "Quercus": "chêne", "Robinia": "robinier", "Salix": "saule", "Sambucus": "sureau", "Sequoia": "séquoia",
    "Sequoiadendron": "séquoia", "Sophora": "sophora", "Sorbus": "sorbier|alisier", "Styphnolobium": "sophora",
    "Syringa": "lilas", "Tamarix": "tamaris", "Taxodium": "cyprès chauve", "Taxus": "if", "Thuja": "thuya",
    "Tilia": "tilleul", "Ulmus": "orme", "Zelkova": "zelkova",
}  # fmt: skip


def french_names(genus: str) -> tuple[str, ...]:
    """Return the usual French names of a genus; none of what is not one."""
    return tuple(_NAMES[genus].split("|")) if genus in _NAMES else ()
