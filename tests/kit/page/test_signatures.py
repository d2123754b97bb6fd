"""The stand-in for cryptography signs what cryptography verifies, and the other way round; anything else is refused."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from labs.kit.page import rsa as our_rsa
from labs.kit.page import signatures
from labs.tokens.examples import ED25519, P256, RSA
from labs.tokens.jws import base64url

THEIRS = SimpleNamespace(
    refused=InvalidSignature, SHA256=hashes.SHA256, PKCS1v15=padding.PKCS1v15, PSS=padding.PSS, MGF1=padding.MGF1,
    RSAPublicNumbers=rsa.RSAPublicNumbers, RSAPrivateNumbers=rsa.RSAPrivateNumbers, ECDSA=ec.ECDSA,
    SECP256R1=ec.SECP256R1, EllipticCurvePublicNumbers=ec.EllipticCurvePublicNumbers,
    EllipticCurvePrivateNumbers=ec.EllipticCurvePrivateNumbers, Ed25519PrivateKey=ed25519.Ed25519PrivateKey,
    Ed25519PublicKey=ed25519.Ed25519PublicKey, join=utils.encode_dss_signature, split=utils.decode_dss_signature,
)  # fmt: skip
OURS = SimpleNamespace(
    **{**vars(our_rsa), **vars(signatures)}, refused=our_rsa.InvalidSignature,
    join=signatures.encode_dss_signature, split=signatures.decode_dss_signature,
)  # fmt: skip
MESSAGES = [b"", b"a", b"the order is paid", bytes(range(256)) * 5]


def number(jwk, name):
    return int.from_bytes(base64url.decode(jwk[name]), "big")


def rsa_keys(of):
    public = of.RSAPublicNumbers(number(RSA, "e"), number(RSA, "n"))
    d, p, q, dp, dq, qi = (number(RSA, name) for name in ("d", "p", "q", "dp", "dq", "qi"))
    return of.RSAPrivateNumbers(p, q, d, dp, dq, qi, public).private_key(), public.public_key()


def ec_keys(of):
    public = of.EllipticCurvePublicNumbers(number(P256, "x"), number(P256, "y"), of.SECP256R1())
    return of.EllipticCurvePrivateNumbers(number(P256, "d"), public).private_key(), public.public_key()


def ed_keys(of):
    private = of.Ed25519PrivateKey.from_private_bytes(base64url.decode(ED25519["d"]))
    return private, of.Ed25519PublicKey.from_public_bytes(base64url.decode(ED25519["x"]))


KINDS = {
    "RS256": (rsa_keys, lambda of: (of.PKCS1v15(), of.SHA256())),
    "PS256": (rsa_keys, lambda of: (of.PSS(of.MGF1(of.SHA256()), salt_length=32), of.SHA256())),
    "ES256": (ec_keys, lambda of: (of.ECDSA(of.SHA256()),)),
    "Ed25519": (ed_keys, lambda of: ()),
}


@pytest.mark.parametrize(
    "signer, judge", [(OURS, THEIRS), (THEIRS, OURS), (OURS, OURS)], ids=["ours", "theirs", "both"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_one_signs_the_other_takes_and_nothing_else(kind, signer, judge):
    keys, how = KINDS[kind]
    for message in MESSAGES:
        signature = keys(signer)[0].sign(message, *how(signer))
        public = keys(judge)[1]
        public.verify(signature, message, *how(judge))
        broken = [
            bytes([*signature[:i], signature[i] ^ 1, *signature[i + 1 :]])
            for i in (0, len(signature) // 2, -1 % len(signature))
        ]
        for wrong in [*broken, b"", signature[:-1], signature + b"\0", b"\xff" * len(signature)]:
            with pytest.raises(judge.refused):
                public.verify(wrong, message, *how(judge))
        with pytest.raises(judge.refused):
            public.verify(signature, message + b"!", *how(judge))


def test_a_key_s_numbers_must_belong_together():
    d, p, q, dp, dq, qi = (number(RSA, name) for name in ("d", "p", "q", "dp", "dq", "qi"))
    public = our_rsa.RSAPublicNumbers(number(RSA, "e"), number(RSA, "n"))
    for wrong in (
        (p, q, d, dp + 2, dq, qi),
        (p, q, d, dp, dq, qi + 1),
        (p, p, d, dp, dq, qi),
        (p, q, d + 2, dp, dq, qi),
    ):
        with pytest.raises(ValueError, match="one key"):
            our_rsa.RSAPrivateNumbers(*wrong, public).private_key()
    with pytest.raises(ValueError, match="curve"):
        signatures.EllipticCurvePublicNumbers(1, 2).public_key()
    other = signatures.EllipticCurvePublicNumbers(number(P256, "x"), number(P256, "y"))
    with pytest.raises(ValueError, match="one key"):
        signatures.EllipticCurvePrivateNumbers(number(P256, "d") + 1, other).private_key()


def test_public_keys_are_written_the_same():
    for keys in (rsa_keys, ec_keys, ed_keys):
        theirs = keys(THEIRS)[1].public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert keys(OURS)[1].public_bytes("PEM", "SubjectPublicKeyInfo").split() == theirs.split()
    assert ed_keys(OURS)[0].public_key().public_bytes_raw() == base64url.decode(ED25519["x"])


def test_r_and_s_in_der():
    for r, s in ((1, 2), (127, 128), (2**255 + 1, 3), (2**256 - 1, 2**255)):
        assert signatures.encode_dss_signature(r, s) == utils.encode_dss_signature(r, s)
        assert signatures.decode_dss_signature(utils.encode_dss_signature(r, s)) == (r, s)


def test_installed_it_serves_the_models_and_says_what_it_lacks():
    code = """
import sys
from labs.kit.page import signatures
signatures.install()
from labs.tokens.examples import example_claims, example_key
from labs.tokens.jws.algorithms import ALGORITHMS
for name in ("RS256", "PS256", "ES256", "Ed25519"):
    key = example_key(name)
    signature = ALGORITHMS[name].sign(key.signs_with, b"x")
    assert ALGORITHMS[name].check(key.checks_with, b"x", signature)
    assert not ALGORITHMS[name].check(key.checks_with, b"y", signature)
for line in ("from cryptography import x509", "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
             "from cryptography.hazmat.primitives.asymmetric.ec import ECDH"):
    try:
        exec(line)
    except ModuleNotFoundError as missing:
        assert missing.name.startswith("cryptography"), missing
    else:
        raise SystemExit(line)
print("good")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "good\n", done.stderr
