"""The checks that a careful secretary would make: one module a family, each giving problems."""
