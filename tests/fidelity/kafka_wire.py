"""Any request of Kafka's protocol, written and read by the schemas that Apache ships inside the kafka-clients jar.

    Wire(jar).ask("127.0.0.1:9092", "ConsumerGroupHeartbeat", GroupId="g", MemberId="a", MemberEpoch=0)

The clients for Python hide what some tests are about (member epochs, leader epochs, eligible leader replicas) or choose
it themselves (member ids). A request is {field: value} with the names of the schema; what is left out has its default.
The answer is the same kind of dictionary. Sources: the Kafka protocol guide, KIP-482 (flexible versions).
"""

from __future__ import annotations

import json
import re
import socket
import struct
import uuid
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

FIXED = dict(int8="b", int16="h", uint16="H", int32="i", uint32="I", int64="q", float64="d", bool="?")
Schema = dict[str, Any]


class Wire:
    """The requests of one version of Kafka, the newest stable version of each."""

    def __init__(self, jar: Path) -> None:
        self.jar = jar
        self.schema = cache(self._schema)

    def ask(self, address: str, what: str, *, limit: float = 30.0, **fields: Any) -> dict[str, Any]:
        """Send one request to a broker ("host:port") and give its answer; OSError if there is none in `limit` s."""
        asked, answered = self.schema(f"{what}Request"), self.schema(f"{what}Response")
        version = max(_versions(asked["validVersions"])) - asked.get("latestVersionUnstable", False)
        flexible = version in _versions(asked["flexibleVersions"])
        head = struct.pack(">hhi", asked["apiKey"], version, 1) + _short_text("course") + b"\0" * flexible
        body = Codec(asked, version, flexible).write_struct(asked["fields"], fields)
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port)), limit) as line:
            line.sendall(struct.pack(">i", len(head + body)) + head + body)
            stream = line.makefile("rb")
            size = struct.unpack(">i", _exactly(stream, 4))[0]
            answer = BytesIO(_exactly(stream, size))
        codec = Codec(answered, version, flexible)
        answer.read(4)  # the correlation id; there is one request per connection
        if flexible and what != "ApiVersions":
            codec.skip_tags(answer)
        return codec.read_struct(answered["fields"], answer)

    def _schema(self, name: str) -> Schema:
        with zipfile.ZipFile(self.jar) as jar:
            text = jar.read(f"common/message/{name}.json").decode()
        schema: Schema = json.loads(re.sub(r"^\s*//.*$|(?<=[,{\[])\s*//[^\"\n]*$", "", text, flags=re.M))
        return schema


class Codec:
    """Bytes ↔ values for one schema at one version."""

    def __init__(self, schema: Schema, version: int, flexible: bool) -> None:
        self.version, self.flexible = version, flexible
        self.shared = {struct["name"]: struct["fields"] for struct in schema.get("commonStructs", ())}

    def write_struct(self, fields: list[Schema], values: dict[str, Any]) -> bytes:
        """The fields in order; what `values` does not name has its default."""
        unknown = values.keys() - {field["name"] for field in fields}
        if unknown:
            raise KeyError(f"the schema has no field {sorted(unknown)}")
        parts = [
            self.write(field, field["type"], values.get(field["name"], _default(field)))
            for field in fields
            if self._has(field)
        ]
        return b"".join(parts) + b"\0" * self.flexible  # no tagged fields are sent

    def write(self, field: Schema, kind: str, value: Any, item: bool = False) -> bytes:
        """One value; a struct that may be null says first whether it is, but not as an `item` of an array."""
        if kind in FIXED:
            return struct.pack(">" + FIXED[kind], value)
        if kind == "uuid":
            return bytes(value.bytes)
        if kind in ("string", "bytes", "records"):
            raw = value.encode() if isinstance(value, str) else value
            return self._size(raw, "h" if kind == "string" else "i") + (raw or b"")
        if kind.startswith("[]"):
            items = None if value is None else [self.write(field, kind[2:], item, True) for item in value]
            return self._size(items, "i") + b"".join(items or ())
        if not item and self._nullable(field):
            return b"\xff" if value is None else b"\1" + self.write_struct(self._fields(field, kind), value)
        return self.write_struct(self._fields(field, kind), value)

    def read_struct(self, fields: list[Schema], stream: BytesIO) -> dict[str, Any]:
        """{field: value}; tagged fields are passed over."""
        values = {field["name"]: self.read(field, field["type"], stream) for field in fields if self._has(field)}
        if self.flexible:
            self.skip_tags(stream)
        return values

    def read(self, field: Schema, kind: str, stream: BytesIO, item: bool = False) -> Any:
        """One value."""
        if kind in FIXED:
            code = ">" + FIXED[kind]
            return struct.unpack(code, stream.read(struct.calcsize(code)))[0]
        if kind == "uuid":
            return uuid.UUID(bytes=stream.read(16))
        if kind in ("string", "bytes", "records"):
            size = self._read_size(stream, "h" if kind == "string" else "i")
            raw = None if size < 0 else stream.read(size)
            return raw.decode() if raw is not None and kind == "string" else raw
        if kind.startswith("[]"):
            size = self._read_size(stream, "i")
            return None if size < 0 else [self.read(field, kind[2:], stream, True) for _ in range(size)]
        if not item and self._nullable(field) and stream.read(1) == b"\xff":
            return None
        return self.read_struct(self._fields(field, kind), stream)

    def skip_tags(self, stream: BytesIO) -> None:
        """The tagged fields at the end of a struct."""
        for _ in range(_read_varint(stream)):
            _read_varint(stream)
            stream.read(_read_varint(stream))

    def _has(self, field: Schema) -> bool:
        return self.version in _versions(field["versions"]) and "tag" not in field

    def _nullable(self, field: Schema) -> bool:
        return self.version in _versions(field.get("nullableVersions", "none"))

    def _fields(self, field: Schema, kind: str) -> list[Schema]:
        fields: list[Schema] = field["fields"] if "fields" in field else self.shared[kind]
        return fields

    def _size(self, what: Any, code: str) -> bytes:
        size = -1 if what is None else len(what)
        return _varint(size + 1) if self.flexible else struct.pack(">" + code, size)

    def _read_size(self, stream: BytesIO, code: str) -> int:
        if self.flexible:
            return _read_varint(stream) - 1
        size: int = struct.unpack(">" + code, stream.read(struct.calcsize(code)))[0]
        return size


def _versions(text: str) -> range:
    """ "0-3", "2+", "1" or "none"."""
    if text == "none":
        return range(0)
    first, _, last = text.rstrip("+").partition("-")
    return range(int(first), 1000 if text.endswith("+") else int(last or first) + 1)


def _default(field: Schema) -> Any:
    kind, default = field["type"], field.get("default")
    if default == "null":
        return None
    if kind.startswith("[]"):
        return []
    if kind in ("string", "bytes"):
        return default or ""
    if kind == "uuid":
        return uuid.UUID(int=0)
    if kind == "bool":
        return str(default).lower() == "true"
    if kind == "float64":
        return float(default or 0)
    return int(str(default or 0), 0) if kind in FIXED else {}  # some are written 0x7fffffff


def _short_text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _read_varint(stream: BytesIO) -> int:
    number = shift = 0
    while (byte := stream.read(1)[0]) & 128:
        number |= (byte & 127) << shift
        shift += 7
    return number | byte << shift


def _exactly(stream: Any, size: int) -> bytes:
    data: bytes = stream.read(size)
    if len(data) < size:
        raise ConnectionError("the broker closed the connection without an answer")
    return data
