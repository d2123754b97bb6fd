"""A real façade on loopback, before two real servers, one of which begins to fail in mid-ramp."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from labs.http.forwarding import to_client, to_server
from labs.http.gateway import Client
from labs.http.loopback import running
from labs.http.messages import Request
from labs.http.servers import fetch, real_servers
from labs.http.syntax import NotHTTP, Refuse
from labs.http.wire import Heard, converse, request_bytes
from labs.kit.not_here import NotHere, said
from labs.patterns.strangler.routing import bucket, next_share, route

ROLLOUT, STEPS, LEAST, BUDGET = "basket", (10, 20, 30, 50, 75, 100), 5, 5
USERS = tuple(f"user-{n}" for n in range(60))


class Window(NamedTuple):
    """One window of the real rollout: the share (per cent), and how many of the 60 users got what."""

    share: int
    old: int
    new: int
    errors: int
    other_path: str  # who answers a path that the table does not claim


def roll_out(fails_at: int | None = 30) -> list[Window]:
    """Ask a real façade for every user in every window; the new server dies when the share reaches `fails_at`."""
    table: dict[str, int] = {"/basket": STEPS[0]}
    with real_servers(("old", "new")) as there:

        async def respond(request: Request, client: Client) -> Heard:
            headers = {name.lower(): text for name, text in request.headers}
            side = route(table, request.target.path, bucket(headers.get("x-user", ""), ROLLOUT))
            onward = to_server(request.headers, client.address, client.scheme, request.version)
            try:
                heard = await converse(there[side].address, request_bytes(request._replace(headers=onward)))
            except (OSError, TimeoutError, NotHTTP):
                raise Refuse(502, f"the {side} system did not answer") from None
            answer = heard.answer
            return heard._replace(answer=answer._replace(headers=to_client(answer.headers, answer.version)))

        with running(respond) as facade:
            windows: list[Window] = []
            while len(windows) < len(STEPS) + 1:
                share = table["/basket"]
                if share == fails_at:
                    there["new"].crash()
                got: Counter[str] = Counter()
                for user in USERS:
                    reply = fetch(f"{facade.url}/basket", headers={"X-User": user})
                    got[reply.text if reply.status == 200 else "error"] += 1
                other = fetch(f"{facade.url}/search", headers={"X-User": USERS[0]}).text
                windows.append(Window(share, got["old"], got["new"], got["error"], other))
                asked = got["new"] + got["error"]
                table["/basket"] = next_share(STEPS, share, asked, got["error"], LEAST, BUDGET)
                if share == 0:
                    break
    return windows


def show_rollout() -> None:
    """Print the real rollout, a line for each window."""
    try:
        for w in roll_out():
            print(f"{w.share:3} % new: {w.old} users served by old, {w.new} by new, {w.errors} errors; "
                  f"/search: {w.other_path}")  # fmt: skip
    except NotHere as why:
        print(said(why))
