"""An exchange keeps no messages: it looks at each one, at its bindings, and passes it on to queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.rabbitmq.routing.matching import X_MATCH, headers_match, topic_matches

KINDS = ("direct", "fanout", "topic", "headers")


@dataclass(frozen=True)
class Binding:
    """An edge from an exchange to a queue; `key` is a routing key or a pattern, `arguments` are for headers."""

    queue: str
    key: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.arguments.get("x-match", "all") not in X_MATCH:
            raise ValueError(f"x-match is one of {', '.join(X_MATCH)}, and not {self.arguments['x-match']!r}")

    def lets_through(self, kind: str, key: str, headers: Mapping[str, Any]) -> bool:
        """Whether a message with this key and these headers takes this edge."""
        if kind == "fanout":
            return True
        if kind == "headers":
            return headers_match(self.arguments, headers)
        return topic_matches(self.key, key) if kind == "topic" else self.key == key


@dataclass
class Exchange:
    """A named exchange; `alternate` is the exchange that gets what no binding lets through ("": there is none)."""

    name: str
    kind: str = "direct"
    alternate: str = ""
    durable: bool = False  # whether it is still there after a restart
    bindings: list[Binding] = field(default_factory=list)

    def matching(self, key: str, headers: Mapping[str, Any]) -> list[Binding]:
        """The bindings that let the message through, in the order in which they were made."""
        return [binding for binding in self.bindings if binding.lets_through(self.kind, key, headers)]
