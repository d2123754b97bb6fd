"""The authorization code flow, the attacks on it, and what stops each of them. In the order in which to read it:

messages    requests and answers as HTTP           client      the app that wants access
pkce        one sum, RFC 7636                      resource    the server that has what is wanted
rules       the defences, one switch each          attacks     nine ways in, played step by step
records     what the server remembers              loopback    the same servers as real HTTP on 127.0.0.1
tokens      its token endpoint and what follows
server      the authorization server itself          identity    the ID token: who is logged in
discovery   what a server publishes of itself        sign_in     the client that logs people in by it
"""
