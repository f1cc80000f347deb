"""Characters that the fonts of a letter lack."""

from planted import Fault

EN, JA = "letters/2027/petition.en.md", "letters/2027/petition.ja.md"

FAULTS = [
    Fault("G101", EN, "with one request.", "with one request ☃."),
    Fault("G101", JA, "subject: ", "subject: 𓀀", at="subject: 𓀀"),
]
