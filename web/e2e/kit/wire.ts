import type { BrowserContext, WebSocketRoute } from "@playwright/test";

/** The network of one browser, to be cut and mended. Chromium's own «offline» leaves open sockets alone. */
export class Wire {
  readonly #context: BrowserContext;
  readonly #sockets = new Set<WebSocketRoute>();
  #isCut = false;

  private constructor(context: BrowserContext) {
    this.#context = context;
  }

  /** Before the context's first page opens its socket. */
  static async tap(context: BrowserContext): Promise<Wire> {
    const wire = new Wire(context);
    await context.routeWebSocket(/\/v1\/ws\/chat/, (socket) => wire.#carry(socket));
    return wire;
  }

  async cut(): Promise<void> {
    this.#isCut = true;
    await this.#context.setOffline(true);
    await Promise.all([...this.#sockets].map((socket) => socket.close()));
    this.#sockets.clear();
  }

  async mend(): Promise<void> {
    this.#isCut = false;
    await this.#context.setOffline(false);
  }

  #carry(socket: WebSocketRoute): void {
    if (this.#isCut) {
      void socket.close();
      return;
    }
    socket.connectToServer();
    this.#sockets.add(socket);
  }
}
