"""One module for each command: options in, output and an exit status out. The rules are in the other packages."""
