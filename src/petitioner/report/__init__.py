"""The report of one or more years: what the logs of one or more countries say, as figures, as a page and as a PDF."""
