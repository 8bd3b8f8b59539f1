import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message } from "../kit/shapes.ts";
import { type Frame, TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
/** Those of one conversation: what was last said in others may still be on its way. */
const chatsIn = (frames: Frame[], group: Conversation) =>
  frames.filter(({ type, conversation_id }) => type === "chat" && conversation_id === group.id);
const chatsOf = (socket: TestSocket, group: Conversation) => chatsIn(socket.frames, group);
const seqsOf = (frames: Frame[]) => frames.map(({ seq }) => Number(seq));
const highest = (frames: Frame[], start: number) =>
  frames.reduce((version, frame) => Math.max(version, Number(frame.version ?? 0)), start);

/** Writes numbered messages until stopped, or its test is over; answers how many were acknowledged. */
function writeSteadily(socket: TestSocket, group: Conversation): () => Promise<number> {
  let isStopped = false;
  let sent = 0;
  onTestFinished(() => {
    isStopped = true;
  });
  const writing = (async () => {
    while (!isStopped) {
      sent += 1;
      socket.send({
        type: "chat",
        conversation_id: group.id,
        content: `m${sent}`,
        client_message_id: `w${sent}`,
      });
      await Bun.sleep(1);
    }
  })();
  return async () => {
    isStopped = true;
    await writing;
    await socket.next((frame) => frame.type === "ack" && frame.client_message_id === `w${sent}`, 10_000);
    return sent;
  };
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

describe("with ?resume=true", () => {
  const connectResuming = () => TestSocket.connect(app, bob, { query: { resume: "true" } });

  test("live frames wait for the resume and come after its answer", async () => {
    const group = await buildGroup(ann, [bob]);
    const seen = await sendText(ann, group.id, "seen");
    const socket = await connectResuming();
    await sendText(ann, group.id, "while it waits");
    await socket.none("chat", 300);
    socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: { [group.id]: seen.version } });
    await socket.next("resumed");
    await sendText(ann, group.id, "live");
    await socket.next((frame) => frame.content === "live");
    const order = socket.frames.filter(({ type }) => type === "chat" || type === "resumed");
    expect(order.map(({ type, content }) => content ?? type)).toEqual(["while it waits", "resumed", "live"]);
    await socket.close();
  });

  test("a stream cut and resumed twenty times under steady writing has every message once, in order", async () => {
    const group = await buildGroup(ann, [bob]);
    const writer = await TestSocket.connect(app, ann);
    const stop = writeSteadily(writer, group);
    const heard: number[] = [];
    let version = group.version;
    for (let round = 0; round < 20; round++) {
      const socket = await connectResuming();
      await Bun.sleep((round * 7) % 23);
      socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: { [group.id]: version } });
      const resumed = await socket.next("resumed", 10_000);
      await Bun.sleep((round * 11) % 37);
      const standing = (resumed.conversations as Record<string, { truncated?: boolean }>)[group.id];
      expect(standing?.truncated ?? false).toBe(false);
      if (round === 19) {
        const last = await stop();
        await socket.next(
          ({ type, conversation_id, seq }) => type === "chat" && conversation_id === group.id && seq === last,
        );
      }
      socket.terminate();
      heard.push(...seqsOf(chatsOf(socket, group)));
      version = highest(chatsOf(socket, group), version);
    }
    expect(heard).toEqual(upTo(heard.length));
    const { seq } = (await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data;
    expect(heard.length).toBe(seq);
    await writer.close();
  }, 30_000);

  test("edits and deletions racing with the resume leave the client with what is stored", async () => {
    const group = await buildGroup(ann, [bob]);
    const messages = await Promise.all(upTo(30).map((number) => sendText(ann, group.id, `m${number}`)));
    for (let round = 0; round < 10; round++) {
      const known = (await bob.get<Conversation>(`/v1/conversations/${group.id}`)).data.version;
      const model = new Map<string, string>();
      const socket = await connectResuming();
      const changes = messages.flatMap((message, index) => [
        ann.patch(`/v1/messages/${message.message_id}`, { content: `round ${round}, ${index}` }),
        index === round ? ann.delete(`/v1/messages/${message.message_id}`) : sendText(ann, group.id, "more"),
      ]);
      socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: { [group.id]: known } });
      await Promise.all(changes);
      const settling = await sendText(ann, group.id, "settled");
      await socket.next((frame) => frame.message_id === settling.message_id);
      for (const frame of socket.frames) {
        if (frame.message_id !== undefined) model.set(String(frame.message_id), String(frame.content));
      }
      for (const { message_id } of messages) {
        const now = (await bob.get<Message>(`/v1/messages/${message_id}`)).data;
        if (model.has(message_id)) expect(model.get(message_id)).toBe(now.content);
        else expect(now.deleted_at).toBeString();
      }
      await socket.close();
    }
  }, 30_000);

  test("many conversations resumed at once each come in order", async () => {
    const groups = await Promise.all(upTo(10).map(() => buildGroup(ann, [bob])));
    const writer = await TestSocket.connect(app, ann);
    const writeAll = (from: number, to: number) => {
      for (let number = from; number <= to; number++) {
        for (const group of groups) {
          writer.send({ type: "chat", conversation_id: group.id, content: `m${number}` });
        }
      }
    };
    writeAll(1, 20);
    const socket = await connectResuming();
    writeAll(21, 40);
    const conversations = Object.fromEntries(groups.map((group) => [group.id, group.version]));
    socket.send({ type: "resume", epoch: socket.hello.epoch, conversations });
    writeAll(41, 60);
    const ends = groups.map((group) =>
      socket.next(
        ({ type, conversation_id, seq }) => type === "chat" && conversation_id === group.id && seq === 60,
        10_000,
      ),
    );
    await Promise.all(ends);
    for (const group of groups) expect(seqsOf(chatsOf(socket, group))).toEqual(upTo(60));
    await Promise.all([socket.close(), writer.close()]);
  }, 20_000);

  test("a conversation begun during the wait comes once, as a new one", async () => {
    const socket = await connectResuming();
    const group = await buildGroup(ann, [bob]);
    socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: {} });
    await socket.next("resumed");
    await sendText(ann, group.id, "live");
    await socket.next((frame) => frame.content === "live");
    const ofGroup = socket.frames.filter(({ conversation_id }) => conversation_id === group.id);
    expect(ofGroup.map(({ type }) => type)).toEqual(["conversation_updated", "chat"]);
    expect(ofGroup[0]?.new).toBe(true);
    await socket.close();
  });

  test("one's own archiving during the wait comes behind the resume's answer, so that the last word is true", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await connectResuming();
    await bob.post(`/v1/conversations/${group.id}/archive`, { archived: true });
    await bob.post(`/v1/conversations/${group.id}/archive`, { archived: false });
    await socket.none("conversation_updated", 200);
    socket.send({
      type: "resume",
      epoch: socket.hello.epoch,
      conversations: { [group.id]: group.version },
    });
    const resumed = await socket.next("resumed");
    const last = await socket.next(
      ({ type, archived }) => type === "conversation_updated" && archived === false,
    );
    expect(socket.frames.indexOf(last)).toBeGreaterThan(socket.frames.indexOf(resumed));
    await socket.close();
  });

  test("a second resume on the same connection works again", async () => {
    const group = await buildGroup(ann, [bob]);
    const first = await sendText(ann, group.id, "1");
    await sendText(ann, group.id, "2");
    const socket = await connectResuming();
    for (const version of [first.version, 0]) {
      socket.send({ type: "resume", epoch: socket.hello.epoch, conversations: { [group.id]: version } });
      await socket.next("resumed");
    }
    expect(seqsOf(chatsOf(socket, group))).toEqual([2, 1, 2]);
    await socket.close();
  });
});

