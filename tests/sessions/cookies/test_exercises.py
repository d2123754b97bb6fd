"""Right answers to the login and to the signed cookie, in many styles, and wrong ones that nobody has named."""

import re

import pytest

from labs.kit import check
from labs.sessions.cookies.login import mac, same
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

login, signed, samesite = (Answers(f"sessions-{name}") for name in ("log-in", "signed", "samesite"))


@login.right
def with_get_and_del(sessions, old_id, user, new_id):
    cart = []
    if old_id in sessions:
        if sessions[old_id]["user"] is None:
            cart = list(sessions[old_id]["cart"])
        del sessions[old_id]
    key = new_id()
    sessions[key] = dict(user=user, cart=cart)
    return key


@login.right
def moves_the_session(sessions, old_id, user, new_id):
    session = sessions.pop(old_id, {"user": None, "cart": []})
    if session["user"] is not None:
        session = {"user": None, "cart": []}
    session["user"] = user
    sessions.update({(id := new_id()): session})
    return id


@login.right
def with_try(sessions, old_id, user, new_id):
    try:
        old = sessions[old_id]
        del sessions[old_id]
    except KeyError:
        old = {"user": user, "cart": ["whatever"]}
    id = new_id()
    sessions[id] = {"user": user, "cart": [] if old["user"] is not None else old["cart"] + []}
    return id


@login.right
def new_id_first(sessions, old_id, user, new_id):
    made = new_id()
    keep = {k: v for k, v in sessions.items() if k != old_id}
    old = sessions.get(old_id)
    sessions.clear()
    sessions.update(keep)
    sessions[made] = {"cart": old["cart"][:] if old and old["user"] is None else [], "user": user}
    return made


@login.wrong("has to come along")
def carries_by_truth(sessions, old_id, user, new_id):
    old = sessions.pop(old_id, None)
    id = new_id()
    sessions[id] = {"user": user, "cart": old["cart"] if old and not old["cart"] else []}
    return id


@login.wrong("the wrong way round")
def if_somebody(sessions, old_id, user, new_id):
    old = sessions.pop(old_id, None)
    id = new_id()
    sessions[id] = {"user": user, "cart": old["cart"] if old and old["user"] else []}
    return id


@login.wrong("simply no old session")
def raises_for_unknown(sessions, old_id, user, new_id):
    if old_id not in sessions:
        raise KeyError(old_id)
    return with_get_and_del(sessions, old_id, user, new_id)


@login.wrong("share one list")
def default_cart(sessions, old_id, user, new_id, cart=[]):  # noqa: B006
    old = sessions.pop(old_id, None)
    id = new_id()
    sessions[id] = {"user": user, "cart": old["cart"] if old and old["user"] is None else cart}
    return id


@login.wrong("dict itself must change")
def on_a_copy(sessions, old_id, user, new_id):
    return with_get_and_del(dict(sessions), old_id, user, new_id)


@login.wrong("still has user None")
def moves_and_forgets(sessions, old_id, user, new_id):
    session = sessions.pop(old_id, None)
    if session is None or session["user"] is not None:
        session = {"user": user, "cart": []}
    id = new_id()
    sessions[id] = session
    return id


@login.wrong()
def returns_nothing(sessions, old_id, user, new_id):
    with_get_and_del(sessions, old_id, user, new_id)


@login.wrong()
def none_is_empty(sessions, old_id, user, new_id):
    return with_get_and_del(sessions, old_id or "", user, new_id)


@login.wrong()
def none_is_a_text(sessions, old_id, user, new_id):
    return with_get_and_del(sessions, str(old_id), user, new_id)


@login.wrong()
def best_cart_of_all(sessions, old_id, user, new_id):
    mine = [s["cart"] for s in sessions.values() if s["user"] == user]
    id = with_get_and_del(sessions, old_id, user, new_id)
    sessions[id]["cart"] = sessions[id]["cart"] or (mine[0] if mine else [])
    return id


@login.wrong()
def two_ids(sessions, old_id, user, new_id):
    new_id()
    return with_get_and_del(sessions, old_id, user, new_id)


@login.wrong()
def old_user_none(sessions, old_id, user, new_id):
    id = with_get_and_del(sessions, old_id, user, new_id)
    if old_id is not None:
        sessions[old_id] = {"user": None, "cart": []}
    return id


@signed.right
def with_rsplit(cookie, now, mac, same):
    parts = cookie.rsplit("|", 2)
    if len(parts) != 3:
        return None
    user, expires, signature = parts
    if not same(mac(user + "|" + expires), signature):
        return None
    if int(expires) <= now:
        return None
    return user


