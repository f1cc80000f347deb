"""Respect: each rank its own honorific, one at a time, and nobody called by the given name."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from petitioner.checks.proof import WRITTEN, Part, Proof
from petitioner.checks.words.slips import Slip, list_set_parts, tell_slips
from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.model.wording import Honorifics

_SHORT = 2  # characters: a single one of a name also occurs in other words


def check_honorifics(proof: Proof) -> Iterator[Problem]:
    """Problems for honorifics that are not due, and for two where one is enough."""
    tag, rules = proof.letter.language, proof.locale.wording.honorifics
    yield from _check_addressee(proof, rules)
    for part in list_set_parts(proof):
        if part.language == tag:
            yield from tell_slips(proof, part, _find_honorifics(part.text, rules, _name_head(proof)))


def check_names(proof: Proof) -> Iterator[Problem]:
    """A problem wherever the addressee or the head of the mission is called by the given name."""
    tag = proof.letter.language
    head = proof.recipient.head
    for person in (proof.campaign.addressee, *((head,) if head else ())):
        name, family = person.name.get(tag, ""), person.family_name.get(tag, "")
        given = name.removeprefix(family).removesuffix(family).strip()
        if family and given != name and len(given) >= _SHORT:
            for part in proof.parts:
                if part.name in WRITTEN and given in part.text:
                    yield from tell_slips(proof, part, _find_given_name(part, name, family, given))


def _check_addressee(proof: Proof, rules: Honorifics) -> Iterator[Problem]:
    tag, campaign = proof.letter.language, proof.campaign
    given = campaign.addressee.honorific.get(tag)
    if given and rules.addressee and given not in rules.addressee:
        line = campaign.origin.line_of("addressee", "honorific", tag)
        message = f"'{given}' is not the honorific of a head of state"
        yield Problem(campaign.origin.path, line, "W212", message, _explain(rules), severity_of("W212"))


def _find_honorifics(text: str, rules: Honorifics, head: str) -> Iterator[Slip]:
    for found in _compile(rules.doubled).finditer(text) if rules.doubled else ():
        message = f"two words of respect stand together: '{found.group()}'"
        yield Slip(*found.span(), "W213", message, _explain(rules))
    name = re.escape(head) if head else "(?!)"
    for pattern in rules.misplaced:
        for found in _compile(pattern.replace("{name}", name)).finditer(text):
            message = f"the word of respect in '{found.group()}' is not due"
            yield Slip(*found.span(), "W212", message, _explain(rules))


def _find_given_name(part: Part, name: str, family: str, given: str) -> Iterator[Slip]:
    wide = unicodedata.east_asian_width(given[0]) in "WF"
    pattern = _compile(re.escape(given) if wide else rf"\b{re.escape(given)}\b")
    message = f"'{given}' is the given name of {name}"
    hint = f"Write the family name, '{family}', or the whole name as it stands in the list, '{name}'."
    whole = _compile(r"[\s\u3000・·]*".join(map(re.escape, "".join(name.split()))))
    unnamed = whole.sub(lambda found: "\0" * len(found.group()), part.text)
    for found in pattern.finditer(unnamed):
        yield Slip(*found.span(), "W215", message, hint)


def _explain(rules: Honorifics) -> str:
    return rules.rule or "Keep the one that is due."


def _name_head(proof: Proof) -> str:
    head = proof.recipient.head
    return head.name.get(proof.letter.language, "") if head else ""


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
