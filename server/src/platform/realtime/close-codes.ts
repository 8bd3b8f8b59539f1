/** Why the server closes a socket. After 4401 sign in again; after the others reconnect and resume. */
export const closeCodes = {
  restarting: { code: 1012, reason: "The server restarts. Reconnect and resume." },
  sessionEnded: { code: 4401, reason: "The session has ended. Sign in again." },
  tooSlow: { code: 4408, reason: "This reader is too slow. Reconnect and resume." },
  tooManyRefusals: { code: 4429, reason: "Too many refused frames." },
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
