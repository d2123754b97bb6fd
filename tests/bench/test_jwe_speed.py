"""`make bench`: print the table of jwe.py, and hold it to what the course promises."""

from tests.bench.jwe import measure, table


def test_jwe_is_encrypted_and_decrypted_no_slower_than_by_joserfc():
    rows = list(measure())
    print("", *table(rows), sep="\n")
    # With RSA and ECDH nearly all of the time is OpenSSL's, the same for both sides: a twentieth is the noise of that.
    assert all(times["ours"] <= 1.05 * times["joserfc"] for _, _, times in rows)
