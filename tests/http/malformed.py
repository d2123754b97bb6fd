"""Messages that RFC 9112 forbids, or lets one refuse, made from a table: (family, what is wrong, the bytes)."""

HOST = b"Host: shop.example\r\n"
GET = b"GET / HTTP/1.1\r\n"
POST = b"POST / HTTP/1.1\r\n" + HOST
CONTROL = [c for c in range(32) if c not in (9, 10, 13)] + [127]  # tab, LF and CR have families of their own
CHUNKED = b"Transfer-Encoding: chunked\r\n"
SMUGGLED = b"GET /admin HTTP/1.1\r\nHost: shop.example\r\n\r\n"
END = b"0\r\n\r\n"


def request_lines():
    lines = {
        "HTTP/0.9": b"GET /",
        "no version": b"GET / ",
        "no target": b"GET HTTP/1.1",
        "two spaces": b"GET  / HTTP/1.1",
        "two spaces before the version": b"GET /  HTTP/1.1",
        "a tab": b"GET\t/ HTTP/1.1",
        "a form feed": b"GET\x0c/ HTTP/1.1",
        "a space after": b"GET / HTTP/1.1 ",
        "a space before": b" GET / HTTP/1.1",
        "four words": b"GET / x HTTP/1.1",
        "a space in the target": b"GET /a b HTTP/1.1",
        "version without a number": b"GET / HTTP/",
        "version in small letters": b"GET / http/1.1",
        "version of another protocol": b"GET / RTSP/1.0",
        "version of three digits": b"GET / HTTP/1.10",
        "version with a leading zero": b"GET / HTTP/01.1",
        "version with a comma": b"GET / HTTP/1,1",
        "version 1": b"GET / HTTP/1",
        "version 1.2": b"GET / HTTP/1.2",
        "version 2.0": b"GET / HTTP/2.0",
        "version 0.9": b"GET / HTTP/0.9",
        "version 3.1": b"GET / HTTP/3.1",
        "small letters": b"get / HTTP/1.1",
        "mixed letters": b"Get / HTTP/1.1",
        "no method": b"/ HTTP/1.1",
        "a separator in the method": b"G(T / HTTP/1.1",
        "a colon in the method": b"GET: / HTTP/1.1",
        "a byte above 127 in the method": b"G\xc3\x89T / HTTP/1.1",
        "a quote in the method": b'"GET" / HTTP/1.1',
        "HTTP/2's preface": b"PRI * HTTP/2.0",
        "TLS on a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "an answer": b"HTTP/1.1 200 OK",
        "TRACE, which no proxy at the edge serves": b"TRACE / HTTP/1.1",
    }
    for what, line in lines.items():
        yield "request line", what, line + b"\r\n" + HOST + b"\r\n"
    yield "request line", "an empty line before it", b"\r\n" + GET + HOST + b"\r\n"
    yield "request line", "too long", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    for code in (0, 1, 8, 11, 27, 127):
        yield "request line", f"control character {code} in the method", b"G%cT / HTTP/1.1\r\n" % code + HOST + b"\r\n"


def targets():
    wrong = {
        "no slash": b"index.html",
        "a fragment": b"/a#b",
        "a bad percent": b"/%zz",
        "half a percent": b"/%4",
        "a percent at the end": b"/a%",
        "an encoded NUL": b"/a%00b",
        "above the root": b"/../etc/passwd",
        "above the root, encoded": b"/%2e%2e/etc/passwd",
        "above the root, an encoded slash": b"/..%2fetc/passwd",
        "above the root in the middle": b"/a/../../b",
        "a backslash": b"/a\\b",
        "a quote": b'/a"b',
        "an angle bracket": b"/<script>",
        "a brace": b"/{a}",
        "a pipe": b"/a|b",
        "a caret": b"/a^b",
        "raw UTF-8": b"/caf\xc3\xa9",
        "a byte above 127": b"/\xff",
        "another scheme": b"ftp://shop.example/",
        "a scheme and no host": b"http:///a",
        "a scheme and a user": b"http://me@shop.example/",
        "https on a plain connection": b"https://shop.example/",
        "an asterisk": b"*",
        "a host and port": b"shop.example:80",
        "a bad percent in the query": b"/?a=%g0",
    }
    for what, target in wrong.items():
        yield "target", what, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    for code in (0, 1, 11, 127):
        yield "target", f"control character {code}", b"GET /a%cb HTTP/1.1\r\n" % code + HOST + b"\r\n"
    yield "target", "CONNECT to a server", b"CONNECT shop.example:443 HTTP/1.1\r\n" + HOST + b"\r\n"
    yield "target", "CONNECT without a port", b"CONNECT shop.example HTTP/1.1\r\n" + HOST + b"\r\n"
    yield "target", "OPTIONS * to a server behind a proxy", b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"


