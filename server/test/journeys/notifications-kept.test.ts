import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/app/open-database.ts";
import { Notifications, NotificationWriter } from "../../src/features/notifications/index.ts";
import { Profiles } from "../../src/features/people/index.ts";
import { createLocalBus } from "../../src/platform/bus/local-bus.ts";
import { readConfig } from "../../src/platform/config.ts";
import { migrateToLatest } from "../../src/platform/db/migrator.ts";
import { Events } from "../../src/platform/events/events.ts";
import { createLog } from "../../src/platform/log.ts";
import { createLogMailer } from "../../src/platform/mail/log-mailer.ts";
import { MailQueue } from "../../src/platform/mail/mail-queue.ts";
import { testEnvironment } from "../kit/app.ts";
import { day, inFuture } from "../kit/clock.ts";
import { createTestDatabase } from "../kit/database.ts";
import { buildDirect, register, sendText } from "../kit/person.ts";
import { startServer } from "../kit/server.ts";

const dataDir = await mkdtemp(join(tmpdir(), "parley-notifications-"));
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test("a server that is stopped right after messages has told everybody who was away", async () => {
  const server = await startServer();
  try {
    const [ann, ben] = [await register(server), await register(server)];
    const chat = await buildDirect(ann, ben);
    const sent = Array.from({ length: 10 }, (_, index) => sendText(ann, chat.id, `Message ${index}`));
    await Promise.all(sent);
    expect(await server.kill()).toBe(0);
    await server.restart();
    const { notifications } = (await ben.get<{ notifications: { body: string }[] }>("/v1/notifications"))
      .data;
    expect(notifications.map(({ body }) => body).sort()).toEqual(
      Array.from({ length: 10 }, (_, index) => `Message ${index}`),
    );
  } finally {
    await server.stop();
  }
}, 60_000);

test("notifications go after 90 days, and no earlier", async () => {
  const stored = await createTestDatabase();
  const database = await openDatabase(readConfig({ ...testEnvironment(dataDir), ...stored.env }));
  try {
    await migrateToLatest(database.query);
    const log = createLog("error");
    const events = new Events(createLocalBus(), log);
    const profiles = new Profiles(database, events);
    const mails = new MailQueue({
      database,
      mailer: createLogMailer(log),
      log,
      secret: "a secret of the test",
    });
    const writer = new NotificationWriter({ database, events, profiles, mails, log, baseUrl: () => "" });
    const notifications = new Notifications(database, events, writer);
    const [userId, organizationId] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
    for (let count = 0; count < 1_200; count++) {
      writer.add({
        kind: "friend_request",
        organizationId,
        userIds: [userId],
        actorId: null,
        title: "Friend request",
        body: `Number ${count}`,
        conversationId: null,
        message: null,
        data: {},
        at: Date.now(),
      });
    }
    const actor = {
      userId,
      organizationId,
      sessionId: "",
      role: "user",
      organizationRole: "Developer",
    } as const;
    const count = async () => (await notifications.list(actor, false, null, 5_000)).notifications.length;
    expect(await count()).toBe(1_200);
    await inFuture(89 * day, () => notifications.maintain());
    expect(await count()).toBe(1_200);
    await inFuture(91 * day, () => notifications.maintain());
    expect(await count()).toBe(0);
  } finally {
    await database.close();
    await stored.drop();
  }
});
