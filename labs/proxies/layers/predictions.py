"""What lesson 14 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.proxies.layers.gate import KINDS, gate, let_in
from labs.proxies.layers.observers import walk


def _cafe() -> str:
    read = walk().of("seen", who="café Wi-Fi")[0]["reads"]
    return CAFE.options[3 if read["request"] else 2 if read["site"] else 1]


CAFE = Question(
    id="proxies-cafe",
    question="In a café you open https://shop.example/orders/17. Whoever runs the Wi-Fi records every byte, and has "
    "no keys. What can they read?",
    options=[
        "Nothing: with https everything is encrypted",
        "Your address and the shop's address, and nothing else",
        "The two addresses, and the name shop.example",
        "The two addresses, the name, and the path /orders/17",
    ],
    answer=_cafe,
    because="TLS encrypts what is inside TCP, so IP's addresses stay readable. And in its first message the client "
    "names the site, before there are keys. The request, with its path and cookies, comes later and is encrypted.",
)


def _unasked() -> str:
    let = {kind: let_in(gate(kind), "nobody asked for this") for kind in KINDS}
    return UNASKED.options[{(False, False): 0, (True, False): 1, (True, True): 2}[let[KINDS[0]], let[KINDS[1]]]]


UNASKED = Question(
    id="proxies-unasked",
    question="An office asks a DNS server for addresses, over UDP, and has to let its answers in. The packet filter "
    "has a rule for them: accept UDP from source port 53. The stateful filter has its table. Now a stranger sends a "
    "UDP packet from port 53 to a machine that has not asked. Which of them lets it in?",
    options=[
        "Neither: DNS answers come from DNS servers",
        "Only the packet filter",
        "Both: the port is right",
        "Only the stateful filter: UDP has no connections",
    ],
    answer=_unasked,
    because="The sender chooses its source port. A packet filter sees one packet at a time, so it cannot tell an "
    "answer from a packet that looks like one. The stateful filter looks for the question in its table.",
)