def hosts():
    yield "host", "none", GET + b"\r\n"
    yield "host", "two", GET + b"Host: a\r\nHost: b\r\n\r\n"
    yield "host", "the same twice", GET + HOST + HOST + b"\r\n"
    yield "host", "two in HTTP/1.0", b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"
    yield "host", "none beside a whole address", b"GET http://shop.example/ HTTP/1.1\r\n\r\n"
    wrong = [
        b"", b"a b", b"a/b", b"a@b", b"me:secret@a", b"a\\b", b"a..b", b".a", b"a:b", b"a:80:80", b"a:99999",
        b"a:-1", b"a:80a", b"[::1", b"::1", b"[::g]", b"[]", b"[1.2.3.4]", b"a?b", b"a#b", b'"a"', b"<a>", b"a\xff",
        b"a\x00b", b"a\x01b", b"[::1]x", b"a%zz", b"[::1%eth0]", b"http://a",
    ]  # fmt: skip
    for one in wrong:
        yield "host", repr(one), GET + b"Host: " + one + b"\r\n\r\n"


def fields():
    lines = {
        "a space before the colon": b"X : y",
        "a tab before the colon": b"X\t: y",
        "no colon": b"X",
        "no name": b": y",
        "a space in the name": b"X Y: z",
        "a slash in the name": b"X/Y: z",
        "brackets in the name": b"X[1]: z",
        "a quote in the name": b'"X": y',
        "a comma in the name": b"X,Y: z",
        "a byte above 127 in the name": b"\xc3\x89: y",
        "obs-fold": b"X: y\r\n z",
        "obs-fold with a tab": b"X: y\r\n\tz",
        "obs-fold that looks like a field": b"X: y\r\n Content-Length: 5",
        "obs-fold that is empty": b"X: y\r\n ",
        "a bare CR": b"X: y\rz",
        "a bare CR that hides a field": b"X: y\rContent-Length: 5",
        "a bare CR in the name": b"X\rY: z",
        "a CR before CR LF": b"X: y\r",
        "a bare LF": b"X: y\nZ: a",
        "a bare LF that hides a field": b"X: y\nContent-Length: 5",
        "too long a line": b"X: " + b"y" * 8_200,
        "too long": b"\r\n".join([b"X: " + b"y" * 7_000] * 3),
        "too many": b"\r\n".join(b"X%d: y" % i for i in range(200)),
    }
    for what, line in lines.items():
        yield "field", what, GET + HOST + line + b"\r\n\r\n"
    yield "field", "a space before the first", GET + b" X: y\r\n" + HOST + b"\r\n"
    yield "field", "every line with a bare LF", b"GET / HTTP/1.1\nHost: shop.example\n\n"
    yield "field", "a bare LF after the request line", b"GET / HTTP/1.1\n" + HOST + b"\r\n"
    yield "field", "a bare LF at the end", GET + HOST + b"\n"
    for code in CONTROL:
        yield "field", f"control character {code} in a value", GET + HOST + b"X: y%cz\r\n\r\n" % code
    for code in (0, 1, 11, 12, 127):
        yield "field", f"control character {code} in a name", GET + HOST + b"X%cY: z\r\n\r\n" % code
    for name in (b"Authorization", b"Expect", b"If-Modified-Since", b"If-None-Match", b"If-Match", b"Content-Range"):
        twice = b"".join(name + b": " + told + b"\r\n" for told in (b"a", b"b"))
        yield "field", f"two of {name.decode()}", GET + HOST + twice + b"\r\n"
    yield "field", "an expectation nobody knows", POST + b"Expect: miracles\r\nContent-Length: 1\r\n\r\nx"


