"""The examples in the documents, each used as a reader would: put in its file, and checked."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from PIL import Image

from conftest import WorkspaceCopy
from petitioner.mail.accounts import read_accounts
from planted.enclosures import make_pdf, save_pdf, save_picture

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAMPAIGN, EN = "letters/2027/campaign.yaml", "letters/2027/petition.en.md"


@dataclass(frozen=True)
class Example:
    """A block of a document, with its language and the line on which it starts."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def list_examples() -> list[Example]:
    found: list[Example] = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        blocks = _BLOCK.finditer(text)
        found += (Example(page, text.count("\n", 0, block.start()) + 1, block[1], block[2]) for block in blocks)
    return found


EXAMPLES = list_examples()
OF_THE_TUTORIAL = {"console", "diff"}  # tests/end_to_end/test_tutorial.py runs them


def of_kind(*languages: str) -> list[Example]:
    return [example for example in EXAMPLES if example.language in languages]


def test_every_example_is_of_a_kind_that_is_tried_here() -> None:
    assert len(EXAMPLES) >= 10
    assert {example.language for example in EXAMPLES} <= {"yaml", "markdown", "toml", *OF_THE_TUTORIAL}


@pytest.mark.parametrize("example", of_kind("yaml"), ids=str)
def test_an_example_in_yaml_has_no_fault_where_it_belongs(example: Example, workspace: WorkspaceCopy) -> None:
    enclose(workspace)
    keys = list_keys(example.text)
    if keys == ["recipients"]:
        workspace.write("recipients.yaml", example.text)
    elif keys == ["visit"]:
        workspace.edit("recipients.yaml", "    channels: [post, hand]\n", f"    channels: [post, hand]\n{example.text}")
    elif set(keys) <= {"window", "margins", "fonts", "accent"}:
        for line in example.text.splitlines():  # one choice a line
            workspace.write("letters/theme/theme.yaml", line)
            assert_sound(workspace)
    else:
        put_into_campaign(workspace, example.text, keys)
    assert_sound(workspace)


@pytest.mark.parametrize("example", of_kind("markdown"), ids=str)
def test_an_example_of_a_letter_has_no_fault(example: Example, workspace: WorkspaceCopy) -> None:
    if example.text.startswith("---"):
        workspace.write(EN, example.text)
    else:
        workspace.edit("recipients.yaml", "[post, hand]", "[email]\n    email: [office@example.cn]")
        workspace.write(
            "letters/2027/email.en.md", f"---\nsubject: A\n{example.text}closing: Yours,\n---\nIt is attached.\n"
        )
    assert_sound(workspace)


@pytest.mark.parametrize("example", of_kind("toml"), ids=str)
def test_an_example_of_an_account_can_be_read(example: Example, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(example.text, "utf-8")
    assert read_accounts(tmp_path / "config.toml")


def assert_sound(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("check", "--strict")
    assert ending.status == 0, ending.err


def list_keys(text: str) -> list[str]:
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert isinstance(node, yaml.MappingNode)
    return [key.value for key, _ in node.value]


def enclose(workspace: WorkspaceCopy) -> None:
    """The files that examples name."""
    workspace.write("letters/2027/enclosures/report.pdf", save_pdf(make_pdf()))
    picture = Image.new("L", (600, 200), "white")
    picture.paste("black", (50, 90, 550, 110))
    workspace.write("letters/2027/signature.png", save_picture(picture))


def put_into_campaign(workspace: WorkspaceCopy, text: str, keys: list[str]) -> None:
    """Put keys in the place of those that are there, or below all; what says more of the addressee, among the rest."""
    file = workspace.folder / CAMPAIGN
    old = file.read_text("utf-8")
    for key in keys:
        block = re.compile(rf"^{key}:.*\n(?:[ \-].*\n)*", re.MULTILINE)
        if key == "addressee":
            (more,) = block.findall(text)
            old, text = old.replace("addressee:\n", more), text.replace(more, "")
        old = block.sub("", old) if key != "addressee" else old
    file.write_text(old + text, "utf-8")
