"""The scenarios: one module each, with ``PACKAGES`` and ``record(lab)``."""
