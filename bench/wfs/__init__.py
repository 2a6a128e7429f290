"""WFS beside bare SQL and the servers people would install instead. ``./portal bench wfs`` runs it."""
