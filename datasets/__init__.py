"""Datasets: layers made from files, without code. A schema and a table come out of the same door as any layer."""
