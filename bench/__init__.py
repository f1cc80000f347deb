"""How fast petitioner is, beside what else a person could use for the same letters: ``python -m bench --help``."""
