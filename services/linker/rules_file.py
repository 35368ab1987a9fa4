"""The file of naming rules (YAML) → rules, or what is wrong with it: the rule, the line and the cure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from runtime.faults import plain
from runtime.yaml_text import NotYaml, loaded
from schemas.rules import NAMING
from services.linker.rules import MOST, NO_RULES, Rule, Rules

KEY = NAMING
"""Where the rules in use lie in the library."""


class RulesError(ValueError):
    """The file does not hold; a line for each fault, with its place and cure."""


def read_rules(name: str, text: str) -> Rules:
    """Check the text of a file of rules; an empty one has none. `name` is for the RulesError that it raises."""
    if not text.strip():
        return NO_RULES
    found: list[Rule] = []
    faults: list[str] = []
    for number, line, fields in _entries(name, text):
        place = f"{name}, line {line}, rule {fields.get('name') or f'no. {number}'}: "
        try:
            found.append(Rule.model_validate(fields))
        except ValidationError as error:
            faults += [place + fault for fault in plain(error, Rule)]
    doubled = [one for one, count in Counter(rule.name for rule in found).items() if count > 1]
    faults += [f"{name}: two rules are named {one!r}; give one of them another name." for one in doubled]
    if len(found) > MOST:
        faults.append(f"{name}: {len(found)} rules are more than {MOST}; write patterns that fit more names each.")
    if faults:
        raise RulesError("\n".join(faults))
    return Rules(all=tuple(found))


def _entries(name: str, text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Number (from 1), line and fields of each rule. Raises RulesError."""
    wrong = f"{name} is no file of naming rules"
    try:
        found = loaded(text)
    except NotYaml as error:
        raise RulesError(f"{wrong}: {error}") from error
    rules = found.get("rules") if isinstance(found, dict) else None
    if not isinstance(rules, list):
        raise RulesError(f"{wrong}: it has no `rules:` with a list under it. Begin each rule with `- name:`.")
    root = yaml.compose(text, Loader=yaml.SafeLoader)  # lines stand in the nodes alone
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - what was loaded is a mapping
    nodes = next(value.value for key, value in root.value if key.value == "rules")
    for number, (node, fields) in enumerate(zip(nodes, rules, strict=True), start=1):
        line = node.start_mark.line + 1
        if not isinstance(fields, dict):
            raise RulesError(f"{name}, line {line}: this is no rule. Begin each with `- name:`.")
        yield number, line, fields
