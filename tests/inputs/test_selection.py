"""--only, --limit and --lang."""

import pytest

from petitioner.errors import UsageError
from petitioner.inputs.recipients import read_recipients
from petitioner.inputs.selection import Selection, choose_recipients

MISSION = """\
  {id}:
    kind: embassy
    country: JP
    city: {{en: {id}, ja: {id}}}
    name: {{en: Embassy {id}, ja: Embassy {id}}}
    address: {{lines: {{en: [{id}]}}}}
    languages: {languages}
    channels: [post]
    {more}
"""
LIST = "recipients:\n" + "".join(
    MISSION.format(id=name, languages=languages, more=more)
    for name, languages, more in [
        ("aa", "[ja, en]", "closed: 2020-07-24"),
        ("bb", "[ja, en]", ""),
        ("cc", "[en]", ""),
        ("dd", "[ja]", "skip: moved away"),
    ]
)
MISSIONS, PROBLEMS = read_recipients(LIST.encode())


def take(**choice: object) -> list[tuple[str, str]]:
    """Recipient and language of each letter that a choice leaves."""
    assert PROBLEMS == ()
    chosen = choose_recipients(Selection(**choice), MISSIONS)  # type: ignore[arg-type]  # each test gives what the field takes
    return [(recipient.id, tag) for recipient, languages in chosen for tag in languages]


def test_nothing_chosen_means_everybody_who_is_written_to() -> None:
    assert take() == [("bb", "ja"), ("bb", "en"), ("cc", "en")]
    assert Selection().is_everything


def test_the_order_is_that_of_the_file_whatever_was_typed() -> None:
    assert take(only=("cc", "bb", "cc")) == [("bb", "ja"), ("bb", "en"), ("cc", "en")]


def test_languages_are_chosen_in_the_order_of_the_envelope() -> None:
    assert take(languages=("en", "ja")) == take()
    assert take(languages=("ja",)) == [("bb", "ja")]


def test_the_limit_counts_those_who_are_written_to() -> None:
    assert take(limit=1) == [("bb", "ja"), ("bb", "en")]
    assert take(limit=9) == take()


@pytest.mark.parametrize("selection", [Selection(only=("bb",)), Selection(limit=1), Selection(languages=("en",))])
def test_any_choice_is_less_than_everything(selection: Selection) -> None:
    assert not selection.is_everything


@pytest.mark.parametrize(
    ("choice", "said", "hint"),
    [
        ({"only": ("bbb",)}, "'bbb'", "Did you mean 'bb'?"),
        ({"only": ("xx", "yy")}, "'xx', 'yy'", "Known: aa, bb, cc, dd."),
        ({"languages": ("ko",)}, "'ko'", "Known: ja, en."),
        ({"only": ("aa",)}, "closed since 2020-07-24", "recipients.yaml"),
        ({"only": ("dd",)}, "skipped: moved away", "recipients.yaml"),
        ({"only": ("cc",), "languages": ("ja",)}, "cc gets none in ja", "--lang"),
    ],
)
def test_a_choice_that_means_nobody_says_why(choice: dict[str, tuple[str, ...]], said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        take(**choice)
    assert said in str(caught.value)
    assert hint in caught.value.hint


def test_a_list_of_nobody_is_no_usage_error() -> None:
    assert choose_recipients(Selection(limit=3), ()) == ()
