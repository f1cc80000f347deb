"""Template, recipient and campaign together: letters, and all that is wrong with any of them."""

from dataclasses import fields

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import Problem, UsageError
from petitioner.inputs.selection import Selection
from petitioner.inputs.workspace import read_workspace
from petitioner.model.blocks import Paragraph, Plain, walk_text
from petitioner.templates import values
from petitioner.templates.merge import Batch, merge_batch

CAMPAIGN = "letters/2027/campaign.yaml"
LIST = "recipients.yaml"
EN, JA, SHARED = "letters/2027/petition.en.md", "letters/2027/petition.ja.md", "letters/2027/_request.ja.md"
PNG = b"\x89PNG\r\n\x1a\n...IEND\xaeB`\x82"
FIRST = "We write to you through the {{ recipient.name }}, with *respect* and with one request."


def merge(workspace: WorkspaceCopy, only: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> Batch:
    """All letters of the content that a choice leaves, in a font in which every line fits."""
    content, problems = read_workspace(workspace.folder)
    return merge_batch(content, problems, Selection(only, None, languages), lambda text, _: len(text))


def brief(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """SourceLine and code of each problem."""
    return [(problem.place, problem.code) for problem in problems]


def test_every_recipient_gets_each_letter_in_the_order_of_its_envelope(workspace: WorkspaceCopy) -> None:
    letters, problems = merge(workspace).letters, merge(workspace).problems
    assert problems == ()
    assert [letter.file_stem for letter in letters] == [
        "jp-tokyo/petition.ja",
        "jp-tokyo/petition.en",
        "jp-osaka/petition.en",
    ]


def test_the_frame_is_the_campaigns_in_the_language_of_the_letter(workspace: WorkspaceCopy) -> None:
    letter = merge(workspace).letters[0]
    assert letter.reference_line == "文書番号：LFNKR-2027-JP-TOKYO"
    assert (letter.date_line, letter.subject) == ("2027年9月1日", "請願書（2027年9月24日）")
    assert letter.salutation is None
    assert letter.opening
    assert letter.letterhead.lines == ("〒113-0033　東京都文京区本郷1-33-3-801",)
    assert [(signature.name, signature.image) for signature in letter.signatures] == [("加藤　博", None)]
    assert (letter.enclosures, letter.sender) == ((), "北朝鮮難民救援基金")


def test_enclosures_contact_and_signature_come_from_the_campaign(workspace: WorkspaceCopy) -> None:
    more = "reference: LFNKR\nenclosures:\n" + "".join(
        f"  - {{file: {name}.pdf, title: {{en: {name}, ja: {name}}}}}\n" for name in ("a", "b")
    )
    workspace.edit(CAMPAIGN, "reference: LFNKR\n", more)
    workspace.edit(CAMPAIGN, "  country: JP\n", "  country: JP\n  email: a@example.org\n  website: example.org\n")
    workspace.edit(CAMPAIGN, "ja: 理事長}", "ja: 理事長}\n    image: sign.png")
    workspace.write("letters/2027/sign.png", PNG)
    for name in ("a", "b"):
        workspace.write(f"letters/2027/{name}.pdf", b"%PDF-1.7 %%EOF")
    letter = merge(workspace).letters[-1]
    assert (letter.enclosures_label, letter.enclosures) == ("Enclosures (2):", ("1. a", "2. b"))
    assert letter.letterhead.lines[-1] == "a@example.org  ·  example.org"
    assert letter.signatures[0].image == PNG


@pytest.mark.parametrize("scalar", ["NO", "01234", "12:30", "1_000", "0x10", "2027-9-1", "off", "1e3"])
def test_what_yaml_would_guess_at_is_printed_as_it_was_written(workspace: WorkspaceCopy, scalar: str) -> None:
    workspace.edit(LIST, "en: Tokyo", f"en: {scalar}")
    workspace.edit(EN, "subject: Petition on {{ campaign.name }}", "subject: To {{ recipient.city }}")
    assert merge(workspace).letters[1].subject == f"To {scalar}, 24 September 2027"


@pytest.mark.parametrize(
    "part", sorted(f"{name}.{part}" for name, parts in values.TEMPLATE_NAMES.items() for part in parts)
)
def test_every_name_that_a_letter_has_can_be_asked_for_and_is_printed_unless_it_is_empty(
    workspace: WorkspaceCopy, part: str
) -> None:
    workspace.edit(EN, FIRST, f"x{{% if {part} %}}{{{{ {part} }}}}{{% endif %}}")
    assert merge(workspace).problems == ()
    workspace.edit(EN, f"{{% if {part} %}}{{{{ {part} }}}}{{% endif %}}", f"{{{{ {part} }}}}")
    heads = ("recipient.head_name", "recipient.head_family_name")
    empty = ("sender.email", "sender.website", "sender.telephone", "addressee.family_name", *heads)
    missing = part in empty or part.startswith("previous.")  # this is the first edition
    assert [problem.code for problem in merge(workspace).problems] == (["M603"] if missing else [])


def test_the_views_are_those_that_the_templates_are_checked_against() -> None:
    kinds = (
        values.RecipientView,
        values.CampaignView,
        values.SenderView,
        values.AddresseeView,
        values.PreviousView,
    )
    assert sorted(values.TEMPLATE_NAMES.values(), key=sorted) == sorted(
        (frozenset(field.name for field in fields(kind)) for kind in kinds), key=sorted
    )


def test_a_name_full_of_signs_comes_out_as_itself_everywhere(workspace: WorkspaceCopy) -> None:
    name = "Embassy *_[x]_* <b>&amp; #1 \\\\ `{{ 1 }}` {% if %}"
    workspace.edit(LIST, "en: Embassy of the People's Republic of China in Japan", f"en: '{name}'")
    workspace.edit(EN, "subject: Petition on {{ campaign.name }}", "subject: To {{ recipient.name }}")
    letter = merge(workspace).letters[1]
    assert merge(workspace).problems == ()
    first = letter.body[0]
    assert isinstance(first, Paragraph)
    assert f"the {name}, with" in "".join(walk_text(first.content))
    assert letter.subject.startswith(f"To {name},")
    assert name in " ".join(line.text for line in letter.address.lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{{ sender.email }}",
            "'sender.email' is empty, and is printed here, for jp-tokyo (recipients.yaml:2) and 1 more",
        ),
        ("{% if recipient.id == 'jp-osaka' %}{{ sender.email }}{% endif %}x", "for jp-osaka (recipients.yaml:17)"),
    ],
)
def test_a_value_that_is_missing_is_told_once_with_template_and_recipient(
    workspace: WorkspaceCopy, text: str, said: str
) -> None:
    workspace.edit(EN, FIRST, f"a\n{text}")
    (problem,) = merge(workspace).problems
    assert (problem.place, problem.code) == (f"{EN}:7", "M603")
    assert problem.message.endswith(said)


