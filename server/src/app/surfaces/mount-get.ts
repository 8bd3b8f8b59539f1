import { AppError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/actor.ts";
import type { HttpApp } from "../../platform/http/server.ts";

/** A path that takes GET and HEAD, and 405 on its other methods. */
export function mountGet(
  app: HttpApp,
  path: string,
  answer: (request: Request, name: string, caller: Caller) => Promise<Response> | Response,
): void {
  app.get(path, (c) => answer(c.req.raw, c.req.param("name") ?? "", c.get("caller")));
  app.all(path, () => {
    throw new AppError("METHOD_NOT_ALLOWED", "This path takes GET, HEAD.", {
      headers: { allow: "GET, HEAD" },
    });
  });
}
