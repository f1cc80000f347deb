"""What is marked as odd among the letters to all recipients."""

from conftest import WorkspaceCopy
from petitioner.review.live import LiveWorkspace
from review_page import NOW


def test_a_city_that_two_recipients_share_and_a_paragraph_that_one_has_are_odd(real: WorkspaceCopy) -> None:
    body = (
        "\n\nWe wrote to {{ recipient.city }} before.{% if recipient.id == 'jp-niigata' %}\n\nOnly here.{% endif %}\n"
    )
    path = real.folder / "letters/2027/petition.en.md"
    path.write_text(path.read_text() + body)
    real.edit("recipients.yaml", "city: {en: Nagoya,", "city: {en: Osaka,")
    snapshot = LiveWorkspace(real.folder, None, lambda: NOW, "Hanako").refresh()
    rows = snapshot.get_table("petition", "en").rows
    odd = {id_: [cell.odd for cell in row if cell.odd] for id_, row in rows.items()}
    assert "the same as jp-osaka" in odd["jp-nagoya"]
    assert "only 1 of 7 have this line" in odd["jp-niigata"]
    assert odd["jp-sapporo"] == []
