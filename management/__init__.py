"""``/gestion/``: the pages of the team that keeps the portal. It has pages alone: rules stay in the access layers."""
