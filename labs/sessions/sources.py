"""Where lesson 18 has its facts from: (title, address), to cite in a claim."""

_RFC = "https://www.rfc-editor.org/rfc/"

RFC_6265BIS = ("RFC 6265bis (draft 22): cookies", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis")
RFC_7519 = ("RFC 7519: JSON Web Token", f"{_RFC}rfc7519")
RFC_7662 = ("RFC 7662: token introspection", f"{_RFC}rfc7662")
OWASP = (
    "OWASP: Session Management Cheat Sheet",
    "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
)
NGINX_HEADERS = (
    "nginx: large_client_header_buffers",
    "https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers",
)
