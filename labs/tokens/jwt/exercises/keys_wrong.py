"""Plausible wrong answers to `tokens-kid`: the course's own lookup with one comparison that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake

Key = dict[str, Any]
Compare = Callable[[Key, Key], bool]  # (key, header)


def named(key: Key, header: Key) -> bool:
    """Both have a `kid`, and it is the same."""
    return "kid" in key and "kid" in header and bool(key["kid"] == header["kid"])


def same_alg(key: Key, header: Key) -> bool:
    """Both have an `alg`, and it is the same."""
    return "alg" in key and "alg" in header and bool(key["alg"] == header["alg"])


def for_signatures(key: Key) -> bool:
    """Its `use`, should it have one, is "sig"."""
    return bool(key.get("use", "sig") == "sig")


def find(
    header: Key,
    jwks: Key,
    *,
    name: Compare = named,
    alg: Compare = same_alg,
    use: Callable[[Key], bool] = for_signatures,
) -> Any:
    """The first key that all three comparisons fit."""
    return next((key for key in jwks["keys"] if name(key, header) and alg(key, header) and use(key)), None)


# ── kid ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _both_may_lack(key: Key, header: Key) -> bool:
    return bool(key.get("kid") == header.get("kid"))


def _key_looked_up(key: Key, header: Key) -> bool:
    return bool(key["kid"] == header.get("kid")) and "kid" in header


def _header_looked_up(key: Key, header: Key) -> bool:
    return bool(header["kid"] == key.get("kid"))


def _any_case(key: Key, header: Key) -> bool:
    return named(key, header) or str(key.get("kid", "")).lower() == str(header.get("kid", "?")).lower()


def _stripped(key: Key, header: Key) -> bool:
    kid = header.get("kid")
    return "kid" in key and isinstance(kid, str) and key["kid"].strip() == kid.strip()


def _as_texts(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and str(key["kid"]) == str(header["kid"])


def _key_begins_with_it(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and key["kid"].startswith(str(header["kid"]))


def _begins_with_key(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and str(header["kid"]).startswith(key["kid"])


def _in_key(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and str(header["kid"]) in key["kid"]


def _key_in_it(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and key["kid"] in str(header["kid"])


def _last_step_of_a_path(key: Key, header: Key) -> bool:
    return "kid" in key and "kid" in header and key["kid"] == str(header["kid"]).rpartition("/")[2]


def _any_name(key: Key, header: Key) -> bool:
    return True


# ── alg and use ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _alg_may_be_lacking(key: Key, header: Key) -> bool:
    return bool(key.get("alg") == header.get("alg"))


def _key_for_any(key: Key, header: Key) -> bool:
    return "alg" not in key or same_alg(key, header)


def _header_need_not_say(key: Key, header: Key) -> bool:
    return "alg" in key and bool(header.get("alg", key["alg"]) == key["alg"])


def _alg_of_key_looked_up(key: Key, header: Key) -> bool:
    return bool(key["alg"] == header.get("alg"))


def _alg_of_header_looked_up(key: Key, header: Key) -> bool:
    return bool(header["alg"] == key.get("alg"))


def _alg_in_any_case(key: Key, header: Key) -> bool:
    return str(key.get("alg")).lower() == str(header.get("alg", "?")).lower()


def _alg_begins_with_key(key: Key, header: Key) -> bool:
    return "alg" in key and str(header.get("alg")).startswith(key["alg"])


def _any_alg(key: Key, header: Key) -> bool:
    return True


def _use_needed(key: Key) -> bool:
    return bool(key.get("use") == "sig")


def _not_for_encryption(key: Key) -> bool:
    return bool(key.get("use") != "enc")


def _use_in_any_case(key: Key) -> bool:
    return str(key.get("use", "sig")).lower() == "sig"


def _begins_with_sig(key: Key) -> bool:
    return str(key.get("use", "sig")).startswith("sig")


def _empty_is_none(key: Key) -> bool:
    return (key.get("use") or "sig") == "sig"


def _any_use(key: Key) -> bool:
    return True


# ── where else it may look, and what it may give ──────────────────────────────────────────────────────────────────────


def _strangers_own(header: Key, jwks: Key) -> Any:
    return header.get("jwk") or find(header, jwks)


def _the_only_one(header: Key, jwks: Key) -> Any:
    keys = jwks["keys"]
    return keys[0] if "kid" not in header and len(keys) == 1 else find(header, jwks)


def _else_the_first(header: Key, jwks: Key) -> Any:
    return find(header, jwks) or next(iter(jwks["keys"]), None)


def _else_by_alg(header: Key, jwks: Key) -> Any:
    return find(header, jwks) or find(header, jwks, name=_any_name)


def _gives_up_at_the_first(header: Key, jwks: Key) -> Any:
    return find(header, {"keys": jwks["keys"][:1]})


def _table(header: Key, jwks: Key) -> Any:
    """A name that is a list cannot be looked up in a dict."""
    table = {key["kid"]: key for key in jwks["keys"] if "kid" in key}
    key = table.get(header["kid"]) if "kid" in header else None
    return key if key and same_alg(key, header) and for_signatures(key) else None


def _careless_table(header: Key, jwks: Key) -> Any:
    table = {key["kid"]: key for key in jwks["keys"]}
    return _table(header, {"keys": list(table.values())})


def _only_the_name(header: Key, jwks: Key) -> Any:
    return (find(header, jwks) or {}).get("kid")


def _must_be_there(header: Key, jwks: Key) -> Any:
    return list(filter(None, [find(header, {"keys": [key]}) for key in jwks["keys"]]))[0]  # noqa: RUF015


WRONG = (
    Mistake(
        "A `kid` that is a number is treated as text. Compare with `==`, and turn nothing into text.",
        partial(find, name=_as_texts),
    ),
    Mistake("A space at either end of a name is ignored. Compare the name as it is.", partial(find, name=_stripped)),
    Mistake("Upper and lower case are treated as the same. Compare the name exactly.", partial(find, name=_any_case)),
    Mistake(
        "The `kid` is treated as a path, and only its last step is compared. Compare the whole name.",
        partial(find, name=_last_step_of_a_path),
    ),
    Mistake(
        "It is enough that the header's `kid` begins like the key's. Compare the whole name, with `==`.",
        partial(find, name=_begins_with_key),
    ),
    Mistake(
        "It is enough that the key's name begins with the header's `kid`. Compare the whole name, with `==`.",
        partial(find, name=_key_begins_with_it),
    ),
    Mistake("A piece of the key's name is enough. Compare the whole name, with `==`.", partial(find, name=_in_key)),
    Mistake(
        "It is enough that the key's name is somewhere in the header's `kid`. Compare the whole name, with `==`.",
        partial(find, name=_key_in_it),
    ),
    Mistake(
        "A header without `kid` gets a key without one, because None equals None. No name means no key.",
        partial(find, name=_both_may_lack),
    ),
    Mistake(
        "What is missing on both sides counts as the same: `get` gives None twice, and None equals None. Something "
        "missing matches nothing: ask for it with `in` first.",
        partial(find, name=_both_may_lack, alg=_alg_may_be_lacking),
    ),
    Mistake(
        "It raises an exception where a key has no `kid`. It may be missing (RFC 7517 §4.5): use `get`, or `in`.",
        partial(find, name=_key_looked_up),
    ),
    Mistake(
        "It raises an exception where the header has no `kid`. A stranger wrote it: use `get`, or `in`.",
        partial(find, name=_header_looked_up),
    ),
    Mistake(
        "A header without `alg` gets a key without one, because None equals None. One key, one algorithm.",
        partial(find, alg=_alg_may_be_lacking),
    ),
    Mistake(
        "A key without `alg` is accepted for any algorithm. One key, one algorithm.", partial(find, alg=_key_for_any)
    ),
    Mistake(
        "A header without `alg` gets a key. It has to say the key's algorithm.", partial(find, alg=_header_need_not_say)
    ),
    Mistake(
        "It raises an exception where a key has no `alg`. It may be missing (RFC 7517 §4.4): use `get`, or `in`.",
        partial(find, alg=_alg_of_key_looked_up),
    ),
    Mistake(
        "It raises an exception where the header has no `alg`. A stranger wrote it: use `get`, or `in`.",
        partial(find, alg=_alg_of_header_looked_up),
    ),
    Mistake(
        "Upper and lower case are treated as the same in `alg`. Compare exactly.", partial(find, alg=_alg_in_any_case)
    ),
    Mistake(
        "It is enough that the header's `alg` begins with the key's. Compare the whole name, with `==`.",
        partial(find, alg=_alg_begins_with_key),
    ),
    Mistake("A key without `use` is refused. A key need not have one.", partial(find, use=_use_needed)),
    Mistake(
        "Upper and lower case are treated as the same in `use`. Compare exactly.", partial(find, use=_use_in_any_case)
    ),
    Mistake("It is enough that `use` begins with `sig`. Compare it with `==`.", partial(find, use=_begins_with_sig)),
    Mistake(
        "Only a `use` of 'enc' is refused. Accept 'sig', or no `use` at all, and nothing else.",
        partial(find, use=_not_for_encryption),
    ),
    Mistake("An empty `use` is taken for none. It is there, and is not 'sig'.", partial(find, use=_empty_is_none)),
    Mistake("`use` is ignored: a key for encryption must not verify signatures.", partial(find, use=_any_use)),
    Mistake(
        "The key's own `alg` is not compared with the header's: one key, one algorithm.", partial(find, alg=_any_alg)
    ),
    Mistake("Only the name is compared; `alg` and `use` are not.", partial(find, alg=_any_alg, use=_any_use)),
    Mistake(
        "The key is taken from the token's own header (`jwk`). A token that brings its own key proves nothing: look "
        "only in the set that you trust (RFC 8725 §3.8).",
        _strangers_own,
    ),
    Mistake("A token without `kid` gets the only key. Here it should get None: no name, no key.", _the_only_one),
    Mistake(
        "When there is no key of that name, one is chosen by `alg`. Then the name would not matter: return None.",
        _else_by_alg,
    ),
    Mistake(
        "When there is no such key, the first one is used. "
        "Then a token with any `kid`, or none, is checked with some key: return None.",
        _else_the_first,
    ),
    Mistake("The key is chosen by its algorithm alone; `kid` says which key is meant.", partial(find, name=_any_name)),
    Mistake(
        "The search ends at the first key, whether it matches or not. `return None` belongs after the loop.",
        _gives_up_at_the_first,
    ),
    Mistake(
        "A `kid` that is a list or an object cannot be looked up in a dict. A stranger may write anything there.",
        _table,
    ),
    Mistake(
        "It raises an exception where a key has no `kid`, and where the header's is a list or an object. "
        "Compare with `==`, and look up with `get`.",
        _careless_table,
    ),
    Mistake("This is the name of the key. Return the key itself, the whole dict.", _only_the_name),
    Mistake("It raises an exception where there is no such key. Return None.", _must_be_there),
)