def lengths():
    wrong = [
        b"", b"+5", b"-5", b"5 5", b"5,5", b"5, 5", b"5;5", b"0x5", b"5.0", b"5e0", b"five", b"5_0", b'"5"', b"\x0b5",
        b"9" * 30, b"\xb2", b"5\x00", b"5,", b",5", b"5 chunked",
    ]  # fmt: skip
    for one in wrong:
        yield "length", repr(one), POST + b"Content-Length: " + one + b"\r\n\r\nhello"
    for first, second in ((b"5", b"6"), (b"6", b"5"), (b"5", b"5"), (b"0", b"5"), (b"5", b"0")):
        both = b"Content-Length: " + first + b"\r\ncontent-length: " + second + b"\r\n"
        yield "length", f"two: {first!r} and {second!r}", POST + both + b"\r\nhello!"
    yield "length", "more than is taken", POST + b"Content-Length: 999999999\r\n\r\n"
    yield "length", "more than comes", POST + b"Content-Length: 9\r\n\r\nshort"


def both_framings():
    body = END + SMUGGLED
    for family, order in (
        ("CL.TE", (b"Content-Length: %d\r\n", CHUNKED)),
        ("TE.CL", (CHUNKED, b"Content-Length: %d\r\n")),
    ):
        for length in (0, 4, len(END), len(body)):
            lines = b"".join(line % length if b"%d" in line else line for line in order)
            yield family, f"a length of {length} and chunks", POST + lines + b"\r\n" + body
    yield "CL.TE", "in HTTP/1.0", POST.replace(b"1.1", b"1.0") + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + END
    yield "CL.TE", "on a GET", GET + HOST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + END
    yield (
        "CL.TE",
        "a length and a coding of another kind",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: x\r\n\r\nhello",
    )


def codings():
    wrong = [
        b"", b"xchunked", b"chunkedx", b"chunked, chunked", b"chunked,identity", b"identity", b"identity, chunked",
        b"gzip, chunked", b"chunked, gzip", b"gzip", b"cow", b"chunked;q=1", b"chunked;", b'"chunked"', b"chunked,",
        b",chunked", b"\x0bchunked", b"chunked\x0b", b"\x00chunked", b"chun ked", b"chunked\x00", b"[chunked]",
        b"chunked\rX: y", b"\r\n chunked", b"chunked\xff", b"'chunked'", b"x chunked",
    ]  # fmt: skip
    for one in wrong:
        yield "TE.TE", repr(one), POST + b"Transfer-Encoding: " + one + b"\r\n\r\n" + END
    yield "TE.TE", "two fields", POST + CHUNKED + CHUNKED + b"\r\n" + END
    yield "TE.TE", "two fields that differ", POST + CHUNKED + b"Transfer-Encoding: x\r\n\r\n" + END
    yield "TE.TE", "two fields, the known one last", POST + b"Transfer-Encoding: x\r\n" + CHUNKED + b"\r\n" + END
    yield "TE.TE", "a space before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n" + END
    yield "TE.TE", "a space before the name", POST + b" Transfer-Encoding: chunked\r\n\r\n" + END
    yield "TE.TE", "after a bare LF", POST + b"X: y\nTransfer-Encoding: chunked\r\n\r\n" + END
    yield "TE.TE", "HTTP/1.0", POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n" + END


