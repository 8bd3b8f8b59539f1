/** Behind the #, so that it reaches no server's log; taken out of the address bar once it is read. */
export function tokenOfAddress(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  if (location.hash !== "") history.replaceState(history.state, "", location.pathname);
  return token;
}
