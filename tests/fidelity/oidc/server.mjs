// npm's oidc-provider on 127.0.0.1, for test_oauth_oidc_provider.py:
//     node server.mjs '{"port": 12345, "jwks": {"keys": [...]}, "clients": [...]}'
// Prints "ready" when it listens. Its development forms (a login, then a consent) stand in for Ada's account.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { port, jwks, clients, modules } = JSON.parse(process.argv[2]);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks,
  clients,
  scopes: ["openid", "photos"],
  responseTypes: ["code", "code id_token token"],
  cookies: { keys: ["for a test only"] },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "Ed25519"] },
  features: {
    introspection: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "photos",
        audience: "photos.example",
        accessTokenTTL: 300,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