def test_braces_that_are_meant_are_printed(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, FIRST, "{% raw %}{{ so }}{% endraw %} and \\{so\\}")
    assert merge(workspace).problems == ()
    first = merge(workspace).letters[-1].body[0]
    assert first == Paragraph((Plain("{{ so }} and {so}"),))


def test_markup_that_only_some_letters_hold_names_who_gets_them(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "We would be grateful", "We <b>would</b> be grateful")
    (problem,) = merge(workspace).problems
    assert (problem.place, problem.code) == (f"{EN}:9", "K701")
    assert problem.message.endswith(", for jp-tokyo (recipients.yaml:2)")


def test_markup_that_all_letters_hold_names_nobody(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "1. Let them", "1. Let <b>them")
    (problem,) = merge(workspace).problems
    assert problem.message == "a letter cannot contain HTML"


@pytest.mark.parametrize(
    ("path", "old", "new", "place"),
    [
        (EN, "closing: Respectfully yours,", "closing: '{% if false %}x{% endif %}'", f"{EN}:4"),
        (EN, "subject: Petition on {{ campaign.name }}, {{ campaign.day }}", "subject: '{# x #}'", f"{EN}:2"),
        (
            JA,
            "opening: 謹啓　時下ますますご清栄のこととお慶び申し上げます。",
            "opening: '{{ sender.email }}'",
            f"{JA}:3",
        ),
    ],
)
def test_a_text_of_the_head_that_comes_out_empty_is_told(
    workspace: WorkspaceCopy, path: str, old: str, new: str, place: str
) -> None:
    workspace.edit(path, old, new)
    assert brief(merge(workspace).problems) == [(place, "M603")]


