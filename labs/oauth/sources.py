"""Where the lesson on OAuth has its facts from: (title, address), to cite in a claim."""

_RFC = "https://www.rfc-editor.org/rfc/"

RFC_6749_ROLES = ("RFC 6749 §1.1: roles", f"{_RFC}rfc6749#section-1.1")
RFC_6749_GRANTS = ("RFC 6749 §1.3: grants", f"{_RFC}rfc6749#section-1.3")
RFC_6749_REFRESH = ("RFC 6749 §6: refreshing an access token", f"{_RFC}rfc6749#section-6")
RFC_9700_PASSWORD = ("RFC 9700 §2.4: password grant", f"{_RFC}rfc9700#section-2.4")
RFC_9700_IMPLICIT = ("RFC 9700 §2.1.2: implicit grant", f"{_RFC}rfc9700#section-2.1.2")
OIDC_CORE = ("OpenID Connect Core 1.0 §2: ID token", "https://openid.net/specs/openid-connect-core-1_0.html#IDToken")
