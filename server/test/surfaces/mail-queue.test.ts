import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { startMailServer, tokenIn } from "../kit/mail-server.ts";
import { anonymous, type Person, register } from "../kit/person.ts";
import { startServer } from "../kit/server.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

interface Mail {
  id: string;
  to: string;
  kind: string;
  state: string;
  text: string | null;
  html: string | null;
  attempts: number;
  last_error: string | null;
}

const listMails = async (admin: Person) =>
  (await admin.get<{ mails: Mail[]; next_cursor: string | null }>("/v1/admin/mails?limit=100")).data.mails;

/** What `look` answers once it is not undefined any more. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + 15_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > until) throw new Error("it did not come about within 15 seconds");
    await Bun.sleep(50);
  }
}

describe("without a relay", () => {
  const started = startApp();
  afterAll(async () => (await started).stop());

  test("mails are shown to the server's administrators, with their texts", async () => {
    const app = await started;
    const admin = await register(app);
    const ann = await register(app);
    const mail = await eventually(async () =>
      (await listMails(admin)).find(({ to, state }) => to === ann.email && state === "logged"),
    );
    expect(mail.kind).toBe("email_verification");
    const token = /#token=([\w-]{43})/.exec(mail.text ?? "")?.[1];
    expect(mail.html).toContain(`#token=${token}`);
    expect((await anonymous(app).post("/v1/auth/email/verify", { token })).status).toBe(200);
    const page = await admin.get<{ mails: Mail[]; next_cursor: string }>("/v1/admin/mails?limit=1");
    expect(page.data.mails).toHaveLength(1);
    const rest = await admin.get<{ mails: Mail[] }>(`/v1/admin/mails?cursor=${page.data.next_cursor}`);
    expect(rest.data.mails.length).toBeGreaterThan(0);
  });

  test("nobody else sees them: 403 before anything else of the request is looked at", async () => {
    const app = await started;
    const ann = await register(app);
    expectRefusal(await ann.get("/v1/admin/mails?limit=nonsense"), 403, "FORBIDDEN");
    expectRefusal(await anonymous(app).get("/v1/admin/mails"), 401, "UNAUTHORIZED");
  });

  test("the log says that there is a mail, and holds no token", async () => {
    const server = await startServer({ PARLEY_LOG_LEVEL: "info" });
    try {
      const admin = await register(server);
      const { id, text } = await eventually(async () =>
        (await listMails(admin)).find(({ state }) => state === "logged"),
      );
      const token = /#token=([\w-]{43})/.exec(text ?? "")?.[1] ?? "none";
      await eventually(async () => (server.stderr().includes('"event":"mail"') ? true : undefined));
      expect(server.stderr()).toContain(id);
      expect(server.stderr()).not.toContain(token);
    } finally {
      await server.stop();
    }
  });
});

describe("with a relay", () => {
  test("a mail that it takes is sent once, and its text is kept no longer", async () => {
    const relay = await startMailServer();
    const app = await startApp({ SMTP_URL: relay.url });
    try {
      const admin = await register(app);
      await relay.next();
      const mail = await eventually(async () =>
        (await listMails(admin)).find(({ state }) => state === "sent"),
      );
      expect(mail).toMatchObject({ to: admin.email, text: null, html: null, attempts: 1, last_error: null });
      await Bun.sleep(300);
      expect(relay.received).toHaveLength(1);
    } finally {
      await app.stop();
      await relay.stop();
    }
  });

  test("no request waits for one that is away, and the mail waits for it", async () => {
    const app = await startApp({ SMTP_URL: "smtp://127.0.0.1:9", PARLEY_LOG_LEVEL: "error" });
    try {
      const admin = await register(app);
      const mail = await eventually(async () =>
        (await listMails(admin)).find(({ attempts }) => attempts === 1),
      );
      expect(mail.state).toBe("queued");
      await eventually(async () => {
        const [first] = await listMails(admin);
        return first?.last_error === null ? undefined : true;
      });
      expect((await anonymous(app).get("/health")).status).toBe(200);
    } finally {
      await app.stop();
    }
  });

  test.each([
    [451, "queued"],
    [550, "failed"],
  ])("a recipient refused with %i is %s", async (code, state) => {
    const relay = await startMailServer();
    relay.refuseWith = code;
    const app = await startApp({ SMTP_URL: relay.url });
    try {
      const admin = await register(app);
      const mail = await eventually(async () =>
        (await listMails(admin)).find((each) => each.last_error !== null),
      );
      expect(mail).toMatchObject({ state, attempts: 1 });
      expect(mail.last_error).toContain("Not now");
    } finally {
      await app.stop();
      await relay.stop();
    }
  });

  test("what was promised before kill -9 is sent after the next start", async () => {
    const away = await startMailServer();
    const port = Number(new URL(away.url).port);
    await away.stop();
    const server = await startServer({ SMTP_URL: away.url });
    try {
      const ann = await register(server);
      expect((await anonymous(server).post("/v1/auth/password/forgot", { email: ann.email })).status).toBe(
        200,
      );
      await server.kill("SIGKILL");
      const relay = await startMailServer(port);
      // An attempt that the kill cut off is made again a minute later: the next process is of then.
      await inFuture(2 * minute, async () => {
        const next = await startApp({
          SMTP_URL: relay.url,
          PARLEY_DATA_DIR: server.dataDir,
          ...(server.databaseUrl === null ? {} : { DATABASE_URL: server.databaseUrl }),
        });
        try {
          const mail = await relay.next(({ text }) => text.includes("/reset-password"), 30_000);
          expect(tokenIn(mail)).toBeString();
        } finally {
          await next.stop();
          await relay.stop();
        }
      });
    } finally {
      await server.stop();
    }
  });
});

test.each([
  ["SMTP_URL", "http://relay.example"],
  ["SMTP_URL", "relay.example:25"],
  ["MAIL_FROM", "nobody"],
  ["MAIL_FROM", "a@b.example\r\nBcc: c@d.example"],
])("%s=%s stops the start and names the variable", async (name, value) => {
  expect(startApp({ [name]: value })).rejects.toThrow(new RegExp(`^${name}=`));
});
