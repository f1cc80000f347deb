"""Read text files and YAML; every value keeps its line, and no type is guessed."""
