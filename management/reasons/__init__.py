"""Why a person reads a layer or a dashboard, or does not, step by step."""
