"""Where the lessons on proxies have their facts from: (title, address), to cite in a claim."""

_RFC = "https://www.rfc-editor.org/rfc/"
_NGINX = "https://nginx.org/en/docs/http/"

GATEWAY = ("RFC 9110, HTTP Semantics, §3.7 Intermediaries", _RFC + "rfc9110.html#section-3.7")
HTTP_CACHING = ("RFC 9111, HTTP Caching, §4", _RFC + "rfc9111.html#section-4")
FORWARDED = ("RFC 7239, Forwarded HTTP Extension", _RFC + "rfc7239.html")
TLS_13 = ("RFC 9846, TLS 1.3, §2", _RFC + "rfc9846.html#section-2")
NGINX_UPSTREAM = ("nginx, ngx_http_upstream_module", _NGINX + "ngx_http_upstream_module.html")

VIA = ("RFC 9110, HTTP Semantics, §7.6.3 Via", _RFC + "rfc9110.html#section-7.6.3")
CONNECT = ("RFC 9110, HTTP Semantics, §9.3.6 CONNECT", _RFC + "rfc9110.html#section-9.3.6")
COLLAPSED = ("RFC 9111, HTTP Caching, §4: collapsed requests", _RFC + "rfc9111.html#section-4")
STORING = ("RFC 9111, HTTP Caching, §3: storing", _RFC + "rfc9111.html#section-3")
SQUID_COLLAPSED = ("Squid, collapsed_forwarding", "https://www.squid-cache.org/Doc/config/collapsed_forwarding/")
WIREGUARD = ("WireGuard, Protocol & Cryptography", "https://www.wireguard.com/protocol/")
NIST_FIREWALLS = (
    "NIST SP 800-41 Rev. 1, Guidelines on Firewalls and Firewall Policy",
    "https://csrc.nist.gov/pubs/sp/800/41/r1/final",
)
