"""The pages of a dataset and of its versions."""
