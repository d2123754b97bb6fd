"""Where the lessons on proxies have their facts from: (title, address), to cite in a claim."""

_RFC = "https://www.rfc-editor.org/rfc/"
_NGINX = "https://nginx.org/en/docs/http/"

GATEWAY = ("RFC 9110, HTTP Semantics, §3.7 Intermediaries", _RFC + "rfc9110.html#section-3.7")
HTTP_CACHING = ("RFC 9111, HTTP Caching, §4", _RFC + "rfc9111.html#section-4")
FORWARDED = ("RFC 7239, Forwarded HTTP Extension", _RFC + "rfc7239.html")
TLS_13 = ("RFC 8446, TLS 1.3, §2", _RFC + "rfc8446.html#section-2")
NGINX_UPSTREAM = ("nginx, ngx_http_upstream_module", _NGINX + "ngx_http_upstream_module.html")
CONNECT = ("RFC 9110, HTTP Semantics, §9.3.6 CONNECT", _RFC + "rfc9110.html#section-9.3.6")
WIREGUARD = ("WireGuard, Protocol & Cryptography", "https://www.wireguard.com/protocol/")
NIST_FIREWALLS = (
    "NIST SP 800-41, Guidelines on Firewalls and Firewall Policy",
    "https://csrc.nist.gov/pubs/sp/800/41/r1/final",
)
