"""The migrations, one module a version, in the order of their numbers. None is ever changed once it was released."""
