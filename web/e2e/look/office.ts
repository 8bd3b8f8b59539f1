import { Authenticator, type Person, password } from "../kit/index.ts";

const devices = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
];

interface Office {
  /** Runs the server. */
  ada: Person;
  /** Gets a second factor. */
  guarded: Person;
  others: readonly Person[];
}

/** What the pages about accounts and the organization show: roles, invitations, devices, keys, a second factor. */
export async function setOffice({ ada, guarded, others: [bob, cleo, daniel] }: Office): Promise<void> {
  const { organization_id: id } = await ada.call<{ organization_id: string }>("GET", "/v1/users/me");
  const path = `/v1/organizations/${id}`;
  await ada.call("PATCH", path, { name: "Boat house", time_zone: "Europe/Lisbon" });
  await ada.call("PATCH", `${path}/members/${bob?.id}`, { role: "Manager" });
  await ada.call("PATCH", `${path}/members/${daniel?.id}`, { role: "Viewer" });
  await ada.call("POST", `${path}/invitations`, { email: "ines@example.com" });
  await ada.call("POST", `${path}/invitations`, { role: "Viewer" });
  await ada.call("POST", "/v1/api-keys", { name: "Tide table", scopes: ["read", "write"] });
  await cleo?.call("POST", `/v1/users/${ada.id}/friend`);
  for (const userAgent of devices)
    await fetch(`${ada.url}/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": userAgent },
      body: JSON.stringify({ username: ada.username, password }),
    });
  const { secret } = await guarded.call<{ secret: string }>("POST", "/v1/auth/2fa/setup");
  await guarded.call("POST", "/v1/auth/2fa/verify", { code: new Authenticator(secret).code() });
}
