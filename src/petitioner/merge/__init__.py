"""Template × recipient × campaign → letter: every word of it decided, and no format chosen."""
