"""The sources of the token lessons, each as (title, address), to cite in a claim."""

_RFC = "https://www.rfc-editor.org/rfc/"

RFC_4648 = ("RFC 4648 §5: base64url", f"{_RFC}rfc4648#section-5")
RFC_6750 = ("RFC 6750 §2.1: Authorization: Bearer", f"{_RFC}rfc6750#section-2.1")
RFC_7515 = ("RFC 7515: JSON Web Signature", f"{_RFC}rfc7515")
RFC_7515_BASE64 = ("RFC 7515 §2: base64url without padding", f"{_RFC}rfc7515#section-2")
RFC_7515_KID = ("RFC 7515 §4.1.4: kid", f"{_RFC}rfc7515#section-4.1.4")
RFC_7516 = ("RFC 7516: JSON Web Encryption", f"{_RFC}rfc7516")
RFC_7517 = ("RFC 7517: JSON Web Key", f"{_RFC}rfc7517")
RFC_7518 = ("RFC 7518 §3.1: algorithms for signatures", f"{_RFC}rfc7518#section-3.1")
RFC_7519_CLAIMS = ("RFC 7519 §4: claims", f"{_RFC}rfc7519#section-4")
RFC_7519_UNSECURED = ("RFC 7519 §6: unsecured JWTs", f"{_RFC}rfc7519#section-6")
RFC_7519_EXP = ("RFC 7519 §4.1.4: exp", f"{_RFC}rfc7519#section-4.1.4")
RFC_7662 = ("RFC 7662: token introspection", f"{_RFC}rfc7662")
RFC_8414 = ("RFC 8414: jwks_uri", f"{_RFC}rfc8414#section-2")
RFC_8725_ALG = ("RFC 8725 §3.1: algorithm verification", f"{_RFC}rfc8725#section-3.1")
RFC_8725_TYP = ("RFC 8725 §3.11: explicit typing", f"{_RFC}rfc8725#section-3.11")
RFC_9068 = ("RFC 9068: JWT profile for access tokens", f"{_RFC}rfc9068")
RFC_9864 = ("RFC 9864: fully specified algorithms", f"{_RFC}rfc9864")
IANA_JOSE = ("IANA: JOSE algorithms", "https://www.iana.org/assignments/jose/jose.xhtml")
IANA_JWT = ("IANA: JWT claims", "https://www.iana.org/assignments/jwt/jwt.xhtml")
NGINX_HEADERS = (
    "nginx: large_client_header_buffers",
    "https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers",
)
OIDC_CORE = ("OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html")
