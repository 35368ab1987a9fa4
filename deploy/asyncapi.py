"""AsyncAPI 3.0 of the topic table: channels, messages, and which service sends and receives what."""

from typing import Any

import yaml

from deploy.jsonschemas import file_name
from schemas.topics import TOPICS, Topic

_NUMBERS = ("retention.ms", "delete.retention.ms", "max.message.bytes")


def document(version: str) -> dict[str, Any]:
    """The whole document. `version`: of Packshot."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Packshot",
            "version": version,
            "description": "Every topic of Packshot. Records are CloudEvents 1.0 in structured JSON mode.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operation(topic, *way) for topic in TOPICS for way in _ways(topic)),
        "components": {"messages": {topic.name: _message(topic) for topic in TOPICS}},
    }


def as_yaml(version: str) -> str:
    """The document as a file."""
    head = "# Generated from schemas/topics.py by `make contracts`.\n"
    return head + yaml.safe_dump(document(version), sort_keys=False, allow_unicode=True, width=110)


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "messages": {"record": {"$ref": f"#/components/messages/{topic.name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": _configuration(topic),
            }
        },
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    settings = topic.config()
    numbers = {name: int(settings[name]) for name in _NUMBERS if name in settings}
    return {"cleanup.policy": [settings["cleanup.policy"]], **numbers}


def _message(topic: Topic) -> dict[str, Any]:
    data = {"$ref": f"./jsonschema/{file_name(topic.model)}"}
    enveloped = {"allOf": [{"$ref": "./jsonschema/Event.v1.json"}, {"type": "object", "properties": {"data": data}}]}
    return {
        "name": topic.name if topic.bare else f"packshot.{topic.name}.v1",
        "title": topic.model.__name__,
        "summary": (topic.model.__doc__ or "").strip(),
        "contentType": "application/json" if topic.bare else "application/cloudevents+json",
        "payload": data if topic.bare else enveloped,
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
    }


def _ways(topic: Topic) -> list[tuple[str, str]]:
    return [(name, "send") for name in topic.producers] + [(name, "receive") for name in topic.consumers]


def _operation(topic: Topic, service: str, action: str) -> tuple[str, dict[str, Any]]:
    body = {"action": action, "channel": {"$ref": f"#/channels/{topic.name}"}, "tags": [{"name": service}]}
    return f"{service}.{action}.{topic.name}", body
