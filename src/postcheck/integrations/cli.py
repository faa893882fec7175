"""The command line: ``postcheck check "text"``, ``postcheck check draft.json``, ``... | postcheck check -``.

Exit codes: 0 allow or not screened, 1 review or block, 2 could not run.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import postcheck
from postcheck.errors import DraftError, PostcheckError
from postcheck.integrations import cli_explain, cli_files, cli_images, cli_logos, cli_suppress
from postcheck.integrations.cli_common import (
    Circumstances,
    ConfigOption,
    FailOn,
    Format,
    KindOfPost,
    LogosOption,
    NowOption,
    OrganisationOption,
    PolicyOption,
    TierOfAccount,
    TypeOfAuthor,
    build_pipeline,
    complain,
    moment,
    out,
    read_input,
    settings_of,
)
from postcheck.model import Decision, Verdict
from postcheck.render import renderer, visible

COULD_NOT_RUN = 2
INTERRUPTED = 130

app = typer.Typer(
    name="postcheck",
    help="Reads a draft social-media post before it is published: allow, review or block, with the clause.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, which hold drafts
    rich_markup_mode=None,
)


@app.command()
def check(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="A text; a file (.json or .jsonl holds drafts, anything else is text); or - for standard "
            "input. Put -- before a text that starts with a dash.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option(
            "--format", "-f", help="text, json (one object; JSON lines for several drafts) or html."
        ),
    ] = Format.TEXT,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit with 1 from this decision on.  [default: review]")
    ] = None,
    config: ConfigOption = None,
    organisation: OrganisationOption = None,
    policy: PolicyOption = None,
    logos: LogosOption = None,
    kind: Annotated[KindOfPost | None, typer.Option("--kind", help="Kind of draft.  [default: post]")] = None,
    handle: Annotated[str | None, typer.Option("--handle", help="Account that would publish.")] = None,
    platform: Annotated[str | None, typer.Option("--platform", help="Its platform, as x.")] = None,
    tier: Annotated[
        TierOfAccount | None, typer.Option("--tier", help="Its tier, if it is not in the register.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", help="Id of the person who would publish.")
    ] = None,
    author_type: Annotated[TypeOfAuthor | None, typer.Option("--author-type", help="Who that is.")] = None,
    publish_at: Annotated[
        str | None, typer.Option("--publish-at", help="When, with time zone: 2026-11-22T09:00:00+00:00.")
    ] = None,
    in_reply_to: Annotated[
        str | None, typer.Option("--in-reply-to", help="The text that this replies to.")
    ] = None,
    image: Annotated[
        list[Path] | None, typer.Option("--image", help="Picture that goes with it; can be repeated.")
    ] = None,
    emergency: Annotated[bool, typer.Option("--emergency", help="This is an emergency post.")] = False,
    now: NowOption = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show personal data and secrets instead of masking them.")
    ] = False,
) -> None:
    """Screen drafts and print a verdict for each.

    Exit code 0: allow or not screened. 1: review or block (see --fail-on). 2: something could not be
    read or run; then the output is incomplete.
    """
    if not inputs and not image:
        raise DraftError("nothing to check: give a text, a file, - for standard input, or --image")
    circumstances = Circumstances(
        draft={
            "kind": kind and kind.value,
            "publish_at": publish_at,
            "in_reply_to": in_reply_to,
            "emergency": True if emergency else None,
        },
        account={"handle": handle, "platform": platform, "tier": tier and tier.value},
        author={"id": author, "type": author_type and author_type.value},
        images=tuple(image or ()),
    )
    settings, _ = settings_of(
        config,
        organisation=organisation,
        policy=policy,
        logos=logos,
        fail_on=fail_on and fail_on.value,
    )
    named = [pair for argument in inputs or [""] for pair in read_input(argument)]
    drafts = [(name, circumstances.added_to(draft, name)) for name, draft in named]
    pipeline = build_pipeline(settings, moment(now))
    worst, failed = Decision.NOT_SCREENED, False
    for name, draft in drafts:
        try:
            verdict = pipeline.check(draft)
        except DraftError as error:
            complain(f"{name}: {error}")
            failed = True
            continue
        worst = max(worst, verdict.decision)
        show(verdict, format_, reveal, heading=name if len(drafts) > 1 else None)
    if failed:
        raise typer.Exit(COULD_NOT_RUN)
    raise typer.Exit(int(worst >= Decision(settings.fail_on)))


def show(verdict: Verdict, format_: Format, reveal: bool, heading: str | None) -> None:
    """Print one verdict; with a heading it is one of several."""
    if format_ is Format.JSON:
        from postcheck.render.json import to_json

        out(to_json(verdict, reveal=reveal, indent=2 if heading is None else None) + "\n")
        return
    if format_ is Format.HTML:
        out(renderer("html")(verdict, reveal=reveal))
        return
    if heading is not None:
        out(f"{visible(heading)}:\n")
    if sys.stdout.isatty():
        _show_in_colour(verdict, reveal)
    else:
        out(renderer("text")(verdict, reveal=reveal))
    if heading is not None:
        out("\n")


def _show_in_colour(verdict: Verdict, reveal: bool) -> None:
    from rich.console import Console

    from postcheck.render.text import to_rich

    console = Console()
    console.print(to_rich(verdict, reveal=reveal, width=min(console.width, 100)), soft_wrap=True, end="")


app.command("explain")(cli_explain.explain)
app.command("rules")(cli_explain.rules)
app.command("clean")(cli_images.clean)
app.command("suppress")(cli_suppress.suppress)
app.add_typer(cli_files.policy_app, name="policy")
app.add_typer(cli_files.organisation_app, name="organisation")
app.add_typer(cli_files.config_app, name="config")
app.add_typer(cli_logos.logos_app, name="logos")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a verdict."""
    out(json.dumps(Verdict.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n")


@app.command()
def version() -> None:
    """Print the version of postcheck."""
    out(f"postcheck {postcheck.__version__}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. No error shows text of a draft.

    Args:
        argv: arguments without the program name; by default those of the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = typer.main.get_command(app)
    try:
        code = command.main(args=arguments, prog_name="postcheck", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except PostcheckError as error:
        complain(str(error))
        return COULD_NOT_RUN
    except BrokenPipeError:
        # Whoever read the output went away (| head); give the interpreter nothing left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    except Exception as error:
        return _unexpected(error, arguments)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception, arguments: list[str]) -> int:
    explain_usage = getattr(error, "format_message", None)
    if explain_usage is not None:  # a wrong option, as the command-line library words it
        complain(_without(str(explain_usage()), arguments))
        return COULD_NOT_RUN
    # A defect of ours: say where, and keep back the message, which may quote the draft.
    frames = traceback.extract_tb(error.__traceback__)
    home = str(Path(postcheck.__file__).parent)
    frame = next((f for f in reversed(frames) if f.filename.startswith(home)), frames[-1])
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    complain(f"failed with {type(error).__name__} at {place}; please report this")
    return COULD_NOT_RUN


def _without(message: str, arguments: list[str]) -> str:
    """Take arguments that may be words of a draft out of a message about wrong usage."""
    for argument in sorted(arguments, key=len, reverse=True):
        if any(char.isspace() for char in argument) or len(argument) > 40:
            for form in (repr(argument), argument):
                message = message.replace(form, "…")
    return message


if __name__ == "__main__":
    sys.exit(main())
