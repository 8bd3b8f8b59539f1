/** Answers every request at once and prints its address: what an answer costs on this machine just now. */
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("{}") });
process.stdout.write(`http://127.0.0.1:${server.port}\n`);
