"""What every page shares: the design system, the wording of values, the map. It imports no page and no protocol."""
