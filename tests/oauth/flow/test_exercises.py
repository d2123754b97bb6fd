"""Right answers in many styles: none is refused. (Stub, solution, named mistakes: tests/kit.)"""

import base64
import hashlib
import hmac
import re
import string

import pytest

from labs.kit import check
from labs.kit.checking import catalogue
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

pkce, token, refresh, callback = (Answers(f"oauth-{name}") for name in ("pkce", "token", "refresh", "callback"))
OK = set(string.ascii_letters + string.digits + "-._~")


@pkce.right
def by_a_set(challenge, verifier):
    if challenge is None or verifier is None:
        return False
    if len(verifier) < 43 or len(verifier) > 128 or set(verifier) - OK:
        return False
    made = base64.b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode()
    return made.replace("+", "-").replace("/", "_").strip("=") == challenge


@pkce.right
def by_a_loop(challenge, verifier):
    for character in verifier or "":
        if character not in OK:
            return False
    if not 43 <= len(verifier or "") <= 128:
        return False
    wanted = base64.urlsafe_b64encode(hashlib.sha256(bytes(verifier, "ascii")).digest())[:43]
    return wanted == (challenge or "").encode()


@pkce.wrong("compare the strings")
def decodes_the_challenge(challenge, verifier):
    if not challenge or not verifier or not 43 <= len(verifier) <= 128 or set(verifier) - OK:
        return False
    try:
        return base64.urlsafe_b64decode(challenge + "==") == hashlib.sha256(verifier.encode()).digest()
    except ValueError:
        return False


def form_and_hash(pattern, challenge, verifier):
    return bool(challenge and re.fullmatch(pattern, verifier or "") and _s256(verifier) == challenge)


