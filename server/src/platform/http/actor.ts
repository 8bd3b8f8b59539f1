/** Who asks: from a checked session, never from the request's own words. */
export interface Actor {
  userId: string;
  organizationId: string;
  sessionId: string;
  role: "admin" | "moderator" | "user" | "guest";
}

/** Where a request came from. */
export interface Caller {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}
