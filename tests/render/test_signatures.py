"""Who signs, who signs along, and what goes along: in words, and side by side on paper."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from conftest import WorkspaceCopy
from documents import MM_PER_PT, find_words, fold, read_docx_parts, read_docx_text, read_glyphs, read_pdf_pages
from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_picture, sample_theme
from petitioner.checks.pages.box import Box
from petitioner.render.pdf import render_pdf
from petitioner.render.typography import arrange_rows, count_name_columns, count_signature_columns
from petitioner.tables.locales import load_locales, name_language_in
from planted.enclosures import make_pdf, save_pdf

SEAL = 20  # mm
CAMPAIGN, EN = "letters/2027/campaign.yaml", "letters/2027/petition.en.md"
PEOPLE = ("Kato Hiroshi", "Maximiliane von Hohenzollern-Sigmaringen", "Kim Min-su", "Ann Lee")
FIRST = """  - name: {en: Kato Hiroshi, ja: 加藤　博}
    title: {en: Executive Director, ja: 理事長}
"""


def add_people(workspace: WorkspaceCopy, count: int) -> None:
    more = "".join(
        f"  - name: {{en: {name}, ja: 署名{place}}}\n    title: {{en: Office {place}, ja: 役職{place}}}\n"
        for place, name in enumerate(PEOPLE[1:count], start=1)
    )
    workspace.edit(CAMPAIGN, FIRST, FIRST + more)


def add_cosigners(workspace: WorkspaceCopy, count: int) -> list[str]:
    names = [f"Society {place} for the Protection of Refugees" for place in range(count)]
    listed = "".join(f"  - name: {{en: {name}, ja: 団体{place}}}\n" for place, name in enumerate(names))
    workspace.edit(CAMPAIGN, "signatories:\n", f"cosigners:\n{listed}signatories:\n")
    return names


def build(workspace: WorkspaceCopy, name: str) -> bytes:
    ending = workspace.run("build", "--only", "jp-tokyo")
    assert ending.status == 0, ending.err
    return (workspace.folder / f"out/2027/jp-tokyo/petition.{name}").read_bytes()


# --- salutations


HEAD = "    head:\n      name: {en: Wu Jianghao, ja: 呉江浩}\n      family_name: {en: Wu, ja: 呉}\n"
SALUTATION = (
    "Dear {{ recipient.head_title }}{% if recipient.head_family_name %} {{ recipient.head_family_name }}{% endif %}:"
)


@pytest.mark.parametrize(
    ("confirmed", "said"),
    [
        ("      confirmed: 2027-08-20\n", "Dear Ambassador Wu:"),
        ("      confirmed: 2026-08-20\n", "Dear Ambassador:"),
        ("", "Dear Ambassador:"),
        ("      confirmed: 2027-08-20\n      title: {en: Chargé d’Affaires}\n", "Dear Chargé d’Affaires Wu:"),
    ],
)
def test_a_salutation_names_the_family_only_while_the_head_is_confirmed(
    workspace: WorkspaceCopy, confirmed: str, said: str
) -> None:
    place = "    address:\n      postal_code: 106-0046"
    workspace.edit("recipients.yaml", place, HEAD + confirmed + place)
    workspace.edit(EN, 'salutation: "Dear Mr. President:"', f'salutation: "{SALUTATION}"')
    page = read_pdf_pages(build(workspace, "en.pdf"))[0]
    assert said in page
    assert ("H.E. Wu Jianghao" in page) == ("Wu" in said)


def test_a_family_name_that_is_printed_without_asking_is_told_for_whom_it_lacks(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, 'salutation: "Dear Mr. President:"', "salutation: Dear {{ recipient.head_family_name }}")
    ending = workspace.run("check")
    assert ending.status == 3
    assert "'recipient.head_family_name' is empty, and is printed here" in ending.err


# --- signatures


@pytest.mark.parametrize(("count", "columns"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (6, 3), (7, 3)])
def test_up_to_three_sign_side_by_side_and_four_two_and_two(count: int, columns: int) -> None:
    assert count_signature_columns(count) == columns


def test_rows_keep_the_order_and_lose_nobody() -> None:
    assert arrange_rows("abcde", 2) == (("a", "b"), ("c", "d"), ("e",))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_signatures_stand_in_rows_without_touching_each_other(workspace: WorkspaceCopy, count: int) -> None:
    add_people(workspace, count)
    pdf = build(workspace, "en.pdf")
    page = len(read_pdf_pages(pdf)) - 1
    boxes = [find_words(pdf, name.split()[0], page) for name in PEOPLE[:count]]
    columns = count_signature_columns(count)
    for row in arrange_rows(boxes, columns):
        assert len({round(box.bottom) for box in row}) == 1
        assert all(left.right < right.left for left, right in pairwise(row))
    assert boxes[-1].right < 190


def test_a_japanese_signatory_stands_on_one_line_behind_the_title_and_several_below_theirs(
    workspace: WorkspaceCopy,
) -> None:
    assert "理事長　加藤　博" in read_docx_text(build(workspace, "ja.docx"))
    add_people(workspace, 2)
    assert "理事長\n加藤　博\n役職1\n署名1" in read_docx_text(build(workspace, "ja.docx"))


def test_japanese_signatures_end_before_the_room_for_a_seal_and_that_where_lines_end(workspace: WorkspaceCopy) -> None:
    add_people(workspace, 3)
    pdf = build(workspace, "ja.pdf")
    last = len(read_pdf_pages(pdf)) - 1
    column = max(glyph.right for glyph in read_glyphs(pdf, last))
    assert column - find_words(pdf, "署名2", last).right == pytest.approx(SEAL + 2, abs=0.5)


def find_seals(pdf: bytes, names: list[str]) -> Iterator[tuple[int, Box]]:
    """The page and the place of each square for a seal: 2 mm beside a name, centred on the lines above and below it."""
    for page in range(len(read_pdf_pages(pdf))):
        for name in names:
            if fold(name) in fold(read_pdf_pages(pdf)[page]):
                found = find_words(pdf, name, page)
                yield page, Box(found.right + 2, found.bottom - SEAL / 2, found.right + 2 + SEAL, found.bottom)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_nothing_is_printed_where_a_seal_goes(workspace: WorkspaceCopy, count: int) -> None:
    add_people(workspace, count)
    pdf = build(workspace, "ja.pdf")
    names = ["加藤　博", *(f"署名{place}" for place in range(1, count))]
    seals = list(find_seals(pdf, names))
    assert len(seals) == count
    for page, seal in seals:
        glyphs = [glyph for glyph in read_glyphs(pdf, page) if glyph.text.strip()]
        assert not [one.text for one in glyphs if Box(one.left, one.top, one.right, one.bottom).meets(seal)]


def test_organisation_and_title_are_one_line_apart_and_centred_beside_the_seal(workspace: WorkspaceCopy) -> None:
    pdf = build(workspace, "ja.pdf")
    page = len(read_pdf_pages(pdf)) - 1
    pitch = 17 * MM_PER_PT
    closing, name = (find_words(pdf, text, page) for text in ("謹白", "理事長"))
    ends = [one for one in read_glyphs(pdf, page) if one.text == "金" and one.bottom < name.top]
    sender = max(ends, key=lambda one: one.bottom)
    assert name.bottom - sender.bottom == pytest.approx(pitch, abs=0.2)
    assert sender.bottom - closing.bottom == pytest.approx(pitch + (SEAL - 2 * pitch) / 2, abs=0.3)


def test_a_picture_of_a_signature_is_above_the_name_and_leaves_no_room_for_a_seal(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "ja: 理事長}", "ja: 理事長}\n    image: sign.png")
    workspace.write("letters/2027/sign.png", sample_picture(600, 200))
    pdf = build(workspace, "ja.pdf")
    page = len(read_pdf_pages(pdf)) - 1
    name, closing = find_words(pdf, "博", page), find_words(pdf, "謹白", page)
    assert name.right == pytest.approx(closing.right, abs=0.5)
    assert workspace.run("check").status == 0


def test_a_word_file_keeps_the_same_room_for_a_seal(workspace: WorkspaceCopy) -> None:
    parts = read_docx_parts(build(workspace, "ja.docx"))
    assert b'w:val="SenderBesideSeal"' in parts["word/document.xml"]
    style = parts["word/styles.xml"].decode().partition('styleId="SignatureBesideSeal"')[2]
    room = re.findall(r'w:right="(\d+)"', style)[0]
    assert int(room) / 1440 * 25.4 == pytest.approx(SEAL + 2, abs=0.1)
    assert b'w:val="SenderBesideSeal"' not in read_docx_parts(build(workspace, "en.docx"))["word/document.xml"]


# --- the date below, and the authoritative text


def build_chinese(real: WorkspaceCopy) -> tuple[str, str, bytes]:
    assert real.run("build", "--only", "jp-tokyo", "--lang", "zh-Hans").status == 0
    made = real.folder / "out/2027/jp-tokyo"
    pdf = (made / "petition.zh-Hans.pdf").read_bytes()
    return fold("".join(read_pdf_pages(pdf))), fold(read_docx_text((made / "petition.zh-Hans.docx").read_bytes())), pdf


def test_a_chinese_letter_has_its_date_last_and_only_its_reference_above(real: WorkspaceCopy) -> None:
    printed, written, pdf = build_chinese(real)
    for text in (printed, written):
        places = [text.rindex(fold(words)) for words in ("文号：", "理事长　加藤博", "2027年9月1日")]
        assert places == sorted(places)
        assert text.count("2027年9月1日") == 1
    name, dated = find_words(pdf, "加藤博"), [one for one in read_glyphs(pdf) if one.text == "日"][-1]
    assert dated.right == pytest.approx(name.right, abs=0.5)
    assert dated.bottom > name.bottom


def test_the_place_of_the_sender_is_printed_with_the_date(real: WorkspaceCopy) -> None:
    real.edit(CAMPAIGN, "  short_name: LFNKR\n", "  short_name: LFNKR\n  place: {en: Tokyo, zh-Hans: 东京}\n")
    printed, written, _ = build_chinese(real)
    assert "2027年9月1日于东京" in printed
    assert written.endswith("2027年9月1日于东京")
    assert "Tokyo, 1 September 2027" in read_docx_text(build(real, "en.docx"))
    assert "于" not in read_docx_text(build(real, "ja.docx"))


def test_letters_in_other_languages_say_which_text_is_authoritative(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "reference: LFNKR\n", "reference: LFNKR\nauthoritative: ja\n")
    said = "The Japanese text is authoritative."
    assert read_docx_text(build(workspace, "en.docx")).strip().endswith(said)
    assert fold(said) in fold(read_pdf_pages(build(workspace, "en.pdf"))[-1])
    assert "正本" not in read_docx_text(build(workspace, "ja.docx"))
    assert workspace.run("check").status == 0


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_line_about_the_authoritative_text_is_never_alone_on_a_page(language: str) -> None:
    for count in range(18, 32):
        body = tuple(paragraph("Line.") for _ in range(count))
        letter = sample_letter(language, body=body, authoritative="Last line.", enclosures=())
        last = read_pdf_pages(render_pdf(letter, sample_theme(), sample_locale(language)))[-1]
        assert letter.signatures[0].title in last
        assert "Last line." in last.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("tag", "language", "said"),
    [
        ("ja", "en", "本書は英語版を正本とします。"),
        ("en", "zh-Hans", "The Chinese text is authoritative."),
        ("zh-Hant", "zh-Hans", "本函以簡體中文文本為準。"),
        ("fr", "ja", "Seul le texte japonais fait foi."),
        ("ru", "ja", "Язык подлинного текста — японский."),
    ],
)
def test_a_language_names_the_others_in_its_own_words(tag: str, language: str, said: str) -> None:
    locale = load_locales()[tag]
    assert locale.authoritative.format(language=name_language_in(locale, language)) == said


# --- organisations that sign along


@pytest.mark.parametrize(
    ("names", "columns"),
    [(["A"] * 6, 1), (["A"] * 7, 2), (["A"] * 13, 3), (["難民支援協会の名前はとても長い"] * 13, 2), ([], 1)],
)
def test_a_list_of_names_has_as_many_columns_as_it_needs(names: list[str], columns: int) -> None:
    assert count_name_columns(names) == columns


@pytest.mark.parametrize("count", [1, 7, 30])
def test_organisations_that_sign_along_stand_below_the_signatures_in_their_order(
    workspace: WorkspaceCopy, count: int
) -> None:
    names = add_cosigners(workspace, count)
    pages = fold("".join(read_pdf_pages(build(workspace, "en.pdf"))))
    written = fold(read_docx_text(build(workspace, "en.docx")))
    for text in (pages, written):
        places = [text.index(fold(words)) for words in ("Executive Director", "Also signed by:", *names)]
        assert places == sorted(places)
    assert "賛同団体" in read_docx_text(build(workspace, "ja.docx"))


def test_thirty_of_them_stay_on_the_paper_and_none_is_cut(workspace: WorkspaceCopy) -> None:
    add_cosigners(workspace, 30)
    pdf = build(workspace, "en.pdf")
    for page in range(len(read_pdf_pages(pdf))):
        glyphs = read_glyphs(pdf, page)
        assert max(glyph.right for glyph in glyphs) < 190.5
        assert max(glyph.bottom for glyph in glyphs) < 292


def test_their_label_never_stands_alone_at_the_foot_of_a_page() -> None:
    names = tuple(f"Society {place} for Refugees" for place in range(30))
    for count in range(5, 16):
        body = tuple(paragraph("Line.") for _ in range(count))
        letter = sample_letter("en", body=body, cosigners_label="Also signed by:", cosigners=names)
        pages = read_pdf_pages(render_pdf(letter, sample_theme(), sample_locale("en")))
        assert next(page for page in pages if "Also signed by:" in page).count("Society") > 0
        assert sum(page.count("Society") for page in pages) == len(names)


def test_a_country_is_printed_where_it_is_given(workspace: WorkspaceCopy) -> None:
    entry = "cosigners:\n  - {name: {en: Hope House, ja: 希望の家}, country: {en: Japan, ja: 日本}}\nsignatories:\n"
    workspace.edit(CAMPAIGN, "signatories:\n", entry)
    assert "Hope House (Japan)" in read_docx_text(build(workspace, "en.docx"))
    assert "希望の家（日本）" in read_docx_text(build(workspace, "ja.docx"))


def test_an_organisation_that_comes_later_lapses_the_approval(workspace: WorkspaceCopy) -> None:
    workspace.build()
    workspace.run(
        "approve", "--yes", "--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka"
    )
    add_cosigners(workspace, 1)
    workspace.run("build")
    ending = workspace.run("approve")
    assert "Society 0 for the Protection of Refugees" in ending.out + ending.err


# --- enclosures


def enclose(workspace: WorkspaceCopy, count: int) -> None:
    entries = "".join(
        f"  - {{file: {name}.pdf, title: {{en: Report {name}, ja: 報告書{name}}}}}\n" for name in "abc"[:count]
    )
    workspace.edit(CAMPAIGN, "signatories:\n", f"enclosures:\n{entries}signatories:\n")
    for name in "abc"[:count]:
        workspace.write(f"letters/2027/{name}.pdf", save_pdf(make_pdf()))


def test_one_enclosure_has_no_number_and_several_are_counted(workspace: WorkspaceCopy) -> None:
    enclose(workspace, 1)
    assert fold(read_docx_text(build(workspace, "en.docx"))).endswith("Enclosure:Reporta")
    assert fold(read_docx_text(build(workspace, "ja.docx"))).endswith("同封物報告書a1部")


def test_several_enclosures_are_numbered_in_the_words_of_each_language(workspace: WorkspaceCopy) -> None:
    enclose(workspace, 2)
    assert fold(read_docx_text(build(workspace, "en.docx"))).endswith("Enclosures(2):1.Reporta2.Reportb")
    assert "1. 報告書a　1部" in "".join(read_pdf_pages(build(workspace, "ja.pdf")))


def test_a_korean_list_of_enclosures_says_that_it_ends_after_two_blanks(seoul: WorkspaceCopy) -> None:
    entry = "enclosures:\n  - {file: a.pdf, title: {ko: 보고서}}\n  - {file: a.pdf, title: {ko: 지도}}\nsignatories:\n"
    seoul.edit(CAMPAIGN, "signatories:\n", entry)
    seoul.write("letters/2027/a.pdf", save_pdf(make_pdf()))
    seoul.build()
    folder = seoul.folder / "out/2027/kr-seoul"
    assert "2. 지도 1부.  끝." in read_docx_text((folder / "petition.ko.docx").read_bytes())
    assert "지도 1부. 끝." in "".join(read_pdf_pages((folder / "petition.ko.pdf").read_bytes()))
