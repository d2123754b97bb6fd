"""Nine attacks, each played against the same servers; `rules` says which defences stand.

Each ends with the event "end", whose `won` says whether Mallory got what she wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

from labs.kit.limits import Limits, OneOf, YesNo, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.oauth.flow.messages import content_of, with_query
from labs.oauth.flow.pkce import challenge_of
from labs.oauth.flow.rules import NAMES, Rules, only
from labs.oauth.flow.world import APP, EVIL, LOGIN, WEATHER, World, read_query, secrets

Attack = Callable[[World], None]


def honest(w: World) -> None:
    """Nobody attacks."""
    w.say("Ada wants prints. The app sends her browser to the server where she has her account.")
    back = w.browse("ada", f"{APP}/login", until=f"{APP}/callback")
    w.say("She agrees, and her browser carries a code back to the app.")
    w.browse("ada", back)
    w.say("The app has exchanged the code for an access token, and fetches her photos.", still=True)
    w.browse("ada", f"{APP}/photos")


def interception(w: World) -> None:
    """Mallory reads the redirect that carries the code, and is first at the token endpoint."""
    w.say("Ada wants prints. The app sends her browser to the server where she has her account.")
    back = w.browse("ada", f"{APP}/login", until=f"{APP}/callback")
    w.say("The server sends the browser back with a code. Mallory reads the address, code and all.", still=True)
    code = read_query(back).get("code", "")
    w.note("mallory", "reads the code", read_query(back))
    w.say("She brings the code to the token endpoint, and gives the app's name as her own.")
    tokens = w.redeem(code)
    won = _take(w, tokens.get("access_token"))
    w.say("Only now does Ada's own browser deliver the code to the app.")
    w.browse("ada", back)
    w.end(won, "The server gave Ada's tokens to Mallory." if won else "The code alone was no use to Mallory.")


def injection(w: World) -> None:
    """Mallory has Ada's code, and swaps it into a flow of her own at the app."""
    w.say("Ada's code leaks on its way back, and her browser never delivers it.")
    stolen = read_query(w.browse("ada", f"{APP}/login", until=f"{APP}/callback")).get("code", "")
    w.note("mallory", "has Ada's code", {"code": stolen})
    state = ", so the state is her own and right" if w.rules.state else " at the app"
    w.say(f"Mallory begins a flow of her own{state}.")
    mine = w.browse("mallory", f"{APP}/login", until=f"{APP}/callback")
    params = read_query(mine)
    w.say("In the address that leads back she replaces her code with Ada's.", still=True)
    w.browse("mallory", with_query(f"{APP}/callback", params | {"code": stolen}))
    won = _shown(w, "mallory", "ada")
    w.end(won, "In the app, Mallory is logged in as Ada." if won else "The app did not get a token for that code.")


def csrf(w: World) -> None:
    """Mallory has a code of her own delivered by Ada's browser: Ada is then logged in as Mallory."""
    w.say("Mallory begins a flow with her own account, and keeps the address that leads back.")
    back = w.browse("mallory", f"{APP}/login", until=f"{APP}/callback")
    w.say("She has Ada's browser open it: a link that Ada clicks is enough.", still=True)
    w.browse("ada", back)
    won = _shown(w, "ada", "mallory")
    w.end(won, "What Ada stores now goes into Mallory's account." if won else "Ada's browser never began that flow.")


def downgrade(w: World) -> None:
    """CSRF once more, against an app that relies on PKCE: Mallory takes the challenge out of her own request."""
    w.say("Mallory opens the authorization endpoint herself, and leaves out the challenge.")
    params = {"response_type": "code", "client_id": "print", "redirect_uri": f"{APP}/callback", "scope": "photos"}
    back = w.browse("mallory", with_query(f"{LOGIN}/authorize", params), until=f"{APP}/callback")
    verifier = ", and a verifier" if w.rules.pkce else ""
    w.say(f"Ada has just begun to log in: the app has a flow for her browser{verifier}.")
    w.browse("ada", f"{APP}/login", until=LOGIN)
    code = "code" in read_query(back)
    w.say(f"Mallory makes Ada's browser deliver {'her code' if code else 'the refusal'} to the app.", still=True)
    w.browse("ada", back)
    won = _shown(w, "ada", "mallory")
    if won:
        w.end(won, "The app has Mallory's account open: no verifier was ever compared with anything.")
    else:
        w.end(won, "The app refused the code: the state was missing." if code else "The server gave Mallory no code.")


def prefix(w: World) -> None:
    """Mallory's link asks for the code to be sent to a host whose name only begins like the app's."""
    _bad_link(w, "https://print.example.evil.example/take", "a host of Mallory's whose name begins like the app's.")


def redirector(w: World) -> None:
    """Mallory's link asks for the code to be sent to a page of the app that forwards to any address."""
    there = f"{APP}/go?to={quote(EVIL + '/take', safe='')}"
    _bad_link(w, there, "one of the app's own pages, which forwards to any address.")


def _bad_link(w: World, there: str, what: str) -> None:
    fresh = secrets(w.trace.seed, "mallory")
    verifier = fresh()
    params = {"response_type": "code", "client_id": "print", "redirect_uri": there, "scope": "photos"}
    params |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
    params |= {"state": fresh()} if w.rules.state else {}  # she can make one up, as the app does
    w.say(f"Ada clicks Mallory's link. It asks for the code to be sent to {what}")
    w.browse("ada", with_query(f"{LOGIN}/authorize", params))
    code = w.caught.get("code", "")
    if code:
        w.say("Mallory began this flow, so she has the verifier, too.", still=True)
    won = _take(w, w.redeem(code, verifier, there).get("access_token")) if code else False
    how = "PKCE was no help: the challenge was Mallory's." if w.rules.pkce else "Ada's browser took the code to her."
    who = "The server sent" if w.rules.exact else "The app's page forwarded"
    w.end(won, how if won else f"{who} the browser nowhere, so no code came to Mallory.")


