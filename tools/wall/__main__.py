"""Put a lesson's predictions on the wall, and let the class vote before the run.

    python -m tools.wall 06                     for this machine alone: votes by hand (+1), or from other windows
    python -m tools.wall 06 --host 0.0.0.0      for every machine that can reach this one
    python -m tools.wall 06 --port 8765         on this port; without it, on a free one

The wall's address is for the teacher: it shows the votes and the answers. The class is given the other address and the
word. Only counts are kept, and they are gone when the room closes (Ctrl-C).
"""

from __future__ import annotations

import argparse
import json
import secrets
import socket
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labs.kit.guessing import question
from tools.build import chosen
from tools.lesson import ROOT, Lesson, LessonError, read
from tools.notes import sections
from tools.wall.pages import ballot, door, wall
from tools.wall.votes import VoteError, Votes

WORDS = ["amber", "anchor", "basil", "beacon", "birch", "cedar", "cobalt", "comet", "copper", "coral", "ember"]
MOST = 10_000  # bytes in a request: a vote has some hundred


class Room(ThreadingHTTPServer):
    """A lesson's questions, open for votes until it is shut down."""

    daemon_threads = True

    def __init__(self, lesson: Lesson, host: str = "127.0.0.1", port: int = 0) -> None:
        asked = [id for part in sections(lesson) for kind, id in part.asks if kind == "predict"]
        self.votes = Votes([found for id in asked if (found := question.find(id))])
        self.lesson, self.title = lesson.name[:2], str(lesson.front["title"])
        self.word = f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(90) + 10}"
        self.secret = secrets.token_urlsafe(16)
        super().__init__((host, port), Visit)

    @property
    def address(self) -> str:
        """Where the class finds it."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{socket.gethostname() if host == '0.0.0.0' else host}:{port}/"

    @property
    def wall(self) -> str:
        """Where the teacher finds it."""
        return f"{self.address}wall/{self.secret}/"


class Visit(BaseHTTPRequestHandler):
    """One request. A path begins with the word (votes) or the wall's secret (votes, counts, answers)."""

    server: Room
    timeout = 10  # seconds for a request: nobody holds a thread for longer

    def do_GET(self) -> None:
        """A page: the door, the ballot, or the wall."""
        room, url = self.server, urlsplit(self.path)
        questions = list(room.votes.questions.values())
        word = parse_qs(url.query).get("word", [""])[0].strip().lower()
        if url.path == "/" and secrets.compare_digest(word.encode(), room.word.encode()):
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", f"/{room.word}/")
            self.end_headers()
        elif url.path == "/":
            self._reply(HTTPStatus.OK, door(wrong=bool(word)), "text/html")
        elif url.path == f"/{room.word}/":
            self._reply(HTTPStatus.OK, ballot(room.lesson, room.title, questions, room.word), "text/html")
        elif url.path == f"/wall/{room.secret}/":
            self._reply(HTTPStatus.OK, wall(room.lesson, room.title, questions, room.address, room.word), "text/html")
        else:
            self._reply(HTTPStatus.NOT_FOUND, "There is no such page: begin at /.")

    def do_POST(self) -> None:
        """A vote; and for the wall, the counts and the answer."""
        room, path = self.server, urlsplit(self.path).path
        teacher = path.startswith(f"/wall/{room.secret}/")
        if not (teacher or path == f"/{room.word}/vote"):
            return self._reply(HTTPStatus.FORBIDDEN, "Votes need the word on the wall: begin at /.")
        try:
            said = self._said()
            if path.endswith("/vote"):
                room.votes.vote(said["question"], said["option"], said.get("instead"))
                return self._reply(HTTPStatus.OK, "{}", "application/json")
            if path.endswith("/counts"):
                return self._json(counts=room.votes.counts(said["question"]))
            right, because = room.votes.answer(said["question"])
            return self._json(right=right, because=because)
        except VoteError as e:
            return self._reply(HTTPStatus.BAD_REQUEST, str(e))
        except (ValueError, KeyError, TypeError):
            return self._reply(HTTPStatus.BAD_REQUEST, "A vote is JSON: a question of this lesson and an option.")

    def _said(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MOST:
            raise ValueError("too long")
        said = json.loads(self.rfile.read(length))
        if not isinstance(said, dict):
            raise TypeError("no object")
        return said

    def _json(self, **told: Any) -> None:
        self._reply(HTTPStatus.OK, json.dumps(told), "application/json")

    def _reply(self, status: HTTPStatus, text: str, kind: str = "text/plain") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is written down about who asked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.wall", description="A lesson's predictions on the wall.")
    parser.add_argument("lesson", help="06, or 06_kafka_groups")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; 0.0.0.0 is every network")
    parser.add_argument("--port", type=int, default=0, help="the port; a free one if none is named")
    options = parser.parse_args(arguments)
    try:
        room = Room(read(chosen([options.lesson], ROOT)[0]), options.host, options.port)
    except (LessonError, OSError, OverflowError) as e:
        print(f"The room does not open: {e}", file=sys.stderr)
        return 1
    print(f"The wall, for you:   {room.wall}")
    print(f"For the class:       {room.address}   the word: {room.word}")
    print("Ctrl-C closes it.", flush=True)
    try:
        room.serve_forever()
    except KeyboardInterrupt:
        print("\nThe room is closed.")
    finally:
        room.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
