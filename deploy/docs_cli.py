"""The commands of docs/cli.md, from the modules' own help."""

import argparse

from cli.app import COMMANDS, load


def _arguments(parser: argparse.ArgumentParser) -> list[str]:
    lines = []
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        shown = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
        if action.choices:
            shown = "|".join(map(str, action.choices))
        takes = action.nargs != 0
        name = ", ".join(action.option_strings) + (f" {shown}" if takes else "") if action.option_strings else shown
        lines.append(f"- `{name}`: {action.help or 'see the examples'}")
    return lines


def _subcommands(parser: argparse.ArgumentParser) -> list[str]:
    lines = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, sub in action.choices.items():
                lines.append(f"- `{name}`: {helps.get(name)}")
                lines += [f"  {line}" for line in _arguments(sub)]
    return lines


def section(name: str) -> str:
    """One command: what its --help says."""
    command = load(name)
    head, _, rest = (command.__doc__ or "").partition("\n")
    body, _, examples = rest.strip().partition("examples:\n")
    parser = argparse.ArgumentParser(prog=f"packshot {name}")
    command.add(parser)
    lines = [*_arguments(parser), *_subcommands(parser)]
    parts = [f"## packshot {name}", f"{head[0].upper()}{head[1:].rstrip('.')}.", body.strip(), "\n".join(lines)]
    if examples.strip():
        shown = "\n".join(line.removeprefix("  ") for line in examples.rstrip().splitlines())
        parts.append(f"```sh\n{shown}\n```")
    return "\n\n".join(part for part in parts if part)


def text() -> str:
    """All commands, in the order of --help."""
    return "\n\n".join(section(name) for name in COMMANDS)