def chunks():
    wrong = {
        "no size": b"\r\nhello\r\n" + END,
        "a minus": b"-5\r\nhello\r\n" + END,
        "a plus": b"+5\r\nhello\r\n" + END,
        "0x": b"0x5\r\nhello\r\n" + END,
        "an underscore": b"0_5\r\nhello\r\n" + END,
        "no hexadecimal digit": b"g\r\nhello\r\n" + END,
        "a space before": b" 5\r\nhello\r\n" + END,
        "a space after": b"5 \r\nhello\r\n" + END,
        "a tab after": b"5\t\r\nhello\r\n" + END,
        "a space before the extension": b"5 ;a\r\nhello\r\n" + END,
        "a comma": b"5,a\r\nhello\r\n" + END,
        "more digits than a number has": b"f" * 17 + b"\r\nhello\r\n" + END,
        "a number that wraps at 64 bits": b"10000000000000005\r\nhello\r\n" + END,
        "a number that wraps at 32 bits": b"100000005\r\nhello\r\n" + END,
        "a NUL": b"5\x00\r\nhello\r\n" + END,
        "a bare LF after the size": b"5\nhello\r\n" + END,
        "a bare CR after the size": b"5\rhello\r\n" + END,
        "a bare LF after the chunk": b"5\r\nhello\n" + END,
        "nothing after the chunk": b"5\r\nhello" + END,
        "a size too small": b"4\r\nhello\r\n" + END,
        "a size too large": b"6\r\nhello\r\n" + END,
        "too large a chunk": b"fffffff\r\nhello\r\n" + END,
        "no last chunk": b"5\r\nhello\r\n",
        "half a chunk": b"5\r\nhel",
        "no empty line": b"5\r\nhello\r\n0\r\n",
        "a bare LF at the end": b"5\r\nhello\r\n0\r\n\n",
        "a bare LF after the last size": b"5\r\nhello\r\n0\n\r\n",
        "an extension without a name": b"5;\r\nhello\r\n" + END,
        "an extension with a bare LF": b"5;a\nb\r\nhello\r\n" + END,
        "an extension with a bare CR": b"5;a\rb\r\nhello\r\n" + END,
        "an extension with a NUL": b"5;a\x00\r\nhello\r\n" + END,
        "an extension with a space": b"5;a b\r\nhello\r\n" + END,
        "an extension with an open quote": b'5;a="b\r\nhello\r\n' + END,
        "an extension with a quoted LF": b'5;a="b\nc"\r\nhello\r\n' + END,
        "an extension without its value": b"5;a=\r\nhello\r\n" + END,
        "an extension without end": b"5;a=" + b"b" * 70_000 + b"\r\nhello\r\n" + END,
        "a trailer that is no field": b"5\r\nhello\r\n0\r\nX\r\n\r\n",
        "a trailer with a bare LF": b"5\r\nhello\r\n0\r\nX: y\n\r\n",
        "a trailer with a NUL": b"5\r\nhello\r\n0\r\nX: y\x00\r\n\r\n",
        "a folded trailer": b"5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n",
        "a length as a trailer": b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
        "a coding as a trailer": b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "a host as a trailer": b"5\r\nhello\r\n0\r\nHost: other\r\n\r\n",
        "a request instead of a trailer": b"0\r\n" + SMUGGLED,
    }
    for what, body in wrong.items():
        yield "chunks", what, POST + CHUNKED + b"\r\n" + body


MALFORMED = [
    case
    for family in (request_lines, targets, hosts, fields, lengths, both_framings, codings, chunks)
    for case in family()
]

FIVE = b"Content-Length: 5\r\n\r\nhello"
WELL_FORMED = {
    "the least": GET + HOST + b"\r\n",
    "HTTP/1.0 without a host": b"GET / HTTP/1.0\r\n\r\n",
    "a query": b"GET /a?b=c&d=%20/?:@ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an encoded path": b"GET /%61pi//x/./y HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole address": b"GET http://shop.example/a HTTP/1.1\r\nHost: shop.example\r\n\r\n",
    "a port": GET + b"Host: shop.example:8080\r\n\r\n",
    "an IPv6 host": GET + b"Host: [2001:db8::1]:8080\r\n\r\n",
    "an empty value": GET + HOST + b"X:\r\n\r\n",
    "spaces around a value": GET + HOST + b"X: \t y \t \r\n\r\n",
    "a tab and UTF-8 in a value": GET + HOST + b"X: a\tb \xc3\xa9\r\n\r\n",
    "every character of a name": GET + HOST + b"X!#$%&'*+-.^_`|~9: y\r\n\r\n",
    "a field twice": GET + HOST + b"X: y\r\nX: z\r\n\r\n",
    "a length": POST + FIVE,
    "a length with leading zeros": POST + b"Content-Length: 005\r\n\r\nhello",
    "a length of nothing": POST + b"Content-Length: 0\r\n\r\n",
    "a body that nobody asked for": GET + HOST + FIVE,
    "chunks": POST + CHUNKED + b"\r\n5\r\nhello\r\n" + END,
    "chunks, the coding in capitals": POST + b"Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n" + END,
    "chunks with sizes in capitals and zeros": POST + CHUNKED + b"\r\n0A\r\nhellohello\r\n000\r\n\r\n",
    "a chunk's extension": POST + CHUNKED + b'\r\n5;a=b;c="d e";f\r\nhello\r\n0;x\r\n\r\n',
    "a trailer": POST + CHUNKED + b"\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "Connection names a length": POST + b"Connection: Content-Length\r\n" + FIVE,
}
