"""Real servers on 127.0.0.1, started by fixtures: on free ports, with all they keep in a temporary folder."""
