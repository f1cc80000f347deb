"""What all sheets share: the fonts of the theme, by language, and the size of the page."""

from petitioner.model.theme import Theme


def write_style(theme: Theme, language: str, page: str) -> str:
    """A style sheet that begins every sheet: ``page`` is what its ``@page`` says, ``language`` the sheet's own.

    A part in another language has the class ``lang-`` and its tag.
    """
    families = {tag: ", ".join(f'"{family}"' for family in fonts.pdf) for tag, fonts in theme.fonts.items()}
    spoken = "\n".join(f".lang-{tag} {{ font-family: {names} }}" for tag, names in families.items())
    return f"@page {{ {page} }}\nhtml {{ font-family: {families[language]} }}\n{spoken}\n"
