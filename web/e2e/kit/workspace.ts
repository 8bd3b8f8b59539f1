import type { Person } from "./people.ts";

export interface Workspace {
  conversation: string;
  session: string;
}

const answer = `Split it by what changes together:

1. **Tokens**: issue, verify, revoke
2. **Sign-in**: passwords and lockout
   - one rule in one place
   - nothing else knows hashes

| part | owns | tests |
| --- | --- | --- |
| tokens | keys | \`token.test.ts\` |
| sign-in | passwords | \`login.test.ts\` |

\`\`\`ts
// Tokens know nothing of passwords.
export async function signIn(name: string, password: string): Promise<Session> {
  const user = await users.find(name);
  if (!(await verify(password, user?.hash ?? dummy))) throw new Refused("INVALID_CREDENTIALS", 401);
  return sessions.begin(user.id);
}
\`\`\`

## What to do first

> Move the tests along with what they test, then the code.

See https://example.com/splitting for more.`;

/** Somebody's workspace with something in every part of it. */
export async function fillWorkspace(who: Person): Promise<Workspace> {
  const make = <Made>(path: string, body: unknown) => who.call<Made>("POST", `/api/v5${path}`, body);
  const { session_id: session } = await make<{ session_id: string }>("/sessions", {
    workspace_path: "/projects/parley",
    name: "Auth module",
    tags: ["auth", "refactor", "api"],
    context_files: ["/src/auth.ts", "/src/tokens.ts"],
    memory: { facts: { language: "TypeScript" }, decisions: ["Tokens know nothing of passwords"] },
    editor_state: { open_files: ["/src/auth.ts"], active_file: "/src/auth.ts" },
  });
  await make(`/sessions/${session}/fork`, { name: "Auth module, with passkeys" });
  await make("/sessions", { workspace_path: "/projects/site", name: "Pricing page", tags: ["web", "api"] });
  const begin = async (title: string, tags: string[]) =>
    (
      await make<{ conversation_id: string }>("/conversations", {
        title,
        tags,
        workspace_session_id: session,
      })
    ).conversation_id;
  await begin("Which database for the log?", ["storage"]);
  const conversation = await begin("Splitting the auth module", ["auth", "refactor"]);
  const say = (role: string, content: string) =>
    make(`/conversations/${conversation}/messages`, { role, content, model: "qwen/qwq-32b" });
  await say("User", "How should I split the auth module?\nIt has 900 lines.");
  await say("Assistant", answer);
  return { conversation, session };
}
