import { readdirSync } from "node:fs";
import { messageSent } from "../features/messages/index.ts";
import { uptime } from "../platform/clock.ts";
import type { Database } from "../platform/db/database.ts";
import type { Events } from "../platform/events/events.ts";
import type { AnsweredRequest } from "../platform/http/answered.ts";
import { Histogram, Metrics } from "../platform/metrics/metrics.ts";
import type { Hub } from "../platform/realtime/hub.ts";
import { version } from "./version.ts";

const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** How often the loop's lateness is looked at. */
export const loopCheckMs = 500;

interface MetricsParts {
  database: Database;
  events: Events;
  hub: Hub;
}

/** What `/metrics` and `/v1/admin/metrics` tell of this process. Labels hold routes, never what stood in a request. */
export class ServerMetrics {
  readonly metrics = new Metrics();
  readonly #requests = new Histogram(
    "parley_http_request_duration_seconds",
    "Time from a request to its answer, by route; of unknown paths «other».",
    ["method", "route", "status"],
    requestSeconds,
  );
  #messages = 0;
  #loopCheckedAt = uptime();
  #loopLateMs = 0;

  constructor({ database, events, hub }: MetricsParts) {
    const { metrics } = this;
    events.on(messageSent, () => this.#messages++);
    metrics.gauge("parley_build_info", "Always 1; the labels say what runs.", () => 1, {
      version,
      database: database.engine,
    });
    metrics.histogram(this.#requests);
    metrics.counter("parley_messages_total", "Messages stored, on all surfaces.", () => this.#messages);
    metrics.gauge("parley_connections", "Open chat WebSockets and Socket.IO clients.", () => hub.openCount);
    metrics.gauge("parley_users_online", "Users with at least one of them.", () => hub.userCount);
    metrics.gauge(
      "parley_database_writable",
      "0 while the database refuses writes, for want of space or rights.",
      () => (database.isWritable ? 1 : 0),
    );
    metrics.gauge(
      "parley_event_loop_lag_seconds",
      "The longest that anything had to wait for the event loop since this was last read.",
      () => this.#takeLag(),
    );
    describeProcess(metrics);
  }

  noteRequest({ method, route, status, ms }: AnsweredRequest): void {
    const known = methods.has(method) ? method : "other";
    this.#requests.observe(ms / 1000, known, route ?? "other", String(status));
  }

  /** Called by the schedule every `loopCheckMs`. */
  checkLoop(): void {
    const at = uptime();
    this.#loopLateMs = Math.max(this.#loopLateMs, at - this.#loopCheckedAt - loopCheckMs);
    this.#loopCheckedAt = at;
  }

  #takeLag(): number {
    const late = this.#loopLateMs;
    this.#loopLateMs = 0;
    return late / 1000;
  }
}

/** Named as Prometheus' own clients name them. */
function describeProcess(metrics: Metrics): void {
  metrics.counter("process_cpu_seconds_total", "Processor time, user and system, of all threads.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge("process_resident_memory_bytes", "Memory in use.", () => process.memoryUsage.rss());
  metrics.gauge(
    "process_heap_bytes",
    "Of it, what the JavaScript heap uses.",
    () => process.memoryUsage().heapUsed,
  );
  metrics.gauge("process_open_fds", "Open files and sockets.", () => countOpenFiles());
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.gauge("process_start_time_seconds", "When the process began, since 1970.", () => startedAt);
}

function countOpenFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return Number.NaN;
  }
}
