"""Operations of the API → methods of the client, as text. Pure."""

import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.client_models import type_of, words

UNASKED = ("If-None-Match",)
"""Headers that a method could not answer: it gives what is shown."""
LEFT_OUT = ("drop_file", "get_drop")
"""What an upload link's page asks: programs have keys."""
SENT = {"application/json": "json", "application/x-www-form-urlencoded": "data", "application/octet-stream": "content"}
"""Kind of a body → what httpx takes it as."""
Operation = Mapping[str, Any]


def method(verb: str, path: str, operation: Operation) -> str:
    """One method. Raises ValueError for what a client could not do."""
    answer, given = _answer(operation), list(_arguments(operation))
    how = _how(operation)
    call = f'"{verb.upper()}", {_path(path)}{"".join(f", {one}" for one in how)}'
    lines = [f"    def {operation['operationId']}({', '.join(['self', *given])}) -> {answer[0]}:"]
    lines.append(f'        """{words(operation.get("description", "") or operation["summary"])}"""')
    lines.append(f"        {answer[1].format(call=call)}")
    return "\n".join(lines) + "\n"


def _answer(operation: Operation) -> tuple[str, str]:
    """(what the method gives, its last line)."""
    good = [(code, one) for code, one in operation["responses"].items() if code.startswith("2")]
    content = good[0][1].get("content", {})
    if any("json" in name for name in content):
        kind = type_of(next(one["schema"] for name, one in content.items() if "json" in name))
        if kind in ("None", "Any"):
            return "None", "self._ask({call})"
        return kind, f"return cast({kind}, self._ask({{call}}).json())"
    if any(name.startswith("text/") for name in content):
        return "str", "return self._ask({call}).text"
    return "AbstractContextManager[httpx.Response]", "return self._stream({call})"


def _arguments(operation: Operation) -> Iterator[str]:
    parameters = operation.get("parameters", [])
    yield from (f"{_name(one)}: str" for one in parameters if one["in"] == "path")
    body = operation.get("requestBody", {})
    if body:
        kind = type_of(next(iter(body["content"].values()))["schema"])
        yield f"body: {kind}" if body.get("required") else f"body: {kind} | None = None"
    named = [one for one in parameters if one["in"] != "path" and one["name"] not in UNASKED]
    if named:
        yield "*"
    for one in named:
        kind = type_of(one["schema"])
        if one.get("required"):
            yield f"{_name(one)}: {kind}"
        else:
            yield f"{_name(one)}: {kind if kind.endswith(' | None') else f'{kind} | None'} = None"


def _how(operation: Operation) -> Iterator[str]:
    for place, word in (("query", "params"), ("header", "headers")):
        named = [one for one in operation.get("parameters", []) if one["in"] == place and one["name"] not in UNASKED]
        if named:
            pairs = ", ".join(f'"{one["name"]}": {_name(one)}' for one in named)
            yield f"{word}={{{pairs}}}"
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        kind = next(iter(content))
        if kind not in SENT:
            raise ValueError(f"{operation['operationId']}: no way to send {kind}")
        yield f"{SENT[kind]}=body"


def _name(parameter: Mapping[str, Any]) -> str:
    name = str(parameter["name"]).replace("-", "_")
    name = name.lower() if parameter["in"] == "header" else name
    return f"{name}_" if keyword.iskeyword(name) else name


def _path(path: str) -> str:
    """As an f-string: what stands in it is quoted, but for slashes, which folders and SKUs have."""
    if "{" not in path:
        return f'"{path}"'
    return 'f"' + path.replace("{", "{quote(").replace("}", ")}") + '"'


def routes(paths: Mapping[str, Mapping[str, Operation]]) -> str:
    """All methods, in the order of the API. Raises ValueError for two of one name."""
    every = [(verb, path, one) for path, verbs in paths.items() for verb, one in verbs.items()]
    names = [one["operationId"] for _, _, one in every]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two routes are called {', '.join(doubled)}: rename the functions")
    return "\n".join(method(*one) for one in every if one[2]["operationId"] not in LEFT_OUT)