@signed.right
def with_rfind(cookie, now, mac, same):
    at = cookie.rfind("|")
    if at >= 0 and same(cookie[at + 1 :], mac(cookie[:at])):
        bar = cookie[:at].rfind("|")
        if now < int(cookie[bar + 1 : at]):
            return cookie[:bar]


@signed.right
def with_a_regular_expression(cookie, now, mac, same):
    import re

    found = re.fullmatch(r"(?s)(.*)\|([0-9]+)\|([0-9a-f]{64})", cookie)
    if found and same(found[3], mac(f"{found[1]}|{found[2]}")) and now < int(found[2]):
        return found[1]
    return None


@signed.right
def with_split_and_join(cookie, now, mac, same):
    *name, expires, signature = ["", "", *cookie.split("|")]
    try:
        end = int(expires)
    except ValueError:
        return None
    name = name[2:]
    good = same(mac("|".join([*name, expires])), signature)
    return "|".join(name) if good and end > now else None


@signed.right
def the_whole_cookie_at_once(cookie, now, mac, same):
    signed = cookie.rpartition("|")[0]
    if not same(cookie, f"{signed}|{mac(signed)}"):
        return None
    name, _, end = signed.rpartition("|")
    return name if int(end) > now else None


@signed.wrong()
def strips_the_name(cookie, now, mac, same):
    user = the_whole_cookie_at_once(cookie, now, mac, same)
    return user and user.strip()


@signed.wrong()
def names_are_small(cookie, now, mac, same):
    user = the_whole_cookie_at_once(cookie, now, mac, same)
    return user and user.lower()


@signed.wrong()
def dot_is_not_a_newline(cookie, now, mac, same):
    import re

    found = re.match(r"(.+)\|(\d+)\|(\w+)$", cookie)
    good = found and same(found[3], mac(f"{found[1]}|{found[2]}"))
    return found[1] if good and now < int(found[2]) else None


@signed.wrong("count the parts")
def unpacks_three(cookie, now, mac, same):
    user, expires, signature = cookie.split("|")
    return user if same(signature, mac(f"{user}|{expires}")) and now < int(expires) else None


@signed.wrong("not three parts to unpack")
def no_bars_counted(cookie, now, mac, same):
    user, expires, signature = cookie.rsplit("|", 2)
    return user if same(mac(f"{user}|{expires}"), signature) and now < int(expires) else None


