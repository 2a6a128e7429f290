"""Requests of access: sent by who sees the card of a layer, decided by who answers for it."""
