"""A workspace that prints: its packets on paper are built and approved."""

from conftest import WorkspaceCopy


def approve_all(workspace: WorkspaceCopy, *, only: tuple[str, ...] = ()) -> None:
    """Build everything, and approve whatever is not on hold, read by natives or not."""
    workspace.build()
    languages = sorted(
        {path.name.split(".")[1] for path in (workspace.folder / "out" / "2027").rglob("petition.*.pdf")}
    )
    text = (workspace.folder / "recipients.yaml").read_text("utf-8")
    ids = [line.strip(" :") for line in text.splitlines() if line.startswith("  ") and line[2] not in " #"]
    accept = [option for tag in languages for option in ("--unread", tag)]
    accept += [option for id_ in (only or ids) for option in ("--unverified", id_)]
    ending = workspace.run("approve", "--yes", *[word for id_ in only for word in ("--only", id_)], *accept)
    assert " approved, " in ending.err
