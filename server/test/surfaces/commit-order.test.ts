import { expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { createServerDatabase } from "../kit/database.ts";
import { HeldCommit } from "../kit/held-commit.ts";
import { buildGroup, register, sendText } from "../kit/person.ts";
import type { Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";

setDefaultTimeout(60_000);

test("changes are told in the order of their versions, also when the answer to the first commit comes last", async () => {
  const database = await createServerDatabase();
  const { DATABASE_URL: url } = database.env;
  const way = url === undefined ? null : await HeldCommit.before(url);
  const app = await startApp(way === null ? {} : { DATABASE_URL: way.url });
  try {
    const [ann, bob] = [await register(app), await register(app)];
    const { id } = await buildGroup(ann, [bob]);
    const { message_id: messageId } = await sendText(ann, id, "as it was");
    const path = `/v1/messages/${messageId}`;
    const socket = await TestSocket.connect(app, bob);

    way?.hold("as it became");
    const edited = ann.patch<Message>(path, { content: "as it became" });
    const read = async () => (await bob.get<Message>(path)).data;
    await until(
      "the edit is committed",
      async () => way?.isHeld ?? (await read()).content === "as it became",
    );
    const deleted = ann.delete<Message>(path);
    await until("the deletion is committed", async () => (await read()).deleted_at !== null);
    way?.release();

    expect([(await edited).status, (await deleted).status]).toEqual([200, 200]);
    const last = await socket.next("message_deleted", 10_000);
    const told = socket.frames.filter((frame) => frame.message_id === messageId);
    expect(told.map(({ type }) => type)).toEqual(["message_edited", "message_deleted"]);
    expect(Number(told[0]?.version)).toBeLessThan(Number(last.version));
    await socket.close();
  } finally {
    await app.stop();
    way?.stop();
    await database.drop();
  }
});
