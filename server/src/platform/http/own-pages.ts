import { AppError } from "../errors.ts";

interface OwnPagesOptions {
  /** Null: pages are reached at the address listened on. */
  publicUrl: string | null;
  cookie: { name: string; domain: string | null };
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The server's own pages, and the cookie that keeps a browser signed in on them: HttpOnly,
 * SameSite=Lax, Secure under https. A cookie travels with whatever page sends a request, so that a request that
 * changes something must also come from an own page and carry a token that only an own page can read.
 */
export class OwnPages {
  readonly #publicUrl: string | null;
  readonly #name: string;
  readonly #attributes: string;
  #listened: readonly string[] = [];

  constructor({ publicUrl, cookie }: OwnPagesOptions) {
    this.#publicUrl = publicUrl;
    this.#name = cookie.name;
    this.#attributes = [
      "Path=/",
      "HttpOnly",
      "SameSite=Lax",
      ...(publicUrl?.startsWith("https:") === true ? ["Secure"] : []),
      ...(cookie.domain === null ? [] : [`Domain=${cookie.domain}`]),
    ].join("; ");
  }

  /** Without a public URL, the address listened on and this machine's names for itself are the server's own. */
  listensOn(url: string): void {
    const { port } = new URL(url);
    const local = ["localhost", "127.0.0.1", "[::1]"].map((host) => new URL(`http://${host}:${port}`).origin);
    this.#listened = [new URL(url).origin, ...local];
  }

  /** Where people reach the server: what links in mails begin with. Never what a request says of itself. */
  get url(): string {
    return this.#publicUrl ?? this.#listened[0] ?? "";
  }

  isOwnOrigin(origin: string): boolean {
    return this.#publicUrl === null ? this.#listened.includes(origin) : origin === this.#publicUrl;
  }

  /**
   * The session cookie's value in the header `Cookie`. The first one counts: RFC 6265 puts the most specific first.
   */
  cookieIn(given: string | null): string | undefined {
    if (given === null) return undefined;
    const start = `${this.#name}=`;
    const pair = given.split(";").find((each) => each.trimStart().startsWith(start));
    return pair?.trim().slice(start.length);
  }

  /** `Set-Cookie` for a session that ends after `maxAgeMs` at the latest. */
  cookieFor(value: string, maxAgeMs: number): string {
    return `${this.#name}=${value}; Max-Age=${Math.floor(maxAgeMs / 1000)}; ${this.#attributes}`;
  }

  /** `Set-Cookie` that makes the browser forget the session. */
  get expiredCookie(): string {
    return `${this.#name}=; Max-Age=0; ${this.#attributes}`;
  }

  /**
   * For a request that a cookie signs in.
   * @param isOwnToken whether a value of `X-CSRF-Token` is the session's.
   * @throws AppError CSRF_FAILED unless it only reads, or an own page sent it with the session's token.
   */
  requireOwnRequest(request: Request, isOwnToken: (token: string) => boolean): void {
    if (safeMethods.has(request.method)) return;
    const origin = request.headers.get("origin");
    if (origin === null || !this.isOwnOrigin(origin)) {
      throw csrfFailed("Send requests of a cookie session from the server's own pages (header «Origin»).");
    }
    const token = request.headers.get("x-csrf-token");
    if (token === null || !isOwnToken(token)) {
      throw csrfFailed(
        "Send the session's token in «X-CSRF-Token». Signing in and GET /v1/auth/profile answer it as csrf_token.",
      );
    }
  }

  /**
   * For a request that asks for a cookie: another's page must not sign its visitors in. Programs send no `Origin`.
   * @throws AppError CSRF_FAILED.
   */
  requireNotForeign(header: (name: string) => string | null): void {
    const origin = header("origin");
    const site = header("sec-fetch-site") ?? "none";
    if ((origin !== null && !this.isOwnOrigin(origin)) || !["none", "same-origin"].includes(site)) {
      throw csrfFailed("A cookie session can only be begun from the server's own pages.");
    }
  }
}

function csrfFailed(message: string): AppError {
  return new AppError("CSRF_FAILED", message);
}
