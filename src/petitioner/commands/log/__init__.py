"""The mailing log, as its commands show and mend it."""
