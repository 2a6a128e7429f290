"""The journal: who signed in, who changed which right, who took which internal layer. Nothing is ever changed in it."""
