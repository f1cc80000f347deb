"""``petitioner report``: the outcome of the letters of one or more years, as a page and as a PDF."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from petitioner.build.last_build import OUT
from petitioner.build.manifest import locate_output, require_no_link
from petitioner.checks.pages import read_reference
from petitioner.commands.print_files import format_path
from petitioner.commands.report_logs import read_verified_logs
from petitioner.errors import ExitStatus, PetitionerError, UsageError, advise_writing, suggest
from petitioner.files import read_regular_file, write_atomically
from petitioner.inputs.folder import LETTERS, list_campaigns
from petitioner.inputs.workspace import read_workspace_theme
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.model.theme import Theme
from petitioner.model.types import OWN_LANGUAGE
from petitioner.render import RenderError, render_tagged
from petitioner.report.content import ReportContent
from petitioner.report.figures import serialize_figures
from petitioner.report.joining import JoinedLogs, join_logs
from petitioner.report.page import GENERATOR, ReportPage
from petitioner.report.privacy import make_public
from petitioner.report.words import choose_language, load_words
from petitioner.tables.locales import guess_language_tag, load_locales
from petitioner.terminal import Terminal, format_count

_HTML, _PDF = ".html", ".pdf"
_NAME, _PUBLIC_NAME = "report", "report-public"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What was typed: ``campaign`` is a year or None, ``logs`` are those of others, ``to`` is one file."""

    campaign: str | None = None
    logs: tuple[Path, ...] = ()
    to: Path | None = None
    language: str | None = None
    all_years: bool = False
    is_public: bool = False


def write_report(
    terminal: Terminal, make_context: Callable[[str | None], LogContext], options: ReportOptions, *, as_json: bool
) -> int:
    """Write the report of the latest campaign, of one, or of all years; ``make_context`` reads a campaign.

    Raises ``UsageError`` for options that conflict, ``PetitionerError`` for a log that cannot be read or verified,
    and for a file that must not be replaced. Nothing is written then.
    """
    _check_options(options)
    context = _read_context(make_context, options.campaign)
    paths = _choose_paths(context, options)
    theme = read_workspace_theme(context.folder)
    with ExitStack() as held:
        joined = join_logs(read_verified_logs(held, terminal, context, options.logs))
        content = _make_content(context, joined, options)
        page = ReportPage(content, theme)
        files = {path: _render(page, theme, path.suffix.lower()) for path in paths}
    _write_files(files, private=not options.is_public)
    shown = [format_path(path, context.folder) for path in paths]
    _show(terminal, content, shown, as_json=as_json)
    return ExitStatus.DONE


def _check_options(options: ReportOptions) -> None:
    """Raise ``UsageError`` for options that conflict, an unknown language, and a file of another kind."""
    if options.all_years and options.campaign:
        raise UsageError("--all and --campaign cannot be used together.", "Leave one of them out.")
    if options.language and options.language not in load_locales():
        known = ", ".join(load_locales())
        guess = guess_language_tag(options.language)
        hint = f"Did you mean '{guess}'? " if guess else ""
        raise UsageError(f"'{options.language}' is not a known language.", f"{hint}Known languages: {known}.")
    if options.to and options.to.suffix.lower() not in (_HTML, _PDF):
        hint = f"Write --to {options.to.with_suffix(_HTML)}, or --to {options.to.with_suffix(_PDF)}"
        raise UsageError(f"{options.to} ends in neither {_HTML} nor {_PDF}.", hint)


def _read_context(make_context: Callable[[str | None], LogContext], campaign: str | None) -> LogContext:
    """Read the campaign that is reported, or the latest one if its folder is no longer there."""
    latest = make_context(None)
    return make_context(campaign) if campaign in list_campaigns(latest.folder) else latest


