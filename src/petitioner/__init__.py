"""Petitioner: letters of petition, set, checked, and remembered."""
