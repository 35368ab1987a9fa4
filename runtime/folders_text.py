"""The text of folder profiles with one of them changed: edited where it stands, so that people's remarks stay. Pure."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from runtime.folders import place_of, read_folders

Profile = Mapping[str, Any]
Edit = tuple[int, int, str]
"""From where to where in the text, and what shall stand there."""


def with_profile(text: str, folder: str, profile: Profile | None) -> str:
    """The text, which holds, with this profile of the folder; None: without one. Raises FoldersError.

    What cannot be edited (an anchor that others use, a folder out of several in braces) is written anew, without
    remarks.
    """
    before = read_folders("folders", text).said
    said = {name: dict(one) for name, one in before.items() if name != folder or profile is not None}
    if profile is not None:
        said[folder] = dict(profile)
    if said == before:
        return text
    try:
        edited = _applied(text, list(_edits(text, folder, profile, before.get(folder, {}))))
        if read_folders("folders", edited).said == said:
            return edited
    except ValueError:
        pass  # the edit does not hold (FoldersError), or its place was not found: below, all is said anew
    whole = yaml.safe_dump({"folders": said}, allow_unicode=True, sort_keys=False)
    read_folders("folders", whole)
    return whole


def _edits(text: str, folder: str, profile: Profile | None, before: Profile) -> Iterator[Edit]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if root else []
    top, listed = next(((key, value) for key, value in pairs if key.value == "folders"), (None, None))
    if top is None or listed is None:
        yield len(text), len(text), f"{_break(text)}folders:\n  {_entry(folder, profile)}\n"
        return
    found = next(((key, value) for key, value in listed.value if place_of(key.value) == folder), None)
    if found is None and profile is not None:
        yield _added(text, listed, _entry(folder, profile))
    elif found and profile is None:
        if len(listed.value) == 1:
            yield _colon(text, top), _colon(text, top), " {}"
        yield _line_start(text, found[0]), _line_end(text, found[1]), ""
    elif found and profile is not None:
        yield from _changed(text, *found, profile, before)


def _added(text: str, listed: yaml.MappingNode, entry: str) -> Edit:
    if not listed.value:
        return listed.start_mark.index, listed.end_mark.index, f"\n  {entry}"
    if listed.flow_style:
        return listed.end_mark.index - 1, listed.end_mark.index - 1, f", {entry}"
    return _below(text, listed, entry)


def _changed(text: str, key: yaml.Node, value: yaml.Node, profile: Profile, before: Profile) -> Iterator[Edit]:
    if not isinstance(value, yaml.MappingNode) or value.flow_style or not set(profile) & set(before):
        is_empty = value.start_mark.index == value.end_mark.index
        yield _colon(text, key), _colon(text, key) if is_empty else _end(value), f" {_inline(profile)}"
        return
    for name, told in value.value:
        if name.value not in profile:
            yield _line_start(text, name), _line_end(text, told), ""
        elif profile[name.value] != before.get(name.value):
            yield _colon(text, name), _end(told), f" {_inline(profile[name.value])}"
    for name, new in profile.items():
        if name not in before:
            yield _below(text, value, _entry(name, new))


def _below(text: str, listed: yaml.MappingNode, entry: str) -> Edit:
    """One more line of a mapping, after its last."""
    last = _line_end(text, listed.value[-1][1])
    return last, last, f"{_break(text[:last])}{' ' * listed.value[0][0].start_mark.column}{entry}\n"


def _applied(text: str, edits: list[Edit]) -> str:
    """From the end; those of one place stay in their order."""
    edits.reverse()
    for start, end, new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _inline(value: Any) -> str:
    """On one line, as it may stand in braces and without."""
    text = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=sys.maxsize, sort_keys=False)
    return text.strip()[1:-1]


def _entry(name: str, value: Any) -> str:
    return _inline({name: value})[1:-1]


def _break(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _colon(text: str, key: yaml.Node) -> int:
    """Where it ends."""
    return text.index(":", key.end_mark.index) + 1


def _end(node: yaml.Node) -> int:
    """Where its last sign is: a mapping without braces and a text of several lines end before what is below them."""
    inner = isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value
    if not inner:
        return node.end_mark.index
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _line_start(text: str, node: yaml.Node) -> int:
    return text.rfind("\n", 0, node.start_mark.index) + 1


def _line_end(text: str, node: yaml.Node) -> int:
    """Of its last line, with a remark that stands there."""
    end = _end(node)
    found = text.find("\n", end - 1 if text[end - 1 : end] == "\n" else end)
    return len(text) if found < 0 else found + 1