def test_a_salutation_may_come_out_empty(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, 'salutation: "Dear Mr. President:"', "salutation: '{% if false %}x{% endif %}'")
    assert merge(workspace).problems == ()
    assert merge(workspace).letters[-1].salutation is None


def test_a_letter_that_comes_out_without_words_is_refused(workspace: WorkspaceCopy) -> None:
    text = (workspace.folder / EN).read_text("utf-8").split("---\n")
    workspace.write(EN, f"---\n{text[1]}---\n{{% if recipient.kind == 'embassy' %}}\nWords.\n{{% endif %}}\n")
    (problem,) = merge(workspace).problems
    assert (problem.place, problem.code) == (f"{EN}:6", "M603")
    assert "is empty, for jp-osaka" in problem.message


def test_a_fault_in_a_shared_paragraph_is_told_at_its_own_line(workspace: WorkspaceCopy) -> None:
    workspace.write(SHARED, "一\n\n<b>二</b>\n")
    assert brief(merge(workspace).problems) == [(f"{SHARED}:3", "K701")]


def test_a_broken_shared_paragraph_is_told_and_blamed_on_nobody_else(workspace: WorkspaceCopy) -> None:
    workspace.write(SHARED, "一\n{{ recipeint.name }}\n")
    workspace.edit(EN, FIRST, "{{ recipient.nmae }}")
    assert set(brief(merge(workspace).problems)) == {(f"{SHARED}:2", "M602"), (f"{EN}:6", "M602")}


def test_what_reading_found_broken_is_not_merged_and_not_told_twice(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "ja: 中華人民共和国駐日本国大使館\n", "")
    workspace.edit(CAMPAIGN, "name: {en: Save North Korean Refugees Day, ja", "name: {xx: y, ja")
    batch = merge(workspace)
    assert batch.problems == ()
    assert batch.letters == ()


def test_faults_of_the_campaign_that_touch_no_letter_hide_no_other(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    workspace.edit(EN, FIRST, "a ![b](c)")
    assert brief(merge(workspace).problems) == [(f"{EN}:6", "K701")]


def test_a_recipient_with_lines_in_an_unknown_language_is_left_out(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "        ja: [〒550", "        xx: [〒550")
    assert [letter.recipient for letter in merge(workspace).letters] == ["jp-tokyo", "jp-tokyo"]


def test_a_choice_is_refused_only_when_the_list_is_sound(workspace: WorkspaceCopy) -> None:
    with pytest.raises(UsageError):
        merge(workspace, only=("jp-kyoto",))
    workspace.edit(LIST, "  jp-osaka:", "  jp kyoto:")
    assert merge(workspace, only=("jp-kyoto",)).problems == ()


def test_only_the_chosen_letters_are_merged(workspace: WorkspaceCopy) -> None:
    assert [letter.file_stem for letter in merge(workspace, only=("jp-tokyo",), languages=("en",)).letters] == [
        "jp-tokyo/petition.en"
    ]


def test_a_second_letter_goes_to_everybody_after_the_first(workspace: WorkspaceCopy) -> None:
    for tag in ("en", "ja"):
        workspace.write(
            f"letters/2027/annex.{tag}.md", (workspace.folder / f"letters/2027/petition.{tag}.md").read_bytes()
        )
    assert [letter.file_stem for letter in merge(workspace, only=("jp-tokyo",)).letters] == [
        "jp-tokyo/annex.ja",
        "jp-tokyo/annex.en",
        "jp-tokyo/petition.ja",
        "jp-tokyo/petition.en",
    ]
