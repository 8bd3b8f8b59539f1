import { SMTPServer } from "smtp-server";

/** A mail as its receiver has it. */
interface ReceivedMail {
  from: string;
  to: string[];
  headers: Map<string, string>;
  subject: string;
  text: string;
  html: string;
}

interface MailServer {
  /** For `SMTP_URL`; it names a user and a password that the server asks for. */
  url: string;
  received: ReceivedMail[];
  /** What the next recipients are told in place of being taken: 451, 550 … Null: they are taken. */
  refuseWith: number | null;
  /** The first mail that matches, received already or within `withinMs` (10 s); each is handed out once. */
  next(matches?: (mail: ReceivedMail) => boolean, withinMs?: number): Promise<ReceivedMail>;
  stop(): Promise<void>;
}

const user = "parley";
const password = "relay:p@ss";

/** A real SMTP server on a free port. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const untaken: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: false,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth: ({ username, password: given }, _session, done) =>
      username === user && given === password ? done(null, { user }) : done(new Error("Wrong password")),
    onRcptTo: (_address, _session, done) => {
      if (server.refuseWith === null) return done();
      const refusal = Object.assign(new Error("Not now"), { responseCode: server.refuseWith });
      return done(refusal);
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const from = session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address;
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const mail = { from, to, ...readMessage(Buffer.concat(parts).toString("utf8")) };
        server.received.push(mail);
        untaken.push(mail);
        done();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    smtp.once("error", reject);
    smtp.listen(port, "127.0.0.1", () => resolve());
  });
  const address = smtp.server.address();
  const listensOn = typeof address === "object" && address !== null ? address.port : port;
  const server: MailServer = {
    url: `smtp://${user}:${encodeURIComponent(password)}@127.0.0.1:${listensOn}`,
    received: [],
    refuseWith: null,
    async next(matches = () => true, withinMs = 10_000) {
      const until = performance.now() + withinMs;
      for (;;) {
        const at = untaken.findIndex(matches);
        const [mail] = at === -1 ? [] : untaken.splice(at, 1);
        if (mail !== undefined) return mail;
        if (performance.now() > until) throw new Error(`no such mail came within ${withinMs} ms`);
        await Bun.sleep(20);
      }
    },
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  smtp.on("error", () => undefined);
  return server;
}

/** The token that a mail's link carries; the mail has it on a line of its own too. */
export function tokenIn({ text, html }: ReceivedMail): string {
  const token = /#token=([A-Za-z0-9_-]{43})$/m.exec(text)?.[1] ?? "";
  if (!text.split("\n").includes(token)) throw new Error(`the mail has no token: ${text}`);
  if (!html.includes(`#token=${token}"`)) throw new Error("the HTML has another link than the text");
  return token;
}

function readMessage(source: string): Omit<ReceivedMail, "from" | "to"> {
  const { headers, body } = readPart(source);
  const boundary = /boundary="([^"]+)"/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = boundary === undefined ? [] : body.split(`--${boundary}`).slice(1, -1).map(readPart);
  const part = (type: string) => {
    const found = parts.find(({ headers: of }) => of.get("content-type")?.startsWith(type));
    return found === undefined ? "" : decoded(found);
  };
  return {
    headers,
    subject: headers.get("subject") ?? "",
    text: part("text/plain"),
    html: part("text/html"),
  };
}

interface Part {
  headers: Map<string, string>;
  body: string;
}

function readPart(source: string): Part {
  const lines = source.replace(/^\r\n/, "");
  const end = lines.indexOf("\r\n\r\n");
  const headers = new Map<string, string>();
  for (const line of lines
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: lines.slice(end + 4) };
}

function decoded({ headers, body }: Part): string {
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase();
  const text = body.replaceAll("\r\n", "\n");
  if (encoding === "base64") return Buffer.from(text, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return text;
  const bytes = text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
