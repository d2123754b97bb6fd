"""The number beside each server by which a request was sent, and the reason for a pick in words."""

from __future__ import annotations

from labs.kit.trace import Event, Trace
from labs.kit.wording import listed

SCORES = {  # what the number beside a server is, and which one wins
    "round robin": "none; the servers take turns",
    "smooth weighted": "credit (each earns its weight); the highest is picked",
    "random": "none; a server is picked at random",
    "least connections": "unanswered requests ÷ weight; the lowest is picked",
    "two choices": "unanswered requests, of two at random; the lower is picked",
    "peak EWMA": "latency × (unanswered + 1), of two at random; the lower is picked",
    "ip hash": "none; the client's address decides",
    "ring hash": "distance on the ring, in thousandths; the nearest is picked",
}
UNKNOWN = 1e6  # peak EWMA's score of a server with work that has not answered yet


def score_line(trace: Trace) -> str:
    """What the numbers beside the servers are in this run."""
    if not trace.settings["pick"]:
        return SCORES[trace.settings["algorithm"]]
    given = any(event["scores"] for event in trace.of("pick"))
    return "as your function returns it" if given else "what your function remembers after the pick"


def scores_of(trace: Trace, pick: Event) -> dict[str, float]:
    """The scores of a pick; for a function that returns none, what it remembers, or else how busy each server is."""
    if not trace.settings["pick"]:
        return {} if trace.settings["algorithm"] == "round robin" else dict(pick["scores"])
    if pick["scores"]:
        return dict(pick["scores"])
    names = [server.name for server in pick["servers"]]
    kept = {name: n for name, n in pick["memory"].items() if name in names and isinstance(n, int | float)}
    return kept or {server.name: server.active for server in pick["servers"]}


def short(score: float) -> str:
    """A score in few characters."""
    return "?" if score >= UNKNOWN else f"{score:.2f}".rstrip("0").rstrip(".").replace("-", "−") or "0"


def reason(trace: Trace, pick: Event) -> str:
    """Why this server, as the end of a sentence that begins "Request 7 → b": with the scores that decided."""
    scores, to = scores_of(trace, pick), pick["to"]
    mine = short(scores[to]) if to in scores else ""
    others = ", ".join(f"{name} {short(score)}" for name, score in scores.items() if name != to)
    beside = f" ({others})" if others else ""
    if trace.settings["pick"]:
        return " (" + ", ".join(f"{name} {short(score)}" for name, score in scores.items()) + ")" if scores else ""
    name = trace.settings["algorithm"]
    tie = to in scores and list(scores.values()).count(scores[to]) > 1
    if name == "smooth weighted":
        return f": most credit, {mine}{', the first of equals' if tie else ''}{beside}"
    if name in ("least connections", "two choices", "peak EWMA") and len(scores) == 1:
        return ": no other is left"
    if name == "least connections":
        if tie:
            equals = [other for other, score in scores.items() if other != to and score == scores[to]]
            return f": tied with {listed(equals)}, and it is {to}'s turn"
        return f": fewest unanswered, {mine}{beside}"
    if name in ("two choices", "peak EWMA"):
        return f": {_of_two(name, scores, to)}"
    came = next(e for e in trace.of("arrive") if e["number"] == pick["number"])
    out = [server.name for server in pick["servers"] if not server.up]
    without = f" that cannot go to {listed(out, 'or')}" if out else ""
    return {
        "round robin": f": it is {to}'s turn",
        "random": ", picked at random",
        "ip hash": f", like every request from {came.who}{without}",
        "ring hash": f", like every request for {came['path']}{without}",
    }[name]


def _of_two(name: str, scores: dict[str, float], to: str) -> str:
    """Why this one of the two that were drawn."""
    (other,) = scores.keys() - {to}
    mine, theirs = scores[to], scores[other]
    if mine >= UNKNOWN:
        why = "the first drawn" if mine == theirs else "fewer requests"
        return f"{why} of two that have not answered yet"
    if mine == theirs:
        return f"the first drawn of two, both with {short(mine)}"
    silent = ", no answer yet" if theirs >= UNKNOWN else ""
    why = "cheaper" if name == "peak EWMA" else "fewer unanswered"
    return f"{why} of two, {short(mine)} ({other} {short(theirs)}{silent})"
