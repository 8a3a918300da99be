"""docs/REFERENCE.md, made from the commands' and settings' own words: ``python -m hub.reference`` writes it.

A test holds the two together, so that no command or setting is undocumented, or documented and gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from hub.__main__ import application
from hub.settings import Settings

FILE = Path(__file__).resolve().parents[1] / "docs" / "REFERENCE.md"
HEAD = """# Reference

Made by `python -m hub.reference` from what `hub --help` says and from `hub/settings.py`; a test holds them together.
Tables and columns of a Snapshot are in DATA.md.

## Commands

Every command is also there as `python -m hub COMMAND`. Exit codes: 0; 1 failed, with one line why; 2 bad usage.

| command | what it does | options |
| --- | --- | --- |
"""
SETTINGS = """
## Settings

Environment variables; AcademicHub reads no others of its own. An empty one counts as unset.

| variable | what it is | default |
| --- | --- | --- |
"""


def commands() -> dict[str, Any]:
    """Return every command by its words, such as ``curate rename``."""
    found: dict[str, Any] = {}
    group = typer.main.get_command(application())
    todo: list[tuple[tuple[str, ...], Any]] = [((), group)]
    while todo:
        words, command = todo.pop()
        if hasattr(command, "commands"):
            todo += [((*words, name), below) for name, below in command.commands.items()]
        else:
            found[" ".join(words)] = command
    return dict(sorted(found.items()))


def document() -> str:
    """Return docs/REFERENCE.md."""
    rows = [f"| `hub {name}{_arguments(c)}` | {_cell(c.help)} | {_options(c)} |" for name, c in commands().items()]
    fields = sorted(Settings.model_fields.values(), key=lambda field: str(field.alias))
    kept = [
        f"| `{field.alias}` | {_cell(field.description)} | {_default(str(field.alias), field.get_default())} |"
        for field in fields
    ]
    return HEAD + "\n".join(rows) + "\n" + SETTINGS + "\n".join(kept) + "\n"


def _arguments(command: Any) -> str:
    return "".join(f" {p.name.upper()}" for p in command.params if p.param_type_name == "argument" and p.name)


def _options(command: Any) -> str:
    names = [max(p.opts, key=len) for p in command.params if p.param_type_name == "option"]
    return " ".join(f"`{name}`" for name in names if name != "--help")


def _cell(text: str | None) -> str:
    first = (text or "").strip().split("\n\n")[0]
    return " ".join(first.split()).replace("``", "`").replace("|", "\\|")


def _default(name: str, value: object) -> str:
    if name == "HUB_HOME":
        return "`cache` beside `app.py`; of an installed package the platform's folder for data"
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return "" if plain is None or plain == "" else f"`{plain}`"


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
