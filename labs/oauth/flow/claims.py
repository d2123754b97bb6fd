"""What the notes claim about OAuth, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.oauth import sources
from labs.oauth.flow.attacks import play_attack
from labs.oauth.flow.messages import ask, content_of
from labs.oauth.flow.records import Registered
from labs.oauth.flow.rules import HARDENED
from labs.oauth.flow.server import AuthorizationServer
from labs.oauth.flow.world import LOGIN, secrets
from labs.tokens.examples import NOW, example_jwk, example_key
from labs.tokens.jwt import accept, issue

NOTES = Ledger("21")


@NOTES.says(
    "oauth-four-roles",
    "Four roles take part: resource owner, client, authorization server and resource server.",
    sources.RFC_6749_ROLES,
)
def four_roles() -> Finding:
    """Who speaks in an honest flow? The resource owner does so through her browser."""
    trace = play_attack("none", HARDENED)
    speakers = list(dict.fromkeys(e.who for e in trace.of("ask", "answer")))
    names = {"ada": "Ada's browser", "app": "the app", "login": "login.example", "photos": "photos.example"}
    return (
        {"who speaks in an honest flow": ", ".join(names[who] for who in speakers)},
        set(speakers) == set(names),
        "One company may run both servers, as in the notes' example; they remain two roles.",
    )


@NOTES.says(
    "oauth-five-grants",
    "There are five grants: authorization code, implicit, password, client credentials and refresh token.",
    sources.RFC_6749_GRANTS, sources.RFC_6749_REFRESH, sources.RFC_9700_IMPLICIT, sources.RFC_9700_PASSWORD,
)  # fmt: skip
def five_grants() -> Finding:
    """Each is tried with every defence on; "unsupported" is the answer to a grant that the server does not know."""
    found = {name: answer for name, answer in try_grants().items()}
    refused = {name: not answer.startswith("unsupported") for name, answer in found.items()}
    served = [name for name in refused if refused[name]]
    gone = [name for name in refused if not refused[name]]
    return (
        found,
        {
            f"served today ({', '.join(served)})": True,
            f"served today ({', '.join(gone)})": not gone,
            "RFC 6749 counts five": False,
        },
        "RFC 6749 §1.3 counts four grant types and leaves room for more, such as the device grant (RFC 8628). "
        "A refresh token is not among them: it renews what a grant has given (§1.5), though its request has a "
        "`grant_type` too (§6). RFC 9700 says that the password grant MUST NOT be used, and that clients SHOULD NOT "
        "use the implicit one.",
    )


@NOTES.says(
    "oauth-sign-in",
    "Sign in with Google is OAuth: the website is granted access to data that is already there.",
    sources.RFC_6749_ROLES, sources.OIDC_CORE,
)  # fmt: skip
def sign_in() -> Finding:
    """A token that Ada gave to a game is shown to the print shop as a login: by two ways of checking it."""
    access, ident = login_by("access token"), login_by("ID token")
    return (
        {"a game's token, shown as a login; the site asks whose it is": access, "the site checks an ID token": ident},
        {"access to data": True, "a login": access == "refused"},
        "OAuth delegates access. A login is OpenID Connect's, a layer on top of it: its ID token names the client that "
        "it was made for, in `aud`.",
    )


def try_grants() -> dict[str, str]:
    """What a server with every defence on answers to each grant that the notes name: "served", or the error."""
    clients = [Registered("print", ("https://print.example/callback",)), Registered("batch", (), "an example only")]
    server = AuthorizationServer(LOGIN, clients, secrets(0, "login"), lambda: NOW, example_jwk("Ed25519"))

    def post(**form: str) -> str:
        return str(content_of(server.respond(ask("POST", f"{LOGIN}/token", form))).get("error", "served"))

    trace = play_attack("none", HARDENED)
    code = "served" if any("access_token" in e["carries"] for e in trace.of("answer")) else "refused"
    batch = Registered("batch", (), "an example only")
    from base64 import b64encode

    basic = "Basic " + b64encode(f"{batch.id}:{batch.secret}".encode()).decode()
    own = server.respond(
        ask("POST", f"{LOGIN}/token", {"grant_type": "client_credentials"}, [("Authorization", basic)])
    )
    url = f"{LOGIN}/authorize?response_type=token&client_id=print&redirect_uri=https://print.example/callback"
    implicit = server.respond(ask("GET", url, None, [("Cookie", "user=ada")]))
    from labs.oauth.flow.messages import location_of
    from labs.oauth.flow.world import read_query

    return {
        "authorization code": code,
        "implicit": read_query(location_of(implicit)).get("error", "served"),
        "password": post(grant_type="password", username="ada", password="an example only", client_id="print"),
        "client credentials": str(content_of(own).get("error", "served")),
        "refresh token": refreshes(),
    }


def refreshes() -> str:
    """Whether the app can refresh: "served" or "refused"."""
    from labs.kit.trace import Trace
    from labs.oauth.flow.world import APP, World

    world = World(HARDENED, Trace())
    world.browse("ada", f"{APP}/login")
    return "served" if world.app.refresh("ada") else "refused"


def login_by(what: str) -> str:
    """The print shop logs somebody in by a token that was made for a game: "logged in as ada", or "refused"."""
    key = example_key("Ed25519")
    said = {"iss": LOGIN, "sub": "ada", "exp": NOW + 300, "client_id": "game"}
    if what == "access token":  # the shop takes it to the userinfo endpoint and asks whose it is
        token = issue({**said, "aud": "photos.example", "scope": "openid"}, key, typ="at+jwt")
        claims = accept(token, key, now=NOW, issuer=LOGIN, audience="photos.example", typ="at+jwt")
        return f"logged in as {claims['sub']}"
    token = issue({**said, "aud": "game"}, key)
    try:
        return f"logged in as {accept(token, key, now=NOW, issuer=LOGIN, audience='print')['sub']}"
    except ValueError:
        return "refused"
