"""`python -m deploy.sbom`: writes a bill of materials (CycloneDX 1.6, JSON) to the output.

Everything that is pinned: Python packages with the hashes that set-up takes, npm packages, and the libraries of Kafka
that are named. The same lists and the same environment give the same bytes. Licences are what the installed packages
say of themselves.
"""

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from deploy import licences
from services.tagger.models.build import wanted_of_npm

CHECKOUT = Path(__file__).resolve().parent.parent
LISTS = {"base": "required", "3d": "optional", "build": "excluded", "dev": "excluded"}
"""List of requirements → CycloneDX's word for it: `excluded` is what only builds or tests."""
MAVEN = "{http://maven.apache.org/POM/4.0.0}"
_PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
Component = dict[str, Any]


def python_packages() -> Iterator[Component]:
    """Of all lists; one that is in two counts as the first says."""
    seen: set[tuple[str, str]] = set()
    for listed, scope in LISTS.items():
        for name, version, rest in _PINNED.findall((CHECKOUT / "requirements" / f"{listed}.txt").read_text()):
            if (name, version) not in seen:
                seen.add((name, version))
                yield _python_package(name, version, rest, scope)


def _python_package(name: str, version: str, rest: str, scope: str) -> Component:
    marker = rest.partition("\\")[0].strip(" ;\n")
    files = re.findall(r"--hash=sha256:(\w+)", rest)
    told = [("packshot:file:sha256", one) for one in files] + ([("packshot:marker", marker)] if marker else [])
    made = _component("pypi", name, version, scope)
    made["properties"] = [{"name": key, "value": value} for key, value in told]
    if licence := licences.said(name):
        one = {"expression": licence} if licences.is_spdx(licence) else {"license": {"name": licence}}
        made["licenses"] = [one]
    return made


def npm_packages() -> Iterator[Component]:
    """Of the 3D extra, and those that weights are taken from."""
    for line in (CHECKOUT / "requirements" / "3d-npm.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, version, integrity = line.split()
            made = _component("npm", name, version, "optional")
            made["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(integrity.partition("-")[2]).hex()}]
            yield made
    for source in wanted_of_npm():
        name, _, version = source.package.rpartition("@")
        yield _component("npm", name, version, "required")


def jars() -> Iterator[Component]:
    """What deploy/local/pom.xml names; what those need is Maven's to find."""
    named = ElementTree.parse(CHECKOUT / "deploy" / "local" / "pom.xml")  # noqa: S314 - a file of ours
    for one in named.iter(f"{MAVEN}dependency"):
        group, name, version = (one.findtext(f"{MAVEN}{part}") or "" for part in ("groupId", "artifactId", "version"))
        yield {**_component("maven", f"{group}/{name}", version, "required"), "group": group, "name": name}


def _component(kind: str, name: str, version: str, scope: str) -> Component:
    purl = f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": scope, "purl": purl}


def bill() -> dict[str, Any]:
    """All of it. Its serial number is made of its content."""
    about = re.search(r'^version = "(.+)"', (CHECKOUT / "pyproject.toml").read_text(), re.MULTILINE)
    version = about[1] if about else "0"
    parts = sorted([*python_packages(), *npm_packages(), *jars()], key=lambda one: str(one["purl"]))
    ours = {"type": "application", "bom-ref": "packshot", "name": "packshot", "version": version}
    name = json.dumps([ours, parts], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {"component": ours},
        "components": parts,
        "dependencies": [{"ref": "packshot", "dependsOn": [one["bom-ref"] for one in parts]}],
    }


def main() -> int:
    """Always 0."""
    json.dump(bill(), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
