import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { sendChat } from "../kit/chat.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import { IoClient, type Transport } from "../kit/socketio.ts";

interface ApiKey {
  id: string;
  key: string;
  user_id: string;
}

let app: TestApp;
let ann: Person;

const makeKey = async (...scopes: string[]) =>
  (await ann.post<ApiKey>("/v1/api-keys", { name: "Tide table", scopes })).data;
const connect = ({ key }: ApiKey, transport: Transport) =>
  IoClient.connect(app, null, { transports: [transport], auth: { token: key } });

beforeAll(async () => {
  app = await startApp();
  await register(app);
  ann = await register(app);
});

afterAll(() => app.stop());

describe.each(["websocket", "polling"] as Transport[])("an API key over %s", (transport) => {
  test("connects as its own user, and hears the chats that it is in alone", async () => {
    const key = await makeKey("read");
    const [own, other] = await Promise.all([
      buildGroup(ann, [], { participant_ids: [key.user_id] }),
      buildGroup(ann, [await register(app)]),
    ]);
    const client = await connect(key, transport);
    expect(await client.next("hello")).toMatchObject({ userId: key.user_id });
    await client.join(own.id);
    expect((await client.send("join-chat-room", other.id)).error?.code).toBe("FORBIDDEN");
    await sendChat(ann, other.id, "not for it");
    await sendChat(ann, own.id, "High water at noon");
    await client.next("new-message");
    expect(client.texts).toEqual(["High water at noon"]);
    client.close();
  });

  test("types only with the scope write, however it asks", async () => {
    const [reader, writer] = [await makeKey("read"), await makeKey("write")];
    const { id: chatId } = await buildGroup(ann, [], { participant_ids: [reader.user_id, writer.user_id] });
    const [reading, writing] = [await connect(reader, transport), await connect(writer, transport)];
    await reading.join(chatId);
    await writing.join(chatId);
    for (const event of ["typing-start", "typing-stop"])
      expect((await reading.send(event, { chatId })).error?.code).toBe("FORBIDDEN");
    expect((await writing.send("typing-start", { chatId })).ok).toBe(true);
    expect(await reading.next("user-typing")).toMatchObject({ userId: writer.user_id, isTyping: true });
    await writing.none("user-typing");
    reading.close();
    writing.close();
  });

  test("that is revoked is out at once, and does not come back to what it missed", async () => {
    const key = await makeKey("read");
    const { id } = await buildGroup(ann, [], { participant_ids: [key.user_id] });
    const [here, away] = [await connect(key, transport), await connect(key, transport)];
    await away.next("hello");
    await away.join(id);
    away.drop();
    await sendChat(ann, id, "missed");
    const gone = here.disconnected();
    await ann.delete(`/v1/api-keys/${key.id}`);
    expect(await gone).toBe("io server disconnect");
    away.socket.connect();
    await expect(away.connected()).rejects.toThrow("UNAUTHORIZED");
    expect(away.texts).toEqual([]);
  });
});

test("a key with another's secret connects nobody", async () => {
  const [one, two] = [await makeKey("read"), await makeKey("read")];
  const mixed = { ...one, key: `pak_${one.id}_${two.key.slice(-43)}` };
  await expect(connect(mixed, "websocket")).rejects.toThrow("UNAUTHORIZED");
});