@signed.wrong("every time")
def equals_and_same(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    if mac(signed) == signature and same(mac(signed), signature):
        user, _, expires = signed.rpartition("|")
        return user if now < int(expires) else None


@signed.wrong("every time")
def found_and_same(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    good = signature in mac(signed) and same(mac(signed), signature)
    return signed.rpartition("|")[0] if good and now < int(signed.rpartition("|")[2]) else None


@signed.wrong("two whole signatures")
def one_by_one(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    if len(signature) != 64 or not all(same(a, b) for a, b in zip(signature, mac(signed), strict=True)):
        return None
    user, _, expires = signed.rpartition("|")
    return user if now < int(expires) else None


@signed.wrong()
def same_is_not_heard(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    same(mac(signed), signature)
    if mac(signed) != signature:
        return None
    user, _, expires = signed.rpartition("|")
    return user if now < int(expires) else None


@signed.wrong("do not check the signature")
def only_the_form(cookie, now, mac, same):
    parts = cookie.rsplit("|", 2)
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    return parts[0] if now < int(parts[1]) else None


@signed.wrong("do not raise")
def refuses_loudly(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    if not same(mac(signed), signature):
        raise ValueError("forged")
    user, _, expires = signed.rpartition("|")
    return user if now < int(expires) else None


@signed.wrong("Split from the right")
def first_bar(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    if same(mac(signed), signature):
        user, _, expires = signed.partition("|")
        return user if int(expires) > now else None


@signed.wrong("not an empty text")
def nobody(cookie, now, mac, same):
    return with_rsplit(cookie, now, mac, same) or ""


@signed.wrong("sign it as it came")
def number_signed(cookie, now, mac, same):
    try:
        user, expires, signature = cookie.rsplit("|", 2)
        if same(mac(f"{user}|{int(expires)}"), signature) and now < int(expires):
            return user
    except ValueError:
        pass


@signed.wrong("two whole signatures")
def signature_in_cookie(cookie, now, mac, same):
    signed, _, signature = cookie.rpartition("|")
    if signature not in mac(signed):
        return None
    user, _, expires = signed.rpartition("|")
    return user if expires.isdigit() and now < int(expires) else None


@signed.wrong()
def number_rebuilt(cookie, now, mac, same):
    user, _, rest = cookie.partition("|")
    expires, _, signature = rest.partition("|")
    ok = expires.isdigit() and same(signature, mac(f"{user}|{int(expires)}"))
    return user if ok and now < int(expires) else None


@samesite.right
def as_one_expression(same_site, cross_site, way, method, age):
    lax = way == "page" and (method in {"GET", "HEAD"} or (not same_site and age < 121))
    return (not cross_site) or {"Strict": False, "Lax": lax, "": lax, "None": True}[same_site]


@samesite.right
def with_match(same_site, cross_site, way, method, age):
    if cross_site is False:
        return True
    match same_site, way, method:
        case "None", _, _:
            return True
        case "Strict", _, _:
            return False
        case _, "embedded", _:
            return False
        case "", "page", "POST":
            return age <= 120
        case _, _, "POST":
            return False
    return True


@samesite.wrong("never the object None")
def object_none(same_site, cross_site, way, method, age):
    if not cross_site or same_site is None:
        return True
    return way == "page" and same_site != "Strict" and (method != "POST" or (not same_site and age <= 120))


@samesite.wrong("Strict cookie travels too")
def strict_is_never(same_site, cross_site, way, method, age):
    return same_site != "Strict" and as_one_expression(same_site, cross_site, way, method, age)


@samesite.wrong("Lax cookie travels with a POST too")
def lax_is_safe(same_site, cross_site, way, method, age):
    if same_site == "Lax" and method == "POST":
        return False
    return as_one_expression(same_site, cross_site, way, method, age)


@samesite.wrong("An age of 0")
def age_is_falsy(same_site, cross_site, way, method, age):
    if not same_site and cross_site and method == "POST":
        return way == "page" and bool(age and age <= 120)
    return as_one_expression(same_site, cross_site, way, method, age)


@samesite.wrong("neither a Lax cookie nor one without")
def images_are_links(same_site, cross_site, way, method, age):
    if not cross_site or same_site == "None":
        return True
    if same_site == "Strict":
        return False
    return method in ("GET", "HEAD") or (same_site == "" and age <= 120)


@samesite.wrong("two of them swapped")
def missing_is_none(same_site, cross_site, way, method, age):
    if not cross_site or same_site == "":
        return True
    if same_site == "Strict" or way == "embedded":
        return False
    return method != "POST" or (same_site == "None" and age <= 120)


@samesite.wrong()
def returns_a_number(same_site, cross_site, way, method, age):
    return int(as_one_expression(same_site, cross_site, way, method, age))


@samesite.wrong()
def strict_for_heads(same_site, cross_site, way, method, age):
    return as_one_expression(same_site, cross_site, way, method, age) or (same_site == "Strict" and method == "HEAD")


@pytest.mark.parametrize(("exercise", "function"), right_ones(login, signed, samesite))
def test_right_ones_pass(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(login, signed, samesite))
def test_wrong_ones_fail(exercise, function, told):
    fails(exercise, function, told)


def test_only_another_comparison_is_told_of_another_comparison() -> None:
    def as_texts(cookie, now, mac, same):
        signed, _, signature = cookie.rpartition("|")
        user, _, expires = signed.rpartition("|")
        return user if same(mac(signed), signature) and str(now) < expires else None

    told = repr(check("sessions-signed", as_texts))
    assert "as a text 99 is more than 100" in told and "✓ Compares signatures in constant time" in told
    assert "✓ Compares signatures" not in repr(check("sessions-signed", same_is_not_heard))


def test_what_raises_is_shown_with_a_cookie_at_which_it_does() -> None:
    found = re.search(r"refuses_loudly\('(.*?)', (\d+),", repr(check("sessions-signed", refuses_loudly)))
    assert found
    with pytest.raises(ValueError):
        refuses_loudly(found[1], int(found[2]), mac, same)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda s, c, *_: not c or s in ("Lax", "None"), "does not send this cookie. Lax does not travel with a POST."),
        (lambda *_: True, "does not send this cookie. Strict means never."),
        (lambda *_: False, "sends this cookie. The request comes from the same site."),
    ],
)
def test_a_wrong_answer_on_samesite_is_told_the_rule(answer, told) -> None:
    assert told in repr(check("sessions-samesite", answer))
