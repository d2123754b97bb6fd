"""Two old PyJWTs with five published flaws, installed apart, fall for attacks that today's and ours refuse."""

import hmac
import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import jwt
import pytest

from labs.tokens.attacks.tools import spare_bits
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, P256, example_claims, example_key
from labs.tokens.jws import Refused, base64url, public_jwk, read_key
from labs.tokens.jwt import accept, issue

UNCHECKED = {"verify_aud": False, "verify_exp": False}
TRY = """
import json, sys
token, key, algorithms, issuer = json.load(sys.stdin)
import jwt
try:
    jwt.decode(token, key, algorithms=algorithms, issuer=issuer, options={"verify_aud": False, "verify_exp": False})
    print(jwt.__version__, "accepted")
except Exception as problem:
    print(jwt.__version__, type(problem).__name__)
"""


@pytest.fixture(scope="module")
def old():
    def at(version):
        place = Path(tempfile.gettempdir()) / f"course-pyjwt-{version}"
        if not (place / "jwt").exists():
            uv = Path(__file__).parents[2] / ".uv/bin/uv"
            pip = (
                [str(uv), "pip", "install", "--python", sys.executable]
                if uv.exists()
                else [sys.executable, "-m", "pip", "install"]
            )
            with tempfile.TemporaryDirectory() as made:  # whole, or not there: another run may be at it, too
                command = [*pip, "-q", "--no-deps", "--target", f"{made}/all", f"pyjwt=={version}"]
                if subprocess.run(command, capture_output=True).returncode:
                    pytest.skip(f"PyJWT {version} cannot be installed: PyPI is not reachable")
                with suppress(OSError):  # another run was quicker
                    os.rename(f"{made}/all", place)
        return place

    return at


def tried(place, *what):
    done = subprocess.run([sys.executable, "-c", TRY], input=json.dumps(what), env={"PYTHONPATH": str(place)},
                          capture_output=True, text=True, timeout=120, check=True)  # fmt: skip
    return done.stdout.split()


def openssh():
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = read_key(public_jwk({**P256, "alg": "ES256"})).checks_with
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def test_cve_2022_29217_an_openssh_key_as_an_hmac_secret(old):
    key = openssh()
    head, body = (
        base64url.encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, example_claims())
    )
    token = f"{head}.{body}.{base64url.encode(hmac.digest(key.encode(), f'{head}.{body}'.encode(), 'sha256'))}"
    assert tried(old("2.3.0"), token, key, ["ES256", "HS256"], ISSUER) == ["2.3.0", "accepted"]
    with pytest.raises(jwt.InvalidKeyError):
        jwt.decode(token, key, algorithms=["ES256", "HS256"], options=UNCHECKED)
    with pytest.raises(Refused):
        accept(token, read_key(public_jwk({**P256, "alg": "ES256"})), now=NOW, issuer=ISSUER, audience=AUDIENCE)


def with_header(header, claims, secret):
    """A token as an HMAC with this secret; `header` and `claims` go into it as they are."""
    signing_input = ".".join(base64url.encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{signing_input}.{base64url.encode(hmac.digest(secret, signing_input.encode(), 'sha256'))}"


def test_cve_2026_48526_a_jwk_as_an_hmac_secret(old):
    public = public_jwk({**P256, "alg": "ES256"})
    key = json.dumps(public)
    token = with_header({"alg": "HS256", "typ": "JWT"}, example_claims(), key.encode())
    assert tried(old("2.10.0"), token, key, ["ES256", "HS256"], ISSUER) == ["2.10.0", "accepted"]
    assert tried(old("2.10.0"), token, key, ["ES256"], ISSUER)[1] == "InvalidAlgorithmError"
    with pytest.raises(jwt.InvalidKeyError):
        jwt.decode(token, key, algorithms=["ES256", "HS256"], options=UNCHECKED)
    with pytest.raises(Refused):
        accept(token, read_key(public), now=NOW, issuer=ISSUER, audience=AUDIENCE)


def test_cve_2026_32597_an_unknown_crit(old):
    text = "an example secret of 32 letters."
    token = with_header({"alg": "HS256", "crit": ["one-use"], "one-use": True}, example_claims(), text.encode())
    assert tried(old("2.10.0"), token, text, ["HS256"], ISSUER) == ["2.10.0", "accepted"]
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token, text, algorithms=["HS256"], options=UNCHECKED)


def test_cve_2026_102269_a_second_spelling(old):
    text = "an example secret of 32 letters."
    token = jwt.encode(example_claims(), text, "HS256")
    for spelt in (f"{token}!!!!", spare_bits(token)):
        assert tried(old("2.10.0"), spelt, text, ["HS256"], ISSUER) == ["2.10.0", "accepted"]
        with pytest.raises(jwt.DecodeError):
            jwt.decode(spelt, text, algorithms=["HS256"], options=UNCHECKED)


def test_cve_2024_53861_an_issuer_that_is_a_part_of_the_right_one(old):
    text = "an example secret of 32 letters."
    for name in ("login", "example", ""):
        token = jwt.encode({**example_claims(), "iss": name}, text, "HS256")
        assert tried(old("2.10.0"), token, text, ["HS256"], ISSUER) == ["2.10.0", "accepted"]
        with pytest.raises(jwt.InvalidIssuerError):
            jwt.decode(token, text, algorithms=["HS256"], issuer=ISSUER, options=UNCHECKED)
        with pytest.raises(Refused):
            accept(
                issue({**example_claims(), "iss": name}, example_key()),
                example_key(),
                now=NOW,
                issuer=ISSUER,
                audience=AUDIENCE,
            )
