"""How a file is written, and the values in it."""

from planted import FILE, Fault

LIST, CAMPAIGN = "recipients.yaml", "letters/2027/campaign.yaml"
EN, JA = "letters/2027/petition.en.md", "letters/2027/petition.ja.md"
KIND, CITY = "    kind: embassy", "city: {en: Osaka, ja: 大阪}"

FAULTS = [
    Fault("S101", JA, "", "---\nsubject: 請願\n".encode("cp932"), at=2),
    Fault("S102", EN, "---\nsubject: ", "\ufeff---\nsubject: "),
    Fault("S103", LIST, KIND, "\tkind: embassy"),
    Fault("S103", LIST, "kind: embassy", "kind： embassy"),
    Fault("S104", LIST, KIND, f"{KIND}\n    kind: office", at="kind: office"),
    Fault("S105", LIST, CITY, "city: {en: &x Osaka, ja: *x}"),
    Fault("S106", LIST, "kind: embassy", "kind: !!str embassy"),
    Fault("S107", CAMPAIGN, "Kato Hiroshi", "Kato\u202e Hiroshi"),
    Fault("S107", EN, "with one request", "with\u200b one request"),
    Fault("S108", CAMPAIGN, "", "\n \n", at=1),
    Fault("S109", CAMPAIGN, "    title: {en: Exec", "    image: no.png\n    title: {en: Exec"),
    Fault("S110", LIST, KIND, f"{KIND}\n    hold:", at="hold:"),
    Fault("S111", LIST, "[3-4-33 Moto-Azabu, ", "[3-4-33 Moto-Azabu #801, "),
    Fault("S112", LIST, KIND, f"<<<<<<< HEAD\n{KIND}\n=======\n    kind: office\n>>>>>>> theirs"),
    Fault("S112", CAMPAIGN, "reference: LFNKR", "<<<<<<< HEAD\nreference: LFNKR\n=======\nreference: LF\n>>>>>>> x"),
    Fault("S112", EN, "1. Let them stay.", "<<<<<<< A\n1. Let them stay.\n||||||| B\n=======\n1. A\n>>>>>>> b"),
    Fault("S112", EN, "1. Let them stay.", "1. Let them stay.\n>>>>>>> other", at=">>>>>>> other"),
    Fault("S112", "letters/2027/_request.ja.md", "難民", "<<<<<<< HEAD\n難民"),
    Fault(
        "S113", "mailing-log (conflicted copy).sqlite", "", b"x", at=FILE, others=(("mailing-log.sqlite", "", b"x"),)
    ),
    Fault("S113", "recipients (conflicted copy).yaml", "", "recipients:\n", at=FILE),
    Fault("S113", "letters/2027/campaign-DESKTOP-7Q.yaml", "", "name:\n", at=FILE),
    Fault("S113", "letters/2027/petition (Taro の競合コピー 2027-09-01).en.md", "", "---\n", at=FILE),
    Fault("S113", "letters/2027/petition.en (1).md", "", "----\n", at=FILE),
    Fault("S113", "letters/2027/_request.sync-conflict-20270901-101010-ABC.ja.md", "", "x\n", at=FILE),
    Fault("V201", EN, "closing: Respectfully yours,\n", "", at="subject:"),
    Fault("V202", LIST, "channels: [post, hand]", "chanels: [post, hand]"),
    Fault("V203", LIST, CITY, "city: Osaka"),
    Fault("V204", LIST, "kind: embassy", "kind: embasy"),
    Fault("T101", "letters/theme/logo.png", "", b"GIF89a", at=FILE),
    Fault("T103", "letters/theme/theme.yaml", "", "window:\n  text_right: 20\n", at=1),
    Fault("T104", "letters/theme/theme.yml", "", "accent: blue\n", at=FILE),
]
