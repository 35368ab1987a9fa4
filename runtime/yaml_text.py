"""YAML that people write → what it says, or what is wrong with it, with line and cure."""

from typing import Any

import yaml


class NotYaml(ValueError):
    """The text is no YAML. `line`: where, 0 where nobody can say; `fault`: what is wrong there, and the cure."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}" if line else fault)
        self.line, self.fault = line, fault


def loaded(text: str) -> Any:
    """What it says; None for an empty one. Raises NotYaml."""
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise NotYaml(line, f"{error.problem}. Mend the YAML there: indent with blanks, quote odd signs.") from error
    except (yaml.YAMLError, ValueError) as error:  # signs that no text has; a date that is none
        raise NotYaml(0, f"{' '.join(str(error).split())}. Mend the YAML there.") from error