describe("without ?resume=true", () => {
  test("the first frame is hello, whatever happens while the socket opens", async () => {
    const owner = await register(app);
    let isOver = false;
    const busy = (async () => {
      while (!isOver) {
        const group = await buildGroup(ann, [owner]);
        await owner.post(`/v1/conversations/${group.id}/archive`, { archived: true });
      }
    })();
    for (let round = 0; round < 30; round++) {
      const sockets = await Promise.all(upTo(8).map(() => TestSocket.connect(app, owner, { hello: false })));
      for (const socket of sockets) {
        await socket.next("hello");
        expect(socket.frames[0]?.type).toBe("hello");
      }
      await Promise.all(sockets.map((socket) => socket.close()));
    }
    isOver = true;
    await busy;
  }, 30_000);

  test("somebody added is told of before their being here is", async () => {
    const group = await buildGroup(ann, [bob]);
    const cat = await register(app);
    const [watcher, newcomer] = await Promise.all([
      TestSocket.connect(app, bob),
      TestSocket.connect(app, cat),
    ]);
    await ann.post(`/v1/conversations/${group.id}/participants`, { user_ids: [cat.id] });
    await watcher.next(({ type, user_id }) => type === "user_joined" && user_id === cat.id);
    await newcomer.next(({ type, user_id }) => type === "participant_added" && user_id === cat.id);
    const told = watcher.frames.filter(
      ({ user_id, conversation_id }) => user_id === cat.id && conversation_id === group.id,
    );
    expect(told.map(({ type }) => type)).toEqual(["participant_added", "user_joined"]);
    await Promise.all([watcher.close(), newcomer.close()]);
  });

  test("live frames come at once, also before a resume", async () => {
    const group = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, bob);
    const sent = await sendText(ann, group.id, "live");
    expect(await socket.next("chat")).toMatchObject({ message_id: sent.message_id });
    await socket.close();
  });

  test("a resume under steady writing loses nothing, and only what was live before it may come again", async () => {
    const group = await buildGroup(ann, [bob]);
    const writer = await TestSocket.connect(app, ann);
    const stop = writeSteadily(writer, group);
    await writer.next("ack");
    for (let round = 0; round < 10; round++) {
      const socket = await TestSocket.connect(app, bob);
      await Bun.sleep(5);
      const before = chatsOf(socket, group).length;
      socket.send({
        type: "resume",
        epoch: socket.hello.epoch,
        conversations: { [group.id]: group.version },
      });
      const resumed = await socket.next("resumed", 5_000);
      await Bun.sleep(20);
      const answerAt = socket.frames.indexOf(resumed);
      const standing = (resumed.conversations as Record<string, { seq: number }>)[group.id];
      const replayed = seqsOf(chatsIn(socket.frames.slice(0, answerAt), group));
      const after = seqsOf(chatsIn(socket.frames.slice(answerAt), group));
      expect([...new Set([...replayed, ...after])].toSorted((a, b) => a - b)).toEqual(
        upTo(Math.max(...replayed, ...after)),
      );
      const start = replayed.lastIndexOf(1);
      expect(start).toBeGreaterThanOrEqual(before);
      const sinceReplay = [...replayed.slice(start), ...after];
      expect(sinceReplay).toEqual(upTo(sinceReplay.length));
      expect(standing?.seq).toBeGreaterThanOrEqual(Math.max(...replayed));
      await socket.close();
    }
    await stop();
    await writer.close();
  }, 30_000);
});
