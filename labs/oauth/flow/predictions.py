"""What lesson 21 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.oauth.flow.attacks import succeeds
from labs.oauth.flow.rules import SOFT, only

STOLEN = [
    "Nobody: the server notices that the code was stolen",
    "Only the app: the code is tied to its name",
    "Whoever brings the code first",
    "Both of them: each gets a token of its own",
]
CODE = Question(
    id="oauth-stolen-code",
    question="Mallory reads the address, code and all. She sends the code to the token endpoint, with the app's name, "
    "before the app does. Who gets a token for Ada's photos?",
    options=STOLEN,
    answer=lambda: STOLEN[2 if succeeds("code interception", SOFT) else 1],
    because="The app has no secret, and Mallory can give its name just as well. A code works once: the app, "
    "which comes second, gets nothing. The server cannot tell the two apart: apart from the code, it asks for nothing "
    "that Mallory does not know.",
)

TO_WHOM = [
    "Nothing: the code is from the honest server, so it is no use to her",
    "The code, but not the verifier, so PKCE saves Ada",
    "The code and the verifier, from the app itself",
    "Ada's password",
]
MIX_UP = Question(
    id="oauth-mix-up",
    question="Mallory's server sends Ada's browser on to the honest one, which sends a code back to the app. "
    "The app uses PKCE and state. What does Mallory get?",
    options=TO_WHOM,
    answer=lambda: TO_WHOM[2 if succeeds("mix-up", only("pkce", "demand", "state")) else 1],
    because="The app remembers that it began this flow with Mallory's server. So it takes the code there, and proves "
    "with its verifier that the code is its own. The state is right, too. Nothing in the answer says which server it "
    "came from.",
)

REUSE = [
    "Mallory is refused, and the app carries on",
    "The app is refused, and Mallory carries on",
    "Both are refused: Ada has to log in again",
    "Both carry on, each with a token of its own",
]
FAMILY = Question(
    id="oauth-refresh-twice",
    question="A refresh token works once. Mallory has copied one and uses it before the app does. The server only "
    "refuses what has been used. The app then tries its own copy. What happens?",
    options=REUSE,
    answer=lambda: REUSE[1 if succeeds("refresh reuse", only("rotate")) else 2],
    because="Mallory holds the newest token, and the app holds a used one. Refusing only the used one shuts out the "
    "wrong party.",
)
