"""HTTP/1.1 as bytes on a connection, for every lesson that speaks it. In the order in which to read it:

syntax        the small words: tokens, fields, lists               forwarding     what a proxy takes off and writes down
targets       what a request asks for, and its one normal path     dates          times as HTTP writes them
messages      a request or an answer from its head, and back       freshness      may it be kept, and for how long
framing       where a body ends, decided once                      conditions     has it changed: ETag, 304
wire          reading and writing on a connection                  ranges         a part of an answer: 206
gateway       a proxy's clients, one request after the other       shared_cache   the cache of a proxy
tunnel        bytes passed on unread, for CONNECT                  loopback       all of it as a proxy on 127.0.0.1

`servers` has web servers to put behind it, `certificate` makes what https needs. RFC 9110 says what HTTP means, RFC
9112 how its messages are written, RFC 9111 what a cache may do.
"""
