"""Choices in a campaign of what its languages have, and lists under the signatures that lack a language."""

from planted import Fault

CAMPAIGN = "letters/2027/campaign.yaml"
_DATE = "date: 2027-09-01\n"
_SIGNED = "signatories:\n"

FAULTS = [
    Fault("C415", CAMPAIGN, _DATE, _DATE + "date_style:\n  ja: imperial\n", at="  ja: imperial"),
    Fault("C415", CAMPAIGN, _DATE, _DATE + "date_style: {en: era}\n", at="date_style:"),
    Fault("R301", CAMPAIGN, _DATE, _DATE + "date_style: {jp: era}\n", at="date_style:"),
    Fault("C416", CAMPAIGN, _DATE, _DATE + "authoritative: ko\n", at="authoritative:"),
    Fault("R301", CAMPAIGN, _DATE, _DATE + "authoritative: jp\n", at="authoritative:"),
    Fault("R301", CAMPAIGN, "  country: JP\n", "  country: JP\n  place: {jp: 東京}\n", at="  place:"),
    Fault("C402", CAMPAIGN, _SIGNED, "cosigners:\n  - name: {en: Hope House}\n" + _SIGNED, at="  - name: {en: Hope"),
    Fault(
        "C402",
        CAMPAIGN,
        _SIGNED,
        "cosigners:\n  - name: {en: Hope House, ja: 希望の家}\n    country: {ja: 日本}\n" + _SIGNED,
        at="    country: {ja",
    ),
    Fault(
        "G101", CAMPAIGN, _SIGNED, "cosigners:\n  - name: {en: Hope ☃, ja: 希望}\n" + _SIGNED, at="  - name: {en: Hope"
    ),
]
