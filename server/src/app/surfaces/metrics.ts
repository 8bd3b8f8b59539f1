import { createHash, timingSafeEqual } from "node:crypto";
import { forbidden, unauthorized } from "../../platform/errors.ts";
import type { Caller } from "../../platform/http/actor.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import type { Metrics } from "../../platform/metrics/metrics.ts";
import { prometheusText, prometheusTextType } from "../../platform/metrics/prometheus-text.ts";
import { mountGet } from "./mount-get.ts";

/**
 * `/metrics`, for Prometheus (contract sections 0 and 9).
 * @param token what it must bring; null: it has to come from this machine, and through no proxy.
 */
export function mountMetrics(app: HttpApp, metrics: Metrics, token: string | null): void {
  mountGet(app, "/metrics", async (request, _, caller) => {
    if (token === null) requireLocal(request.headers, caller);
    else requireToken(request.headers, token);
    return new Response(prometheusText(await metrics.read()), {
      headers: { "content-type": prometheusTextType, "cache-control": "no-store" },
    });
  });
}

const local = /^(127\.\d+\.\d+\.\d+|::1)$/;
/** A proxy on this machine makes everybody look local. */
const proxyHeaders = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

function requireLocal(headers: Headers, { ip }: Caller): void {
  if (ip !== null && local.test(ip) && !proxyHeaders.some((name) => headers.has(name))) return;
  throw forbidden("Only this machine sees these: set PARLEY_METRICS_TOKEN, and send it as a bearer token.");
}

function requireToken(headers: Headers, token: string): void {
  const [, given = ""] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (timingSafeEqual(digest(given), digest(token))) return;
  throw unauthorized("Send PARLEY_METRICS_TOKEN: «Authorization: Bearer <token>».");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
