"""check this machine; each finding with its cure

The exit status is 0 when nothing that Packshot needs is missing.

examples:
  packshot doctor
  packshot doctor --json
"""

import argparse
import json
import sys
from dataclasses import asdict

from cli import doctor_machine, doctor_running
from cli import home as homes
from cli.finding import Finding

NAME = "doctor"


def add(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="one object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when all needed is well."""
    home = homes.current().make()
    findings = [check(home) for check in (*doctor_machine.CHECKS, *doctor_running.CHECKS)]
    if args.json:
        sys.stdout.write(json.dumps({"checks": [asdict(finding) for finding in findings]}) + "\n")
    else:
        sys.stdout.write("\n".join(line(finding) for finding in findings) + "\n")
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def line(finding: Finding) -> str:
    """One check for people; the cure below it when there is something to mend."""
    text = f"{finding.state:<5} {finding.name:<12} {finding.text}"
    return f"{text}\n      Cure: {finding.cure}" if finding.cure else text
