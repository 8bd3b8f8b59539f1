import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mountedSurfaces } from "../../src/app/mounted-surfaces.ts";
import { pathOf } from "../../src/platform/http/route.ts";
import { TestProvider } from "../kit/ai-provider.ts";
import { startApp, type TestApp } from "../kit/app.ts";
import type { Answer, RequestParts } from "../kit/caller.ts";
import { outcome } from "../kit/expectations.ts";
import { png } from "../kit/files.ts";
import { answers, outcomeOf } from "./answers.ts";
import { type ActorName, actorNames, buildCast } from "./cast.ts";
import type { Row } from "./rows.ts";
import { rowsOfAccounts } from "./rows-of-accounts.ts";
import { rowsOfTalks } from "./rows-of-talks.ts";
import { openStore, type StorePrint, type StoreReader } from "./store-print.ts";
import { buildWorld, makers, type Stage, secrets, type World } from "./world.ts";

setDefaultTimeout(60_000);

/** The routes as the server mounts them. */
const routes = (await mountedSurfaces()).flatMap(({ bases: [base], routes: mounted }) =>
  mounted.map((each) => `${each.spec.method} ${pathOf(base, each)}`),
);
const rows: Record<string, Row> = { ...rowsOfAccounts, ...rowsOfTalks };

let provider: TestProvider;
let app: TestApp;
let stage: Stage;
/** The world's names for what never was. */
let nowhere: World;
let store: StoreReader;
let cells = 0;

beforeAll(async () => {
  provider = await TestProvider.start();
  app = await startApp(provider.env);
  stage = await buildWorld(app, await buildCast(app));
  const ids = Object.keys(stage.world).map((name) => [name, Bun.randomUUIDv7()]);
  nowhere = { ...Object.fromEntries(ids), category: stage.world.category, key: "never_set" };
  store = await openStore(app);
});

afterAll(async () => {
  await store.close();
  await app.stop();
  await provider.stop();
});

test("every route has its row, and every row its route", () => {
  expect(Object.keys(rows).sort()).toEqual([...routes].sort());
});

function expectedOf(row: Row, actor: ActorName): string {
  const of = answers.get(row.kind);
  if (of === undefined) throw new Error(`no kind «${row.kind}»`);
  const but = row.but[actor];
  const expected = but === undefined ? of[actor] : outcomeOf(but);
  if (expected === "ok") return outcomeOf(row.ok);
  const [status = ""] = expected.split(" ");
  const code = row.codes[status];
  return code === undefined ? expected : `${status} ${code}`;
}

const isSuccess = (outcome: string) => outcome.startsWith("2");

function pathIn(name: string, row: Row, world: World): string {
  const [, path = ""] = name.split(" ");
  let place = 0;
  const filled = path.replaceAll(/:\w+/g, () => world[row.at[place++] ?? "group"]);
  return filled + (typeof row.query === "string" ? row.query : row.query(world));
}

async function partsOf({ body }: Row, world: World, actor: ActorName): Promise<RequestParts> {
  if (body === undefined) return {};
  if (body === "picture") return { raw: png, headers: { "content-type": "image/png" } };
  if (typeof body === "function") return { body: body(world, actor, stage.cast) };
  if (body !== "form") return { body };
  const form = new FormData();
  form.set("file", new Blob([png], { type: "image/png" }), "pixel.png");
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  return { raw: new Uint8Array(await encoded.arrayBuffer()), headers: { "content-type": type } };
}

/** Who may see what the secrets name. */
const initiates: Record<keyof typeof secrets, readonly ActorName[]> = {
  owner: ["owner"],
  group: ["owner", "member", "guest", "viewer"],
  house: actorNames.filter((actor) => !["foreigner", "anonymous", "banned"].includes(actor)),
};

async function ask(name: string, row: Row, world: World, actor: ActorName): Promise<Answer> {
  const [method = ""] = name.split(" ");
  const parts = await partsOf(row, world, actor);
  return stage.cast.callers[actor].request(method, pathIn(name, row, world), parts);
}

/** One cell of the table: what the answer says, and whether it says too much. */
async function outcomeFor(name: string, row: Row, world: World, actor: ActorName): Promise<string> {
  const answer = await ask(name, row, world, actor);
  cells++;
  for (const [secret, known] of Object.entries(initiates))
    if (!known.includes(actor) && answer.text.includes(secrets[secret as keyof typeof secrets]))
      return `${answer.status} with the secret of the ${secret}`;
  const told = outcome(answer);
  if (answer.status !== 404) return told;
  const ofNothing = await ask(name, row, nowhere, actor);
  const isHidden = answerAlone(answer, world) === answerAlone(ofNothing, nowhere);
  return isHidden ? told : `${told}, told apart from what does not exist`;
}

/** An answer without what it repeats of its request. */
function answerAlone({ text, error }: Answer, world: World): string {
  const named = [...Object.values({ ...world }), error?.request_id ?? ""].filter((each) => each !== "");
  return named.reduce((rest, each) => rest.replaceAll(each, "…"), text);
}

/** Once nothing moves any more that earlier requests set going. */
async function quietStore(): Promise<StorePrint> {
  let before = await store.read();
  for (;;) {
    await Bun.sleep(60);
    const now = await store.read();
    if (Bun.deepEquals(before, now)) return now;
    before = now;
  }
}

describe("who is refused is told so, and nothing has changed:", () => {
  let before: StorePrint | undefined;

  for (const [name, row] of Object.entries(rows)) {
    const refused = actorNames.filter((actor) => !isSuccess(expectedOf(row, actor)));
    if (refused.length === 0) continue;
    test(name, async () => {
      before ??= await quietStore();
      const told = await Promise.all(refused.map((actor) => outcomeFor(name, row, stage.world, actor)));
      expect(Object.fromEntries(refused.map((actor, index) => [actor, told[index]]))).toEqual(
        Object.fromEntries(refused.map((actor) => [actor, expectedOf(row, actor)])),
      );
      const held = before;
      before = await store.read();
      expect(before).toEqual(held);
    });
  }
});

describe("who may is answered:", () => {
  for (const [name, row] of Object.entries(rows)) {
    const admitted = actorNames.filter((actor) => isSuccess(expectedOf(row, actor)));
    if (admitted.length === 0) continue;
    test(name, async () => {
      const told: [ActorName, string][] = [];
      for (const actor of admitted) {
        let world = stage.world;
        for (const maker of row.fresh)
          world = { ...world, ...(await makers[maker]({ ...stage, world }, actor)) };
        told.push([actor, await outcomeFor(name, row, world, actor)]);
      }
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(admitted.map((actor) => [actor, expectedOf(row, actor)])),
      );
    });
  }
});

test(`${routes.length} routes by ${actorNames.length} actors: every cell was asked`, () => {
  expect(cells).toBe(routes.length * actorNames.length);
});
