/** A message as far as fitting it in is concerned. */
interface Weighed {
  role: "User" | "Assistant" | "System";
  token_count: number;
}

/** What a provider adds around each message. */
const tokensAround = 4;
/** A part of the window stays free for the answer. */
const answerShare = 0.25;

/**
 * What of a conversation a model can take: what the system says, then the newest messages, as many as fit. The last
 * one always goes, else there is nothing to answer. An answer goes with what it answers: many models refuse what
 * begins with one.
 * @param messages in the conversation's order, the one to answer last.
 */
export function fitInto<Message extends Weighed>(
  messages: readonly Message[],
  window: number,
): { fitting: Message[]; leftOut: number } {
  const room = Math.floor(window * (1 - answerShare));
  const weigh = (message: Message) => message.token_count + tokensAround;
  const last = messages.at(-1);
  const chosen = new Set<Message>(last === undefined ? [] : [last]);
  let used = last === undefined ? 0 : weigh(last);
  const take = (message: Message): boolean => {
    if (chosen.has(message)) return true;
    if (used + weigh(message) > room) return false;
    used += weigh(message);
    chosen.add(message);
    return true;
  };
  for (const message of messages) if (message.role === "System") take(message);
  for (const message of messages.toReversed()) {
    // What is older than the first that does not fit would stand there without its sequel.
    if (message.role !== "System" && !take(message)) break;
  }
  if (chosen.size < messages.length) {
    for (const message of messages) {
      if (message === last || (message.role === "User" && chosen.has(message))) break;
      if (message.role === "Assistant") chosen.delete(message);
    }
  }
  const fitting = messages.filter((message) => chosen.has(message));
  return { fitting, leftOut: messages.length - fitting.length };
}
