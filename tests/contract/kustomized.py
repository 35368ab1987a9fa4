"""What `kubectl kustomize` makes of a folder, as far as deploy/k8s uses it: resources, patches by kind or name, labels,
images, a namespace. A test compares it with kubectl's own answer where there is a kubectl."""

from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]
KEYS = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath", "ports": "containerPort"}
"""Lists that a patch is merged into, by what their entries are known by; any other list is replaced."""
TEMPLATED = ("StatefulSet", "Job")


def built(folder: Path) -> list[Manifest]:
    """All manifests of that kustomization, in the order of its files."""
    said = yaml.safe_load((folder / "kustomization.yaml").read_text())
    made: list[Manifest] = []
    for name in said["resources"]:
        path = folder / name
        made += built(path) if path.is_dir() else [one for one in yaml.safe_load_all(path.read_text()) if one]
    for patch in said.get("patches", []):
        given = yaml.safe_load((folder / patch["path"]).read_text())
        wanted = patch.get("target", {"kind": given["kind"], "name": given["metadata"]["name"]})
        made = [_patched(one, given) if _meant(one, wanted) else one for one in made]
    return [_finished(one, said) for one in made]


def _meant(one: Manifest, target: Manifest) -> bool:
    name = one["metadata"]["name"]
    return bool(one["kind"] == target["kind"] and target.get("name", name) == name)


def _patched(one: Manifest, patch: Manifest) -> Manifest:
    return {**merged(one, patch, ""), "metadata": one["metadata"]}


def merged(old: Any, new: Any, name: str) -> Any:
    """A strategic merge: `new` over `old`; `name` is that of the field."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: merged(old.get(key), new[key], key) if key in new else old[key] for key in {**old, **new}}
    if isinstance(old, list) and name in KEYS:
        key, rest = KEYS[name], {entry[KEYS[name]]: entry for entry in old}
        first = [merged(rest.pop(entry[key], {}), entry, "") for entry in new]
        return first + list(rest.values())
    return new


def _finished(one: Manifest, said: Manifest) -> Manifest:
    metadata = {**one["metadata"], "namespace": said["namespace"]}
    for label in said.get("labels", []):
        metadata["labels"] = {**metadata.get("labels", {}), **label["pairs"]}
    one = {**one, "metadata": metadata}
    if one["kind"] in TEMPLATED:
        spec = one["spec"]["template"]["spec"]
        spec["containers"] = [_tagged(container, said.get("images", [])) for container in spec["containers"]]
    return one


def _tagged(container: Manifest, images: list[Manifest]) -> Manifest:
    name = container["image"].partition(":")[0]
    for image in images:
        if image["name"] == name:
            return {**container, "image": f"{image.get('newName', name)}:{image['newTag']}"}
    return container
