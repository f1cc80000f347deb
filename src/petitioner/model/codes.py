"""The codes of all problems, each with what it means; scripts, ``campaign.yaml`` and the README name problems by them.

A code is never used again for something else. Its letter tells where the fault lies: S how a file is written, V the
values in it, R recipients, C the campaign, L letters, M their templates, K their Markdown, A the address in the window,
T the theme, G glyphs, B the build, P approval.
"""

from collections.abc import Mapping

from petitioner.errors import Severity

ERRORS: Mapping[str, str] = {
    "S101": "The file is not plain text in UTF-8.",
    "S103": "The file breaks the rules of YAML; nothing after the place is read.",
    "S104": "A key stands twice.",
    "S105": "An anchor (&) or an alias (*): every value is written out.",
    "S106": "A tag (!): every value is text.",
    "S107": "A character that no reader can see or trust.",
    "S108": "The file is empty.",
    "S109": "The file is missing, cannot be read, is too large, or lies outside the workspace.",
    "S110": "Nothing is written after a key or a hyphen.",
    "S111": "A # right before a word: is it a comment or part of the value?",
    "V201": "A key is missing.",
    "V202": "A key is unknown.",
    "V203": "A value has the wrong shape: text, list or mapping.",
    "V204": "A value is not one of those allowed.",
    "R300": "recipients.yaml has no missions, or not in their place.",
    "R301": "A language is unknown, given twice, or none is given.",
    "R302": "A mission lacks a text in a language in which it is written to.",
    "R303": "A postal address lacks lines, or the postal code is not in them.",
    "R304": "A country's code is unknown.",
    "R305": "The channels of a mission do not agree with its addresses.",
    "R306": "Mail goes abroad, and an address does not name the country.",
    "R307": "Two missions have the same name.",
    "R310": "An e-mail address of a mission is none that mail can go to.",
    "C400": "There is no campaign to read.",
    "C401": "The dates of the campaign do not agree.",
    "C402": "The campaign lacks a text in a language in which letters go out.",
    "C403": "The reference is not made of capitals and digits.",
    "C404": "Nobody signs.",
    "C405": "The time zone is unknown.",
    "C406": "A file that goes along lies outside the campaign's folder.",
    "C407": "A file that goes along is not of its kind.",
    "C408": "A code that is accepted is not that of a warning.",
    "L501": "A letter has no head, or the head does not end where it should.",
    "L502": "A letter is missing in a language, or its name does not tell its language.",
    "L503": "A letter has no text.",
    "L504": "The campaign has no letter.",
    "L505": "The covering note of an e-mail is missing in a language.",
    "M601": "A template breaks the rules of Jinja.",
    "M602": "A template uses a name that no letter has.",
    "M603": "A template cannot be filled in for somebody.",
    "M605": "A template includes what is not there, or itself.",
    "M606": "A template uses more of Jinja than letters may.",
    "M607": "A single brace stands in the text of a template.",
    "K701": "HTML, a picture, code or a rule has no place in a letter.",
    "K702": "A heading is not at the one level that letters have.",
    "K703": "A list is too deep, does not start at 1, or has an empty entry.",
    "K704": "A footnote and its mark do not belong together.",
    "K705": "A link leads nowhere, or would lose words.",
    "K706": "Marks of Markdown would be printed as they are.",
    "K707": "A table has a row that is too long or too short.",
    "K708": "Blocks stand within blocks where no letter needs them.",
    "A801": "A line of the address does not fit the window.",
    "A802": "The address has more lines than the window.",
    "A803": "The return line does not fit the window.",
    "T101": "The logo is not a picture of the kind that its name says.",
    "T102": "A font is not on this machine.",
    "T103": "Measures of the theme do not agree with each other or with the sheet.",
    "G101": "A font has no sign for a character.",
    "B901": "A page could not be set.",
    "B902": "A file in out/ was changed by somebody, and is never written over; the others are made.",
    "P101": "A mission is on hold, and so not approved.",
    "P102": "No native speaker has read a letter, and so it is not approved.",
    "P103": "Nobody has confirmed an address or a head lately, and so the mission is not approved.",
}
"""Problems that stop the work: nothing is made, or in B and P that one thing is not made or not approved."""

WARNINGS: Mapping[str, str] = {
    "S102": "The file starts with a byte-order mark.",
    "R308": "Two missions have the same address.",
    "R309": "The head of a mission is not named in the letters, since nobody has confirmed the name lately.",
    "T104": "A file in letters/theme/ is read by nobody.",
}
"""Problems that are told and passed over; a campaign can accept one by its code, with a reason."""


def severity_of(code: str) -> Severity:
    """How bad a problem is, by its code."""
    return Severity.WARNING if code in WARNINGS else Severity.ERROR
