"""What lesson 20 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.tokens.attacks.grid import result
from labs.tokens.attacks.rotation import failed, rotate

FORGED = {
    False: "Nothing: without the issuer's key no other token is accepted",
    True: "Become an administrator, without any key",
}
FORGE = Question(
    id="tokens-forge",
    question="Ada is a buyer. A forger has her token, but none of the issuer's private keys. The shop's verifier uses "
    "the algorithm that the token's header names. What can the forger do?",
    options=[
        FORGED[False],
        "Log in as Ada only, with her own token",
        FORGED[True],
        "Find out the issuer's private key",
    ],
    answer=lambda: FORGED[result("alg none", "trusting")],
    because="They write a header that says `none`, and the role that they want. A token of the algorithm `none` has no "
    "signature, so there is nothing to check. The mistake is to ask the token how it wants to be verified.",
)

ROTATED = {True: "Some good tokens are refused for a while", False: "None: both keys are published"}
ROTATE = Question(
    id="tokens-rotate-at-once",
    question="The issuer publishes a new key beside the old one, and signs with it at once. Verifiers keep the key set "
    "for five minutes. Which requests fail?",
    options=[ROTATED[False], ROTATED[True], "All tokens that the old key has signed", "All requests, from then on"],
    answer=lambda: ROTATED[failed(rotate()) > 0],
    because="A verifier that fetched the set just before does not have the new key until its copy is five minutes old. "
    "Publish, wait as long as anybody caches, and only then sign.",
)
