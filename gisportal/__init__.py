"""The composition root: the only place that knows every application. Nothing imports it."""
