"""Sample letters for the tests of the renderers: short ones in four languages, and one that uses every block."""

from dataclasses import replace
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw

from petitioner.inputs.theme import read_theme
from petitioner.model.blocks import (
    Alignment,
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
)
from petitioner.model.letter import AddressField, Letter, Letterhead, LocalizedLine, Signature
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales

LANGUAGES = ("en", "ja", "ko", "zh-Hans")


def sample_theme(logo: bytes | None = None, **numbers: object) -> Theme:
    """The default theme, with a logo or other numbers where asked for."""
    theme, problems = read_theme("letters/theme", {})
    assert theme is not None, problems
    return theme.model_copy(update={"logo": logo, **numbers})


def sample_locale(language: str) -> Locale:
    """The locale as the program ships it."""
    return load_locales()[language]


def sample_letter(language: str, **changes: object) -> Letter:
    """A letter of one page, or the same with some fields exchanged: ``sample_letter("en", subject="Hello")``."""
    return replace(_LETTERS[language], **changes)  # type: ignore[arg-type]  # dataclasses.replace checks the names


def rich_letter(language: str) -> Letter:
    """The same letter with a body that uses every block, everything inline, two signatories and two enclosures."""
    letter = sample_letter(language)
    first = letter.signatures[0]
    titles = {"en": ("Map of the border", "Report of 2026"), "ja": ("国境地帯の地図", "2026年の報告書")}
    other = {"ko": ("국경 지도", "2026년 보고서"), "zh-Hans": ("边境地图", "2026年报告")}
    enclosures = {**titles, **other}[language]
    return replace(
        letter,
        body=(*letter.body, *rich_blocks()),
        signatures=(first, replace(first, image=sample_picture())),
        enclosures=enclosures,
    )


