"""Letters that are similar, but for the words of their addresses and of some paragraphs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from letters_for_renderers import paragraph
from petitioner.model.letter import Letter

WORDS = {
    "en": "Osaka Nagoya the of & China’s Republic Łódź “New” Consulate-General 2027 São Tomé, in affairs difficulties",
    "ja": "大阪 名古屋 総領事館 の、中国 駐日 「」館長 御中様。 神戸市 ー 2027年 九月 一二三 アジア",
    "ko": "오사카 총영사관 대한민국 주 나고야 2027 귀하, 중화인민공화국",
    "zh-Hans": "驻大阪 总领事馆，中国 “名古屋” 的。 外交部 2027年 一二三 北京 上海",
}


def rename_by_chance(letter: Letter, number: int, chance: random.Random) -> Letter:
    """The letter to another mission, with three random words in each line of its address."""
    space = "" if letter.language in ("ja", "zh-Hans") else " "
    names = [space.join(chance.choices(WORDS[letter.language].split(), k=3)) for _ in letter.address.lines]
    return rename(letter, names, number)


def rename(letter: Letter, names: Sequence[str], number: int) -> Letter:
    """The letter to another mission: other lines of the address, reference and running head."""
    lines = tuple(replace(line, text=name) for line, name in zip(letter.address.lines, names, strict=False))
    reference = f"LFNKR-2027-{number:04}"
    return replace(
        letter,
        recipient=f"xx-{number}",
        address=replace(letter.address, lines=lines),
        reference=reference,
        reference_line=f"Ref.: {reference}",
        running_head=f"{letter.date_line}  ·  {reference}",
    )


def make_letters(language: str, letter: Letter, count: int) -> Iterator[Letter]:
    """The letter with random words in the address, and in every second one in a paragraph and the subject too."""
    chance, space = random.Random(language), "" if language in ("ja", "zh-Hans") else " "  # noqa: S311 - the same each time

    def write(least: int, most: int) -> str:
        return space.join(chance.choices(WORDS[language].split(), k=chance.randint(least, most)))

    for number in range(count):
        body = (paragraph(write(5, 80)), *letter.body)
        changes = {"subject": write(2, 8), "body": body} if number % 2 else {}
        yield replace(rename_by_chance(letter, number, chance), **changes)  # type: ignore[arg-type]
