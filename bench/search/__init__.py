"""The search over five hundred layers and a hundred thousand features. ``./portal bench search`` runs it."""
