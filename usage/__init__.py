"""How much the portal is used: counters of a day that hold nothing of anybody (docs/usage.md)."""
