"""Enclosures that cannot be opened, printed or sent as they are; pictures that show nothing, or too much."""

from io import BytesIO

import pikepdf
from PIL import Image

from planted import FILE, Fault

CAMPAIGN, REPORT, LOGO = (
    "letters/2027/campaign.yaml",
    "letters/2027/enclosures/report.pdf",
    "letters/theme/logo.png",
)
A4, LETTER = (595.28, 841.89), (612, 792)


def make_pdf(size: tuple[float, float] = A4, **catalogue: pikepdf.Object) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    for name, value in catalogue.items():
        pdf.Root[f"/{name}"] = value
    return pdf


def save_pdf(pdf: pikepdf.Pdf, password: str | None = None, owner: str = "") -> bytes:
    stream = BytesIO()
    is_open = password is None
    pdf.save(stream, encryption=False if is_open else pikepdf.Encryption(owner=owner, user=password or ""))
    return stream.getvalue()


def turn(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    pdf.pages[0].obj.Rotate = 90
    return pdf


def attach(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    pdf.attachments["list.txt"] = b"names"
    return pdf


def save_picture(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def enclose(code: str, what: str, content: bytes, at: str = "file: enclosures/report.pdf") -> Fault:
    """An enclosure in the campaign, and the file itself, which goes to one mission by e-mail."""
    entry = "  - {file: enclosures/report.pdf, title: {en: A report, ja: 報告書}}"
    mail = ("recipients.yaml", "channels: [post, hand]", "channels: [email]\n    email: [a@example.org]")
    new = f"enclosures:  # {what}\n{entry}\nsignatories:"
    return Fault(code, CAMPAIGN, "signatories:", new, at, others=((REPORT, "", content), mail))


def sign(code: str, name: str, content: bytes) -> Fault:
    """A picture of the signature, and the file itself."""
    new = f"- image: {name}\n    name: {{en: Kato Hiroshi"
    return Fault(code, CAMPAIGN, "- name: {en: Kato Hiroshi", new, others=((f"letters/2027/{name}", "", content),))


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
FORM = pikepdf.Dictionary(Fields=[pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name")])
WHOLE = save_pdf(make_pdf())
RED, BLUE = (Image.new("RGB", (300, 100), colour) for colour in ("red", "blue"))


def pad(megabytes: int) -> bytes:
    """A sound PDF that is as heavy as said: what stands before the last table is not looked at."""
    pdf = make_pdf()
    pdf.Root.Padding = pdf.make_stream(bytes(range(256)) * (megabytes * 3907), Filter=None)
    stream = BytesIO()
    pdf.save(stream, compress_streams=False)
    return stream.getvalue()


FAULTS = [
    enclose("C411", "cut off", WHOLE[: len(WHOLE) // 2] + b"\n%%EOF"),
    enclose("C411", "made up", b"%PDF-1.7\nnothing\n%%EOF"),
    enclose("C411", "no page", save_pdf(pikepdf.new())),
    enclose("C412", "locked", save_pdf(make_pdf(), "secret")),
    enclose("C413", "26 MB", pad(26), "enclosures:"),
    enclose("C451", "11 MB", pad(11), "enclosures:"),
    enclose("C452", "Letter", save_pdf(make_pdf(LETTER))),
    enclose("C452", "turned", save_pdf(turn(make_pdf()))),
    enclose("C453", "a script", save_pdf(make_pdf(OpenAction=SCRIPT))),
    enclose("C453", "a form", save_pdf(make_pdf(AcroForm=FORM))),
    enclose("C453", "a file", save_pdf(attach(make_pdf()))),
    enclose("C454", "limited", save_pdf(make_pdf(), "", "owner")),
    sign("I101", "damaged.png", save_picture(RED)[:60] + bytes(200) + save_picture(RED)[-12:]),
    sign("I101", "deep.png", save_picture(Image.new("I;16", (300, 100)))),
    sign("I102", "dot.png", save_picture(Image.new("RGB", (1, 1)))),
    sign("I102", "poster.png", save_picture(Image.new("1", (20_000, 20_000)))),
    sign("I103", "white.png", save_picture(Image.new("RGB", (300, 100), "white"))),
    sign("I103", "clear.png", save_picture(Image.new("RGBA", (300, 100), (0, 0, 0, 0)))),
    sign("I151", "heavy.png", save_picture(Image.effect_noise((1600, 1600), 90))),
    sign("I152", "inks.jpg", save_picture(Image.new("CMYK", (300, 100), (0, 255, 0, 0)), "JPEG")),
    sign("I153", "moving.png", save_picture(RED, save_all=True, append_images=[BLUE])),
    Fault(
        "I102", CAMPAIGN, "time_zone:", "time_zone:  ", FILE, LOGO, ((LOGO, "", save_picture(Image.new("L", (9, 9)))),)
    ),
]
