"""JSON Schemas agree with what the program reads: an editor marks what `check` would report, and explains every key."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from conftest import WorkspaceCopy
from petitioner.inputs.schemas import make_schemas

ROOT = Path(__file__).parents[2]
WORKSPACES = [ROOT, *sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())]
FILES = [path for one in WORKSPACES for path in (one / "recipients.yaml", *one.glob("letters/*/*.yaml"))]
SCHEMAS = make_schemas()
LIST = "recipients.yaml"
WRITTEN = [path for path in FILES if path.name in SCHEMAS]


class EditorLoader(yaml.CSafeLoader):
    """Reads plain values as editors do (YAML 1.2, core schema): numbers, true and false; a date is text."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), list(first))
EditorLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def list_faults(name: str, text: str) -> list[str]:
    validator = Draft202012Validator(json.loads(SCHEMAS[name]))
    value = yaml.load(text, Loader=EditorLoader)  # noqa: S506 - a safe loader
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in validator.iter_errors(value)]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_editor_marks_nothing_in_the_files_of_the_repository(path: Path) -> None:
    assert list_faults(path.name, path.read_text("utf-8")) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMAS[name]))


MISSION = """
recipients:
  jp-osaka:
    kind: consulate-general
    country: NO
    city: {en: Osaka}
    name: {en: Consulate-General in Osaka}
    address: {postal_code: 01234, lines: {ja: [大阪府大阪市西区靱本町3-9-2]}}
    languages: [en]
    channels: [post]
    verified: 2027-08-20
"""


def test_text_that_an_editor_reads_as_a_number_is_allowed() -> None:
    assert list_faults("recipients.yaml", MISSION) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("kind: consulate-general", "kind: consulate general", "'consulate general' is not one of"),
        ("country: NO", "country: NO\n    land: NO", "'land' was unexpected"),
        ("country: NO", "", "'country' is a required property"),
        ("channels: [post]", "channels: post", "'post' is not of type 'array'"),
        ("channels: [post]", "channels: [fax]", "'fax' is not one of ['post', 'email', 'hand']"),
        ("verified: 2027-08-20", "verified: 1", "1 is not of type 'string'"),
        ("jp-osaka:", "jp-osaka: &name", None),
    ],
)
def test_an_editor_marks_a_mistake(right: str, wrong: str, fault: str | None) -> None:
    found = list_faults("recipients.yaml", MISSION.replace(right, wrong))
    assert len(found) == (1 if fault else 0)
    assert all(fault in one for one in found if fault)


def test_a_window_is_a_name_or_its_measures() -> None:
    campaign = (ROOT / "letters/2027/campaign.yaml").read_text("utf-8")
    written = re.sub(r"(?m)^post:.*\n(  .*\n)*", "", campaign)
    for window in ("dl-left", "{width: 90, height: 45, left: 20, bottom: 15}"):
        assert list_faults("campaign.yaml", f"{written}\npost: {{window: {window}}}\n") == []
    assert list_faults("campaign.yaml", f"{written}\npost: {{window: [1, 2]}}\n") != []


def list_properties(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for name, field in value.get("properties", {}).items():
            yield f"{path}.{name}", field
        for key, part in value.items():
            yield from list_properties(part, f"{path}.{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_explained_in_one_sentence_or_two(name: str) -> None:
    fields = dict(list_properties(json.loads(SCHEMAS[name])))
    unexplained = [path for path, field in fields.items() if not field.get("description", "").strip()]
    assert unexplained == ([".recipients"] if name == "recipients.yaml" else [])  # the only key of that file
    assert [path for path, field in fields.items() if "`" in field.get("description", "")] == []
    assert len(fields) > 20


def test_the_command_writes_them_and_shows_the_line_for_each_file(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("schema")
    assert ending.status == 0
    line = "recipients.yaml: # yaml-language-server: $schema=.schemas/recipients.json\n"
    assert line in ending.out
    assert "letters/2027/campaign.yaml: # yaml-language-server: $schema=../../.schemas/campaign.json\n" in ending.out
    assert read_schemas(workspace) == SCHEMAS
    workspace.write(LIST, line.partition(" ")[2] + (workspace.folder / LIST).read_text("utf-8"))
    workspace.write(".schemas/recipients.json", "{}")
    again = workspace.run("schema")
    assert ("recipients.yaml:" in again.out, "campaign.yaml:" in again.out) == (False, True)
    assert read_schemas(workspace) == SCHEMAS  # renewed
    assert workspace.run("check", "--strict").status == 0


def test_a_new_workspace_and_its_next_years_name_the_schemas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert WorkspaceCopy(tmp_path, capsys).run("init", "demo").status == 0
    demo = WorkspaceCopy(tmp_path / "demo", capsys)
    assert read_schemas(demo) == SCHEMAS
    assert demo.run("rollover", "2028").status == 0
    files = [path for path in demo.folder.rglob("*.yaml") if path.name in SCHEMAS]
    assert len(files) == len(SCHEMAS) + 1
    for path in files:
        first = path.read_text("utf-8").splitlines()[0]
        named = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert named == (demo.folder / ".schemas" / path.name).with_suffix(".json").resolve()
        assert list_faults(path.name, path.read_text("utf-8")) == []
    assert demo.run("schema").out == ""


def read_schemas(workspace: WorkspaceCopy) -> dict[str, str]:
    """The schemas in a workspace, by the names of the files that they are for."""
    paths = (workspace.folder / ".schemas").iterdir()
    return {path.with_suffix(".yaml").name: path.read_text("utf-8") for path in paths}
