"""Hypothesis draws the same cases on every machine, replays none from disk, and judges none by its time."""

from hypothesis import settings

settings.register_profile("package", deadline=None, derandomize=True, max_examples=150, database=None)
settings.load_profile("package")