def sample_picture(width: int = 360, height: int = 120) -> bytes:
    """A PNG such as a scan of a signature."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline="navy", width=3)
    draw.ellipse((width // 4, height // 8, width * 3 // 4, height - height // 8), outline="navy", width=4)
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def words(text: str) -> tuple[Inline, ...]:
    """Words without any mark."""
    return (Plain(text),)


def paragraph(text: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph(words(text))


def rich_blocks() -> tuple[Block, ...]:
    """Every block, and everything that may stand in a line; the words are English in any letter."""
    note = Footnote((Plain("See "), Link("https://www.unhcr.org/1951-refugee-convention", words("the Convention"))))
    link = Link("https://example.org/petition?a=1&b=2", (Plain("a page of "), Strong(words("ours"))))
    return (
        Heading(words("What we ask")),
        Paragraph(
            (
                Plain("The treaty of 1951"),
                note,
                Plain(" binds "),
                Strong((Plain("every state that has "), Emphasis(words("ever")))),
                Plain(" joined it; "),
                Emphasis(words("so we read it")),
                Plain(","),
                LineBreak(),
                Plain("as "),
                link,
                Plain(" explains."),
                Footnote(words("A second note, whose words are enough to need a second line at the foot of the page.")),
            )
        ),
        Quotation((paragraph("No Contracting State shall expel or return a refugee."), paragraph("Article 33"))),
        nested_list(),
        Listing(ordered=True, items=((paragraph("This list starts again."),), (paragraph("And goes on."),))),
        sample_table(),
        paragraph("After the table the letter goes on."),
    )


def nested_list() -> Listing:
    """A list with two others inside, and an item of two paragraphs."""
    innermost = Listing(ordered=True, items=((paragraph("within a day,"),), (paragraph("within a week."),)))
    inner = Listing(ordered=False, items=((paragraph("of those detained:"), innermost), (paragraph("of the others."),)))
    return Listing(
        ordered=True,
        items=(
            (paragraph("End the returns."),),
            (paragraph("Tell the families"), inner),
            (paragraph("Open the way."), paragraph("It is short.")),
        ),
    )


def sample_table() -> Table:
    """A table of three columns, each aligned in its own way."""
    rows = (("Jilin", "12 May 2026", "40"), ("Liaoning, on the road to the coast", "3 June 2026", "125"))
    return Table(
        (Alignment.START, Alignment.CENTRE, Alignment.END),
        (words("Province"), words("Date"), words("People")),
        tuple(tuple(words(cell) for cell in row) for row in rows),
    )


_JAPANESE_ADDRESS = (
    LocalizedLine("〒550-0004", "ja"),
    LocalizedLine("大阪府大阪市西区靱本町3-9-2", "ja"),
)

_ENGLISH = Letter(
    recipient="jp-osaka",
    stem="petition",
    language="en",
    reference="LFNKR-2027-JP-OSAKA",
    reference_line="Ref.: LFNKR-2027-JP-OSAKA",
    letterhead=Letterhead(
        "Life Funds for North Korean Refugees",
        ("Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033", "+81 3 0000 0000  ·  office@example.org"),
    ),
    address=AddressField(
        LocalizedLine("LFNKR, Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033", "en"),
        (
            LocalizedLine("His Excellency A. Example", "en"),
            LocalizedLine("President of the People's Republic of China", "en"),
            LocalizedLine("c/o The Consul General", "en"),
            LocalizedLine("Consulate-General of the People's", "en"),
            LocalizedLine("Republic of China in Osaka", "en"),
            LocalizedLine("3-9-2 Utsubo-Hommachi, Nishi-ku, Osaka", "en"),
        ),
        4.55,
    ),
    date_line="1 September 2027",
    subject="Petition for the protection of refugees from North Korea",
    salutation="Dear Mr. President:",
    opening=None,
    body=(
        paragraph(
            "On 24 September forty-five years will have passed since the People's Republic of China joined the "
            "Convention relating to the Status of Refugees. We remember that step with respect, and write to you in "
            "its spirit."
        ),
        paragraph(
            "Men, women and children who cross the border in fear for their lives are in your country's hands. We ask "
            "that nobody be sent back before somebody with the power to decide has heard what they fear."
        ),
    ),
    closing="Yours respectfully,",
    sender="Life Funds for North Korean Refugees",
    signatures=(Signature("Hanako Example", "Executive Director"),),
    enclosures_label="Enclosure:",
    enclosures=("Report of 2026",),
    page_label="Page {page} of {pages}",
    author="Life Funds for North Korean Refugees",
    created=date(2027, 9, 1),
)

_JAPANESE = replace(
    _ENGLISH,
    language="ja",
    reference_line="文書番号：LFNKR-2027-JP-OSAKA",
    letterhead=Letterhead(
        "北朝鮮難民救援基金", ("〒113-0033　東京都文京区本郷1-33-3-801", "+81 3 0000 0000  ·  office@example.org")
    ),
    address=AddressField(
        LocalizedLine("LFNKR　〒113-0033　東京都文京区本郷1-33-3-801", "ja"),
        (
            *_JAPANESE_ADDRESS,
            LocalizedLine("中華人民共和国駐大阪総領事館　総領事気付", "ja"),
            LocalizedLine("中華人民共和国国家主席", "ja"),
            LocalizedLine("見本一郎　閣下", "ja"),
        ),
        4.55,
    ),
    date_line="2027年9月1日",
    subject="北朝鮮難民の保護に関する請願書",
    salutation="中華人民共和国国家主席　見本一郎閣下",
    opening="謹啓　時下、閣下におかれましてはますますご清栄のこととお慶び申し上げます。",
    body=(
        paragraph(
            "来る2027年9月24日は、中華人民共和国が1951年の「難民の地位に関する条約」に加入されてから、ちょうど45年に"
            "あたります。私どもはこの加入の意義に深く敬意を表しますとともに、同条約の精神に基づき、謹んでお手紙を差し上げます。"
        ),
        paragraph(
            "命の危険を逃れて国境を越えた人々は、いま貴国の手の中にあります――“しかるべき判断のできる方”が本人の話を聞かれる"
            "までは、何人も送り返されることのないよう…お願い申し上げます。"
        ),
    ),
    closing="謹白",
    sender="北朝鮮難民救援基金",
    signatures=(Signature("見本　花子", "理事長"),),
    enclosures_label="同封物：",
    enclosures=("2026年の報告書",),
    page_label="{page} / {pages} ページ",
    author="北朝鮮難民救援基金",
)

_CHINESE = replace(
    _ENGLISH,
    language="zh-Hans",
    reference_line="文号：LFNKR-2027-JP-OSAKA",
    letterhead=Letterhead(
        "北朝鲜难民救援基金", ("〒113-0033　日本国东京都文京区本乡1-33-3-801", "+81 3 0000 0000  ·  office@example.org")
    ),
    address=AddressField(
        LocalizedLine("LFNKR　〒113-0033　日本国东京都文京区本乡1-33-3-801", "zh-Hans"),
        (
            *_JAPANESE_ADDRESS,
            LocalizedLine("中华人民共和国驻大阪总领事馆", "zh-Hans"),
            LocalizedLine("烦请总领事转呈", "zh-Hans"),
            LocalizedLine("中华人民共和国主席", "zh-Hans"),
            LocalizedLine("样本一郎　阁下", "zh-Hans"),
        ),
        4.55,
    ),
    date_line="2027年9月1日",
    subject="关于保护北朝鲜难民的请愿书（值“拯救北朝鲜难民日”之际）",
    salutation="尊敬的主席阁下：",
    body=(
        paragraph(
            "2027年9月24日，距中华人民共和国加入1951年《关于难民地位的公约》整整四十五周年。我们谨对这一承诺表示敬意，"
            "并本着公约的精神致函阁下（Save North Korean Refugees’ Day）。"
        ),
        paragraph("我们只请求：在有权判断的人听取当事人对被送回的“恐惧”之前——不要将任何人送回……此致。"),
    ),
    closing="顺致最崇高的敬意",
    sender="北朝鲜难民救援基金",
    signatures=(Signature("样本花子", "理事长"),),
    enclosures_label="附件：",
    enclosures=("2026年报告",),
    page_label="第 {page} 页，共 {pages} 页",
    author="北朝鲜难民救援基金",
)

_KOREAN = replace(
    _ENGLISH,
    recipient="kr-busan",
    language="ko",
    reference="LFNKR-2027-KR-BUSAN",
    reference_line="문서번호: LFNKR-2027-KR-BUSAN",
    letterhead=Letterhead(
        "북한난민구원기금", ("도쿄도 분쿄구 혼고 1-33-3-801", "+81 3 0000 0000  ·  office@example.org")
    ),
    address=AddressField(
        LocalizedLine("LFNKR, Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033", "en"),
        (
            LocalizedLine("부산광역시 해운대구 해변로 47", "ko"),
            LocalizedLine("주부산 중화인민공화국 총영사관", "ko"),
            LocalizedLine("총영사 전교", "ko"),
            LocalizedLine("중화인민공화국 국가주석", "ko"),
            LocalizedLine("견본 일랑 귀하", "ko"),
        ),
        4.55,
    ),
    date_line="2027년 9월 1일",
    subject="탈북 난민의 보호를 청원하는 서한",
    salutation="존경하는 주석님께",
    body=(
        paragraph(
            "오는 2027년 9월 24일은 중화인민공화국이 「난민의 지위에 관한 협약」에 가입한 지 꼭 45년이 되는 날입니다. "
            "저희는 그 약속에 경의를 표하며, 그 정신에 따라 이 글을 올립니다."
        ),
        paragraph("‘돌려보내지 않는다’는 약속이 북한을 떠나온 사람들에게도 지켜지기를 삼가 청원합니다."),
    ),
    closing="삼가 올립니다.",
    sender="북한난민구원기금",
    signatures=(Signature("견본 화자", "이사장"),),
    enclosures_label="붙임:",
    enclosures=("2026년 보고서",),
    page_label="{page} / {pages}쪽",
    author="북한난민구원기금",
)

_LETTERS = {"en": _ENGLISH, "ja": _JAPANESE, "ko": _KOREAN, "zh-Hans": _CHINESE}
