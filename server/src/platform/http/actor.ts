/** Who asks: from a checked session, never from the request's own words. */
export interface Actor {
  userId: string;
  organizationId: string;
  sessionId: string;
  /** On the server. */
  role: "admin" | "moderator" | "user" | "guest";
  /** In the organization. */
  organizationRole: "Admin" | "Developer" | "Manager" | "Viewer";
  /** Of a request that may change something: where it came from. */
  caller?: Caller;
}

/** Where a request came from. */
export interface Caller {
  requestId: string;
  /** The client's own address, behind the trusted proxies. */
  ip: string | null;
  /** What limits count as one place, see `networkOf`. */
  network: string;
  userAgent: string | null;
}
