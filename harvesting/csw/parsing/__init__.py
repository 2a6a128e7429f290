"""Requests of CSW become values: from the parameters of an address, or from XML."""
