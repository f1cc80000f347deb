"""The records that everything else passes around: frozen, typed, and free of effects."""
