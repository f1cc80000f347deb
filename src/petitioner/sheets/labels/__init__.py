"""Labels: the place of each on its sheet, and their pages."""