def mix_up(w: World) -> None:
    """Ada picks Mallory's server, which sends her on to the honest one: to whom does the app bring the code?"""
    w.say("The app offers two servers to log in with. Ada picks Mallory's, or is tricked into it.")
    back = w.browse("ada", with_query(f"{APP}/login", {"with": EVIL}), until=f"{APP}/callback")
    w.say("Mallory's server has sent her on to the honest one. It sends back a code.", still=True)
    w.browse("ada", back)
    code = w.caught.get("code", "")
    if code:
        w.say("The app brought the honest server's code to Mallory's token endpoint.", still=True)
    won = _take(w, w.redeem(code, w.caught.get("code_verifier", "")).get("access_token")) if code else False
    w.end(won, "The app itself brought her what she needs." if won else "The answer was not from Mallory's server.")


def refresh_reuse(w: World) -> None:
    """Mallory copies a refresh token; she and the app use it in turn."""
    w.say("Ada logs in. The app gets an access token and a refresh token.")
    w.browse("ada", f"{APP}/login")
    copied = w.app.tokens["ada"]["refresh_token"]
    w.note("mallory", "copies its token", {"refresh_token": copied})
    w.say("Mallory is the first to use the refresh token.")
    hers = _refresh(w, copied)
    w.say("Then the app needs a new access token, and uses its own copy.", still=True)
    w.app.refresh("ada")
    w.say("Mallory refreshes once more, with the newest token that she has.")
    won = _take(w, content_of(w.send("mallory", "POST", f"{LOGIN}/token", _form(hers))).get("access_token"))
    ended = "A used token came back, so the family is revoked. Mallory's last access token lasts for minutes only."
    w.end(won, "Mallory can carry on for ever." if won else ended, lost="cannot renew")


def _refresh(w: World, token: str) -> str:
    """Mallory refreshes; the refresh token that she has afterwards."""
    said = content_of(w.send("mallory", "POST", f"{LOGIN}/token", _form(token)))
    return str(said.get("refresh_token", token))


def _form(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": "print"}


def wrong_audience(w: World) -> None:
    """A weather service that Ada uses keeps her token, and shows it to the photo server."""
    w.say("Ada lets the app read the weather, too. The token is meant for weather.example.")
    params = {"response_type": "code", "client_id": "print", "redirect_uri": f"{APP}/callback", "resource": WEATHER}
    verifier = secrets(w.trace.seed, "weather")()
    params |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
    back = w.browse("ada", with_query(f"{LOGIN}/authorize", params), until=f"{APP}/callback")
    form = {"grant_type": "authorization_code", "code": read_query(back)["code"], "redirect_uri": f"{APP}/callback"}
    form |= {"client_id": "print", "code_verifier": verifier}
    token = content_of(w.send("app", "POST", f"{LOGIN}/token", form))["access_token"]
    w.note("mallory", "is weather.example", {"access_token": token})
    w.say("Mallory runs that service. She shows the token that the service was given to the photo server.", still=True)
    won = w.take(token)
    w.end(won, "Any token from login.example was good enough." if won else "The token is not meant for photos.example.")


def _take(w: World, token: object) -> bool:
    return w.take(token) if isinstance(token, str) else False


def _shown(w: World, browser: str, whose: str) -> bool:
    """Whether the app, in this browser, works with that user's account."""
    w.say(f"Whose photos does the app show in {browser.title()}'s browser?")
    before = len(w.trace)
    w.browse(browser, f"{APP}/photos")
    return any(e.kind == "answer" and e["carries"].get("photos of") == whose for e in w.trace.events[before:])


ATTACKS: dict[str, Attack] = {
    "none": honest,
    "code interception": interception,
    "code injection": injection,
    "CSRF": csrf,
    "PKCE downgrade": downgrade,
    "prefix match": prefix,
    "open redirect": redirector,
    "mix-up": mix_up,
    "refresh reuse": refresh_reuse,
    "wrong audience": wrong_audience,
}
LIMITS: Limits = {"attack": OneOf(tuple(ATTACKS)), **{name: YesNo() for name in NAMES}}


def attack_flow(
    *, attack: str = "code interception", faults: Iterable[Fault] = (), seed: int = 0, **defences: bool
) -> Trace:
    """Play an attack. `defences` names those that stand, as in Rules; those not named are down."""
    check_settings(LIMITS, {"attack": attack, **defences})
    check_faults(faults, ())
    rules = only(*(name for name in NAMES if defences.get(name)))
    return play_attack(attack, rules, seed)


def play_attack(attack: str, rules: Rules, seed: int = 0) -> Trace:
    """Play an attack under these rules."""
    trace = Trace({"attack": attack, "rules": rules}, (), seed)
    ATTACKS[attack](World(rules, trace))
    trace.end = trace.events[-1].t + 1
    return trace


def succeeds(attack: str, rules: Rules) -> bool:
    """Whether Mallory gets what she wants."""
    return bool(play_attack(attack, rules).of("end")[0]["won"])
