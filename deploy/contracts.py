"""`make contracts`: writes what is generated from the contracts. `--release` also keeps today's schemas as released.

Released schemas are what later ones must stay compatible with: `--release` refuses a change that breaks one.
"""

import json
import sys
import tomllib
from pathlib import Path

from deploy.asyncapi import as_yaml
from deploy.compatibility import breaks
from deploy.jsonschemas import as_text, file_name, models, schema_of
from deploy.topics_page import page

CHECKOUT = Path(__file__).resolve().parent.parent
JSONSCHEMA, RELEASED = CHECKOUT / "schemas" / "jsonschema", CHECKOUT / "schemas" / "released"


def generated() -> dict[Path, str]:
    """Every generated file with the text it must have."""
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    return {
        **{JSONSCHEMA / file_name(model): as_text(schema_of(model)) for model in models()},
        CHECKOUT / "schemas" / "asyncapi.yaml": as_yaml(version),
        CHECKOUT / "docs" / "topics.md": page(),
    }


def broken() -> list[str]:
    """What today's schemas break of any released one."""
    today = {file_name(model): schema_of(model) for model in models()}
    found = []
    for file in sorted(RELEASED.glob("*/*.json")):
        place = file.relative_to(RELEASED)
        if file.name not in today:
            found.append(f"{place}: the model was removed")
            continue
        found += [f"{place}: {what}" for what in breaks(json.loads(file.read_text()), today[file.name])]
    return found


def main(arguments: list[str]) -> int:
    """Write the files; 1 where a released schema is broken."""
    wanted = generated()
    for stale in set(JSONSCHEMA.glob("*.json")) - wanted.keys():
        stale.unlink()
    for file, text in wanted.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    print(f"{len(wanted)} files written", file=sys.stderr)
    if found := broken():
        print("These changes break readers of a release:", *found, sep="\n  ", file=sys.stderr)
        return 1
    if arguments == ["--release"]:
        for model in models():
            kept = RELEASED / "v1" / file_name(model)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(as_text(schema_of(model)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
