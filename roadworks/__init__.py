"""Road works that towns, departments and networks declare together: sites, phases, effects, orders."""