def _choose_paths(context: LogContext, options: ReportOptions) -> tuple[Path, ...]:
    """Return the files to write. Raises ``PetitionerError`` for one that is there and is not an earlier report."""
    if options.to:
        paths: tuple[Path, ...] = (options.to,)
        taken = [(context.folder / name).resolve() for name in (LETTERS, OUT)]
        if any(options.to.resolve().is_relative_to(one) for one in taken):
            sentence = f"{options.to} is in a folder of letters, where it could overwrite one."
            raise UsageError(sentence, "Name another: --to FILE")
    else:
        year = options.campaign or context.campaign.id
        require_no_link(context.folder, *(() if options.all_years else (year,)))
        folder = context.folder / OUT if options.all_years else locate_output(context.folder, year)
        name = _PUBLIC_NAME if options.is_public else _NAME
        paths = tuple(folder / f"{name}{ending}" for ending in (_HTML, _PDF))
    for path in paths:
        _require_replaceable(path)
    return paths


def _require_replaceable(path: Path) -> None:
    try:
        content = read_regular_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise PetitionerError(f"{path} cannot be replaced ({error.strerror}).", "Name another: --to FILE") from None
    if not (read_reference(content) == GENERATOR if path.suffix.lower() == _PDF else GENERATOR.encode() in content):
        sentence = f"{path} is there already, and is not a report that petitioner made."
        raise PetitionerError(sentence, "Move it away, or name another: --to FILE")


def _make_content(context: LogContext, joined: JoinedLogs, options: ReportOptions) -> ReportContent:
    campaigns = None if options.all_years else (options.campaign or context.campaign.id,)
    if campaigns:
        _require_reported(campaigns[0], joined)
    recipients = context.recipients
    if options.is_public:
        joined, recipients = make_public(joined, recipients)
    language = options.language or OWN_LANGUAGE
    wording = choose_language(language)
    return ReportContent(
        joined,
        recipients,
        context.campaign,
        campaigns,
        load_words(wording),
        wording,
        language,
        options.is_public,
    )


def _require_reported(campaign: str, joined: JoinedLogs) -> None:
    known = sorted({name for log in joined.logs for event in log.events for name in _list_names(event)})
    if campaign not in known:
        hint = suggest(campaign, known) or "For another year: petitioner report --campaign YEAR; for all: --all"
        raise UsageError(f"The log has nothing of {campaign}; it has {', '.join(known)}.", hint)


def _list_names(event: Event) -> Iterable[str]:
    return (event.campaign, f"{event.campaign}-{event.edition}")[: event.edition]


def _render(page: ReportPage, theme: Theme, ending: str) -> bytes:
    if ending == _HTML:
        return page.render().encode()
    try:
        html = page.render(for_pdf=True)
        return render_tagged(html, page.write_print_style(), theme, page.content.wording)
    except RenderError as error:
        more = "petitioner doctor shows which fonts are missing."
        raise PetitionerError(f"The PDF cannot be made: {error}.", more) from error


def _write_files(files: Mapping[Path, bytes], *, private: bool) -> None:
    for path, content in files.items():
        try:
            write_atomically(path, content, private=private)
        except OSError as error:
            sentence = f"{path} cannot be written ({error.strerror})."
            raise PetitionerError(sentence, advise_writing(error, "Name another: --to FILE")) from None


def _show(terminal: Terminal, content: ReportContent, files: Sequence[str], *, as_json: bool) -> None:
    figures = content.figures
    if as_json:
        logs = [{"name": log.name, "events": len(log.events), "tip": log.tip} for log in content.joined.logs]
        overlaps = [
            {"campaign": one.campaign, "recipients": list(one.recipients), "logs": list(one.logs)}
            for one in content.joined.overlaps
        ]
        shown = {"files": list(files), "public": content.is_public, **serialize_figures(figures)}
        terminal.show_json({**shown, "logs": logs, "overlaps": overlaps})
    else:
        terminal.show("\n".join(files))
    letters = f"{format_count(figures.letters, 'letter')} to {format_count(figures.missions, 'mission')}"
    terminal.say(f"{letters}, from {format_count(len(content.joined.logs), 'log')}.")
    for copy, log in content.joined.copies:
        terminal.say(f"Note: {copy} is an earlier copy of {log}, and was not counted again.", style="yellow")
    for one in content.joined.overlaps:
        names = " and ".join(one.logs)
        terminal.say(f"Note: {', '.join(one.recipients)} got letters of {one.campaign} from {names}.", style="yellow")
    if content.is_public:
        terminal.say_next("petitioner log verify", "to check that nobody changed the log since")
    else:
        terminal.say_next("petitioner report --public", "for an edition without addresses, persons and notes")