def _s256(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@pkce.wrong("six more characters")
def a_to_z_in_one_range(challenge, verifier):
    return form_and_hash(r"[A-z0-9\-._~]{43,128}", challenge, verifier)


@pkce.wrong("is a range")
def plus_to_dot(challenge, verifier):
    return form_and_hash(r"[A-Za-z0-9+-._~]{43,128}", challenge, verifier)


@pkce.wrong("str.isalnum")
def any_alphabet(challenge, verifier):
    well = 43 <= len(verifier or "") <= 128 and all(c.isalnum() or c in "-._~" for c in verifier)
    return bool(challenge and well and _s256(verifier) == challenge)


@pkce.wrong("white space off the challenge")
def strips_the_challenge(challenge, verifier):
    return by_a_set(challenge and challenge.strip(), verifier)


@pkce.wrong("Give it bytes")
def compares_strings_in_constant_time(challenge, verifier):
    if not challenge or not verifier or not by_a_set(_s256(verifier), verifier):
        return False
    return hmac.compare_digest(_s256(verifier), challenge)


@pkce.wrong("`-` is not in it")
def dot_to_underscore(challenge, verifier):
    return form_and_hash(r"[A-Za-z0-9.-_~]{43,128}", challenge, verifier)


@pkce.wrong("bytes never equal a string")
def compares_bytes_with_a_string(challenge, verifier):
    return by_a_set(_s256(verifier or ""), verifier) and _s256(verifier).encode() == challenge


@pkce.wrong("bytes never equal a string")
def hashes_the_challenge(challenge, verifier):
    return bool(challenge and challenge.isascii() and _s256(challenge) == verifier)


@pkce.wrong()
def always(challenge, verifier):
    return True


@token.right
def one_after_the_other(form, client, codes, now):
    if form.get("grant_type", "") == "":
        return "invalid_request"
    if form["grant_type"] != "authorization_code":
        return "unsupported_grant_type"
    for name in ("code", "redirect_uri", "code_verifier"):
        if form.get(name, "") == "":
            return "invalid_request"
    try:
        record = codes[form["code"]]
    except KeyError:
        return "invalid_grant"
    for bad in (
        record["client"] != client,
        record["redirect_uri"] != form["redirect_uri"],
        record["expires"] <= now,
        record["used"],
        not by_a_set(record["challenge"], form["code_verifier"]),
    ):
        if bad:
            return "invalid_grant"
    codes[form["code"]] = {**record, "used": True}
    return "ok"


@token.wrong()
def verifier_optional(form, client, codes, now):
    if "code_verifier" not in form:
        form = {**form, "code_verifier": "a" * 43}
    return one_after_the_other(form, client, codes, now)


@token.wrong("leaves the challenge out")
def proof_only_where_there_was_a_challenge(form, client, codes, now):
    record = codes.get(form.get("code"))
    if record and not record["challenge"] and len(form.get("code_verifier", "")) >= 43:
        codes[form["code"]] = record | {"challenge": _s256(form["code_verifier"])}
        told = one_after_the_other(form, client, codes, now)
        codes[form["code"]] = record | {"used": codes[form["code"]]["used"]}
        return told
    return one_after_the_other(form, client, codes, now)


@token.wrong("You believe the `client_id`")
def client_from_the_form(form, client, codes, now):
    return one_after_the_other(form, form.get("client_id", client), codes, now)


def test_a_key_too_many_in_the_record_is_called_that():
    def notes_the_time(form, client, codes, now):
        told = one_after_the_other(form, client, codes, now)
        if told == "ok":
            codes[form["code"]]["at"] = now
        return told

    report = check("oauth-token", notes_the_time)
    assert report.verdict == "failed" and "There is a key too many in the code's record." in repr(report)


@token.wrong("You believe the `client_id`")
def client_nowhere_but_in_the_form(form, client, codes, now):
    return one_after_the_other(form, form.get("client_id"), codes, now)


@token.wrong("is another one")
def the_two_clients_have_to_agree(form, client, codes, now):
    told = one_after_the_other(form, client, {code: dict(record) for code, record in codes.items()}, now)
    if told == "ok" and form.get("client_id", client) != client:
        return "invalid_grant"
    return one_after_the_other(form, client, codes, now)


@token.wrong("white space off")
def strips_the_code(form, client, codes, now):
    return one_after_the_other({**form, "code": form.get("code", "").strip()}, client, codes, now)


@token.wrong("out of `codes`")
def looks_it_up_with_pop(form, client, codes, now):
    told = one_after_the_other(form, client, codes, now)
    if told in ("ok", "invalid_grant"):
        codes.pop(form["code"], None)
    return told


@token.wrong("an invalid_grant, not an invalid_request")
def an_unknown_code_is_a_bad_request(form, client, codes, now):
    told = one_after_the_other(form, client, codes, now)
    return "invalid_request" if told == "invalid_grant" and form["code"] not in codes else told


@token.wrong("in this order")
def asks_the_wrong_way_round(form, client, codes, now):
    told = one_after_the_other(form, client, codes, now)
    if told == "ok":
        codes[form["code"]] = codes[form["code"]] | {"used": False}
    return "invalid_grant" if told == "ok" else told


def test_whoever_forgets_the_return_sees_none_and_not_all_that_was_looked_at():
    def forgets(form, client, codes, now):
        if not form.get("code"):
            return "invalid_request"

    report = repr(check("oauth-token", forgets))
    assert "Is the `return` missing?" in report and "your answer          None\n" in report


@token.wrong("You change `form`")
def pops(form, client, codes, now):
    told = one_after_the_other(dict(form), client, codes, now)
    form.pop("grant_type", "")
    return told


@token.wrong("whole seconds")
def whole_seconds(form, client, codes, now):
    return one_after_the_other(form, client, codes, int(now))


@refresh.right
class AsAClass:
    def __new__(cls, token, client, tokens, revoked, fresh):
        if token not in tokens:
            return None
        record = tokens[token]
        if client != record["client"] or record["family"] in revoked:
            return None
        if not record["used"]:
            new = fresh()
            tokens.update({new: {**record, "used": False}})
            tokens[token] = {**record, "used": True}
            return new
        revoked |= {record["family"]}
        return None


@refresh.wrong("own dict under a second name")
def one_dict_for_two(token, client, tokens, revoked, fresh):
    new = AsAClass(token, client, tokens, revoked, fresh)
    if new:
        tokens[new] = tokens[token]
    return new


@refresh.wrong("an empty family for none")
def skips_a_family_without_a_name(token, client, tokens, revoked, fresh):
    new = AsAClass(token, client, tokens, revoked, fresh)
    revoked -= {""}
    return new


@refresh.wrong("a copy made after you set `used`")
def a_copy_of_the_used_record(token, client, tokens, revoked, fresh):
    new = AsAClass(token, client, tokens, revoked, fresh)
    if new:
        tokens[new] = dict(tokens[token])
    return new


@refresh.wrong("takes a string apart")
def the_letters_of_the_family(token, client, tokens, revoked, fresh):
    new = AsAClass(token, client, tokens, {*revoked}, fresh)
    record = tokens.get(token)
    if new is None and record and record["client"] == client and record["used"]:
        revoked.update(record["family"])
    return new


@refresh.wrong("renew the token all the same")
def carries_on_after_revoking(token, client, tokens, revoked, fresh):
    record = tokens.get(token)
    if not record or record["client"] != client or record["family"] in revoked:
        return None
    if record["used"]:
        revoked.add(record["family"])
    record["used"] = True
    new = fresh()
    tokens[new] = {**record, "used": False}
    return new


@refresh.wrong("`revoked` does not hold the family")
def deletes_the_family(token, client, tokens, revoked, fresh):
    new = AsAClass(token, client, tokens, revoked, fresh)
    while revoked:
        family = revoked.pop()
        for old in [old for old, record in tokens.items() if record["family"] == family]:
            del tokens[old]
    return new


@refresh.wrong("keep one in a variable")
def another_token_is_returned(token, client, tokens, revoked, fresh):
    return AsAClass(token, client, tokens, revoked, fresh) and fresh()


@refresh.wrong("even where you refuse")
def fresh_even_if_refused(token, client, tokens, revoked, fresh):
    new = fresh()
    return AsAClass(token, client, tokens, revoked, lambda: new)


@callback.right
def all_at_once(params, browser, flows):
    flow = flows.get(browser, {"state": object(), "issuer": None})
    if params.get("state") != flow["state"]:
        return None
    flows.pop(browser)
    got = params.get("iss"), "error" in params, bool(params.get("code"))
    return params["code"] if got == (flow["issuer"], False, True) else None


@callback.right
def the_flow_ends_last(params, browser, flows):
    flow = flows.get(browser)
    if not flow or "state" not in params or params["state"] != flow["state"]:
        return
    try:
        if params.get("iss") == flow["issuer"] and params.get("error") is None and params["code"]:
            return params["code"]
    except KeyError:
        return
    finally:
        del flows[browser]


@callback.wrong("Bob's is still open")
def clears_all(params, browser, flows):
    told = all_at_once(params, browser, rest := dict(flows))
    if len(rest) < len(flows):
        flows.clear()
    return told


@callback.wrong("its key stays")
def leaves_the_key(params, browser, flows):
    told = all_at_once(params, browser, rest := dict(flows))
    if len(rest) < len(flows):
        flows[browser] = None
    return told


@callback.wrong("An empty string can have a flow")
def no_name_no_flow(params, browser, flows):
    return all_at_once(params, browser, flows) if browser else None


@callback.wrong("begun with this server")
def ends_all_flows_with_that_server(params, browser, flows):
    told = all_at_once(params, browser, rest := dict(flows))
    ended = flows[browser]["issuer"] if len(rest) < len(flows) else None
    for other in [other for other, flow in flows.items() if flow["issuer"] == ended]:
        del flows[other]
    return told


@callback.wrong("Look the flow up by `browser`")
def looks_it_up_by_state(params, browser, flows):
    return all_at_once(params, params.get("state"), flows)


@callback.wrong("where there is an `error`")
def an_error_leaves_the_flow(params, browser, flows):
    return None if "error" in params else all_at_once(params, browser, flows)


@callback.wrong("only where you return a code")
def the_flow_ends_with_its_code(params, browser, flows):
    told = all_at_once(params, browser, dict(flows))
    if told:
        del flows[browser]
    return told


@callback.wrong("even where the state is wrong")
def taken_out_to_be_looked_at(params, browser, flows):
    flow = flows.pop(browser, None)
    return all_at_once(params, browser, {browser: flow}) if flow else None


@callback.wrong("only in the flow `issuer`")
def asks_for_the_wrong_name(params, browser, flows):
    flow = flows.get(browser)
    if flow is None or params.get("state") != flow["state"] or params.get("issuer") != flow["issuer"]:
        return None
    return all_at_once(params, browser, flows)


@callback.wrong("another dict")
def makes_another_dict(params, browser, flows):
    return all_at_once(params, browser, dict(flows))


@callback.wrong("an empty `error`")
def error_only_if_not_empty(params, browser, flows):
    return all_at_once({k: v for k, v in params.items() if k != "error" or v}, browser, flows)


@pytest.mark.parametrize(("exercise", "function"), right_ones(pkce, token, refresh, callback))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(pkce, token, refresh, callback))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_these_are_the_exercises():
    found = {name for name in catalogue.ids() if catalogue.find(name).lesson == "21"}
    assert found == {"oauth-pkce", "oauth-token", "oauth-refresh", "oauth-callback"}
