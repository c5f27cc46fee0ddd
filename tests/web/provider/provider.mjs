// A real OpenID provider on loopback. Anyone signs in with any password; the name's parts are the groups:
// "cc-managers+centre:C01" is in the groups cc-managers and centre:C01.
import Provider from "oidc-provider";

const [port, app] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: "toolkit",
    client_secret: "only-for-tests",
    redirect_uris: [`${app}/sign-in/callback`],
    post_logout_redirect_uris: [`${app}/sign-in`],
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["only-for-tests"] },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id.split("+")[0]}@example.gov.uk`, email_verified: true, groups: id.split("+") }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
