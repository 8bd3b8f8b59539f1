import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, expectTime, isoTime } from "../kit/expectations.ts";
import { anonymous, loginAgain, type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { moveToOtherOrganization } from "../kit/store.ts";

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);

interface State {
  user_id: string;
  online: boolean;
  last_seen_at: string | null;
}

const ask = (asking: Person, ...ids: string[]) =>
  asking.get<{ presence: State[] }>(`/v1/presence?user_ids=${ids.join(",")}`);
const statesOf = async (asking: Person, ...ids: string[]) => (await ask(asking, ...ids)).data.presence;

describe("asking for presence", () => {
  test("answers each person asked for, in that order: never seen, connected, and oneself", async () => {
    const [never, connected] = [await register(app), await register(app)];
    const socket = await TestSocket.connect(app, connected);
    const states = await statesOf(person, never.id, connected.id, person.id);
    expect(states.map((state) => state.user_id)).toEqual([never.id, connected.id, person.id]);
    expect(states[0]).toEqual({ user_id: never.id, online: false, last_seen_at: null });
    expect(states[1]?.online).toBe(true);
    await socket.close();
  });

  test("agrees with the profile", async () => {
    const other = await register(app);
    await other.post("/v1/presence", { online: true });
    const [state] = await statesOf(person, other.id);
    const { online, last_seen_at } = (await person.get(`/v1/users/${other.id}`)).data;
    expect(state).toMatchObject({ user_id: other.id, online: true });
    expect({ online, last_seen_at }).toEqual({ online: state?.online, last_seen_at: state?.last_seen_at });
  });

  test("tells nothing of unknown ids and of people of another organization, connected as they may be", async () => {
    const mover = await register(app);
    await moveToOtherOrganization(app, mover);
    const stranger = await loginAgain(app, mover);
    const socket = await TestSocket.connect(app, stranger);
    expect(await statesOf(person, stranger.id, Bun.randomUUIDv7())).toEqual([]);
    expect(await statesOf(stranger, person.id)).toEqual([]);
    await socket.close();
  });

  test("with a malformed id, with none or with too many is 400 and names what is wrong", async () => {
    expectRefusal(await ask(person, "x"), 400, "VALIDATION_ERROR", "user_ids.0");
    expectRefusal(await ask(person, person.id, "x"), 400, "VALIDATION_ERROR", "user_ids.1");
    expectRefusal(await person.get("/v1/presence"), 400, "VALIDATION_ERROR", "user_ids");
    const tooMany = Array.from({ length: 101 }, () => person.id);
    expectRefusal(await ask(person, ...tooMany), 400, "VALIDATION_ERROR", "user_ids");
  });

  test("needs a token", async () => {
    expectRefusal(await anonymous(app).get(`/v1/presence?user_ids=${person.id}`), 401, "UNAUTHORIZED");
  });
});

describe("saying presence", () => {
  test("answers what was said and when, and others see it", async () => {
    const other = await register(app);
    for (const online of [true, false]) {
      const answer = await other.post<State>("/v1/presence", { online });
      expect(answer.status).toBe(200);
      expect(answer.data.online).toBe(online);
      expectTime(answer.data.last_seen_at, 0);
      expect((await statesOf(person, other.id))[0]?.online).toBe(online);
    }
  });

  test("leaves the time of the last sight behind", async () => {
    const other = await register(app);
    await other.post("/v1/presence", { online: true });
    await other.post("/v1/presence", { online: false });
    expect((await statesOf(person, other.id))[0]?.last_seen_at).toMatch(isoTime);
  });

  test("without online, or with another type, is 400 and changes nothing", async () => {
    const other = await register(app);
    for (const body of [{}, { online: "true" }, { online: 1 }, { online: null }]) {
      expectRefusal(await other.post("/v1/presence", body), 400, "VALIDATION_ERROR", "online");
    }
    expect((await statesOf(person, other.id))[0]?.online).toBe(false);
  });
});
