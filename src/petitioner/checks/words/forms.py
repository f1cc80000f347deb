"""The form of a letter: an opening and the closing that belongs to it, and a salutation that names somebody."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from petitioner.checks.proof import WRITTEN, Part, PartName, Proof
from petitioner.checks.words.slips import Slip, tell_slips
from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.model.wording import Greeting, Pair

_AT_START = r"^{}(?=[\s、，,。.：:！!]|$)"
_AT_END = r"(?:^|(?<=[\s。．.，、])){}[。．.！!]?$"


@dataclass(frozen=True, slots=True)
class _Found:
    """A word of form, and where it stands."""

    word: str
    part: Part
    start: int

    def make_slip(self, code: str, message: str, hint: str) -> Slip:
        return Slip(self.start, self.start + len(self.word), code, message, hint)


def check_pairs(proof: Proof) -> Iterator[Problem]:
    """A problem where opening and closing do not belong together, or one stands without the other."""
    pairs = proof.locale.wording.pairs
    opened = tuple(_find_words(proof, (word for pair in pairs for word in pair.opening), _AT_START))
    closed = tuple(_find_words(proof, (word for pair in pairs for word in pair.closing), _AT_END))
    for opening in opened if not closed else ():
        due = _list_words(word for pair in pairs if opening.word in pair.opening for word in pair.closing)
        message = f"the letter opens with '{opening.word}', and no closing answers it"
        slip = opening.make_slip("W211", message, f"Close it with {due}.")
        yield from tell_slips(proof, opening.part, [slip])
    for closing in closed:
        slips = _judge_closing(closing, [found.word for found in opened], pairs)
        yield from tell_slips(proof, closing.part, slips)


def check_salutation(proof: Proof) -> Iterator[Problem]:
    """A problem for a salutation that is missing, greets nobody, or does not end as the language ends it."""
    rules = proof.locale.wording.salutation
    part = next((part for part in proof.parts if part.name is PartName.SALUTATION), None)
    if part is not None:
        yield from tell_slips(proof, part, _judge_salutation(part.text, rules, proof))
    elif rules.wanted:
        message = f"a letter in {proof.locale.english_name} wants a salutation, and this one has none"
        origin = proof.template.origin
        hint = "Add a line 'salutation: …' to its head."
        yield Problem(origin.path, origin.line, "W214", message, hint, severity_of("W214"))


def check_addressed(proof: Proof) -> Iterator[Problem]:
    """A problem where a letter speaks to somebody else than the addressee, such as the ambassador.

    A covering note is to the mission.
    """
    rules, tag = proof.locale.wording.salutation, proof.letter.language
    addressee = proof.campaign.addressee
    names = [addressee.name[tag], *filter(None, [addressee.family_name.get(tag)])]
    for part in proof.parts if proof.is_on_paper else ():
        if part.name is PartName.SALUTATION and not any(name in part.text for name in names):
            yield from tell_slips(proof, part, _find_others(part.text, rules.others, addressee.title[tag]))
        elif part.name in (PartName.TEXT, PartName.CLOSING):
            yield from tell_slips(proof, part, _find_others(part.text, rules.spoken_to, addressee.title[tag]))


def _find_others(text: str, pattern: str | None, title: str) -> Iterator[Slip]:
    for found in re.finditer(pattern, text) if pattern else ():
        if found[1].casefold() not in title.casefold():
            message = f"'{found[0]}' is not the addressee, who is '{title}'"
            yield Slip(
                *found.span(), "W219", message, "Address the person who stands under 'addressee' in campaign.yaml."
            )


def _find_words(proof: Proof, words: Iterable[str], pattern: str) -> Iterator[_Found]:
    """The words that stand in their place in a line."""
    for word in dict.fromkeys(words):
        for part in proof.parts:
            if part.name in WRITTEN and word in part.text:
                for found in re.finditer(pattern.format(re.escape(word)), part.text):
                    yield _Found(word, part, found.start())


def _judge_closing(closing: _Found, opened: list[str], pairs: Iterable[Pair]) -> Iterator[Slip]:
    fitting = [pair for pair in pairs if closing.word in pair.closing]
    if not opened:
        due = _list_words(word for pair in fitting for word in pair.opening)
        message = f"the letter closes with '{closing.word}', and no opening calls for it"
        yield closing.make_slip("W211", message, f"Open it with {due}.")
    elif not any(word in pair.opening for pair in fitting for word in opened):
        due = _list_words(word for pair in pairs if opened[0] in pair.opening for word in pair.closing)
        message = f"'{closing.word}' does not close a letter that opens with '{opened[0]}'"
        yield closing.make_slip("W203", message, f"Close it with {due}.")


def _judge_salutation(text: str, rules: Greeting, proof: Proof) -> Iterator[Slip]:
    bare = text.rstrip(" \u3000:,.;：，。！!").casefold()
    is_due = proof.is_on_paper and "addressee" not in proof.missing
    if is_due and bare in (words.casefold() for words in rules.general):
        name = proof.campaign.addressee.name[proof.letter.language]
        message = f"the salutation '{text}' greets nobody in particular, and the letter is to {name}"
        yield Slip(0, len(text), "W217", message, "Greet the person to whom the letter is written.")
    if rules.ends and not text.endswith(rules.ends):
        message = f"the salutation '{text}' does not end as {proof.locale.english_name} ends one"
        yield Slip(0, len(text), "W216", message, f"End it with {_list_words(rules.ends)}.")


def _list_words(words: Iterable[str]) -> str:
    return " or ".join(f"'{word}'" for word in dict.fromkeys(words))
