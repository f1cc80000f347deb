"""Letters: their files, the templates in them, and their Markdown."""

from planted import FILE, Fault

EN, JA, SHARED = "letters/2027/petition.en.md", "letters/2027/petition.ja.md", "letters/2027/_request.ja.md"
REQUEST = "with one request."


def write(code: str, words: str, at: str = "") -> Fault:
    """Words that come before the last list of the English letter."""
    return Fault(code, EN, "1. Let them stay.", f"{words}\n\n1. Let them stay.", at=at)


FAULTS = [
    Fault("L501", EN, "closing: Respectfully yours,\n---\n", "closing: Respectfully yours,\n", at=1),
    Fault("L502", "letters/2027/petition_de.md", "", "---\nsubject: A\nclosing: B\n---\nC\n", at=FILE),
    Fault("L503", JA, "", "---\nsubject: 請願\nclosing: 謹白\n---\n\n", at=5),
    Fault(
        "L505",
        "recipients.yaml",
        "channels: [post]\n",
        "channels: [email]\n    email: [tokyo@example.cn]\n",
        at=FILE,
        told_in="letters/2027/email.ja.md",
    ),
    write("M601", "{% if recipient.city %}We remain."),
    write("M602", "{{ recipient.nmae }}"),
    write("M603", "{{ sender.email }}"),
    write("M605", "{% include '_missing.md' %}"),
    Fault("M605", SHARED, "難民を", "{% include '_request.ja.md' %}\n難民を"),
    write("M606", "{{ 1 / 0 }}"),
    write("M607", "In { recipient.city } we wait."),
    write("M608", "We wait. {# returns\nWe ask. {# denial #}"),
    Fault("M608", SHARED, "難民を", "{# 送還 #\n難民を{# 否認 #}"),
    Fault("M609", JA, "{{ campaign.day }}", "｛｛ campaign.day ｝｝"),
    Fault("M609", SHARED, "難民を", "難民を｛＃ 送還 ＃｝"),
    write("K701", "A word in <b>bold."),
    write("K702", "### A small heading"),
    write("K703", "2027. was a year."),
    write("K704", "A word.[^1]"),
    write("K705", "[here](javascript:x)"),
    write("K706", "A word in **bold."),
    write("K707", "| a | b |\n|---|---|\n| 1 | 2 | 3 |", at="| 1 | 2 | 3 |"),
    write("K708", "- one\n\n  > quoted", at="  > quoted"),
    Fault("K706", EN, REQUEST, "with one **request."),
]
