import { Matcher } from "./matching.ts";
import type { Question } from "./question.ts";

/** A place in the order of hits: the window it is in, and there rank, then key. */
export interface Place {
  /** Keys of the window, both inclusive. */
  top: number;
  bottom: number;
  rank: number;
  key: number;
}

export const containedKinds = ["file", "image", "video", "link"] as const;
type Contained = (typeof containedKinds)[number];

/**
 * The condition on a message `m`, for both engines. Attachments stand in the metadata with what they are, so that their
 * list begins with a brace where there is one.
 */
export const containedSql: Readonly<Record<Contained, string>> = {
  file: `m.metadata like '%"attachments":[{%'`,
  image: `m.metadata like '%"attachments":[{%' and m.metadata like '%"content_type":"image/%'`,
  video: `m.metadata like '%"attachments":[{%' and m.metadata like '%"content_type":"video/%'`,
  link: `(m.content like '%http://%' or m.content like '%https://%')`,
};

export interface SearchRequest {
  organizationId: string;
  userId: string;
  question: Question;
  /** Only these of the caller's conversations; null: all of them. */
  conversationId: string | null;
  senderId: string | null;
  /** What the messages must have beside the words; null: nothing. */
  has: Contained | null;
  /** Milliseconds, both inclusive. */
  from: number | null;
  to: number | null;
  /** Null: from the beginning. */
  after: Place | null;
  limit: number;
}

export interface Hit {
  conversationId: string;
  seq: number;
  rank: number;
  snippet: string;
}

export interface HitPage {
  hits: Hit[];
  /** Null: there is no more. */
  next: Place | null;
}

/** A message that the index thinks answers. Keys grow with the time of indexing and never change. */
export interface Candidate {
  key: number;
  conversationId: string;
  seq: number;
  content: string;
}

/** How far the index has come with a conversation; null: there is more to do. */
export type Reached = [conversationId: string, version: number | null];

/**
 * Where messages are found by their words. It follows the log of each conversation by itself, from where it stands:
 * what it has, it has for ever, and a crash costs at most the work of a moment.
 */
export interface SearchIndex {
  /** Makes it ready, empty if the database has begun another life. */
  prepare(epoch: string): Promise<void>;
  /** Conversations that have gone on since they were indexed, some of them at a time. */
  listStale(): Promise<string[]>;
  /** Indexes a bounded number of messages of these conversations. */
  catchUp(conversationIds: string[]): Promise<Reached[]>;
  /** Hits of conversations that the user is in now, neither deleted nor encrypted. */
  find(request: SearchRequest): Promise<HitPage>;
  close(): void;
}

/** Hits are put in order among the latest so many at a time: nobody reads further, and a common word costs no more. */
const windowSize = 400;
/** An index may think of a message that its text then denies; so often it may do so for a whole window. */
const windowsAtMost = 20;

export interface Window {
  /** The highest key first. */
  candidates: Candidate[];
  /** The least key that was looked at: `bottom`, unless there were more candidates or it was too much to look at. */
  reached: number;
}

/** At most `most` candidates with keys from `top` down to `bottom`. */
type ReadWindow = (top: number, bottom: number, most: number) => Window | Promise<Window>;

/**
 * A page of hits. The order is fixed by the messages themselves: windows of the latest candidates, in each the best
 * first; so a page neither skips nor repeats a hit while messages are sent and deleted.
 */
export async function collectHits(
  readWindow: ReadWindow,
  { question, after, limit }: Pick<SearchRequest, "question" | "after" | "limit">,
): Promise<HitPage> {
  const matcher = new Matcher(question);
  const hits: Hit[] = [];
  let last: Place | null = null;
  let top = after === null ? Number.MAX_SAFE_INTEGER : after.top;
  for (let count = 0; count < windowsAtMost; count++) {
    const window = await readRanked(readWindow, matcher, top, count === 0 ? after : null);
    for (const { candidate, rank } of window.ranked) {
      if (hits.length === limit) return { hits, next: last };
      const { key, conversationId, seq, content } = candidate;
      hits.push({ conversationId, seq, rank, snippet: matcher.snippetOf(content) });
      last = { top: window.top, bottom: window.bottom, rank, key };
    }
    if (window.bottom <= 1) return { hits, next: null };
    top = window.bottom - 1;
  }
  return { hits, next: { top: top + 1, bottom: top + 1, rank: 0, key: 0 } };
}

/** @param after the place within the window to go on from; its bounds are then known, whatever was deleted since. */
async function readRanked(readWindow: ReadWindow, matcher: Matcher, top: number, after: Place | null) {
  const most = after === null ? windowSize : 2 * windowSize;
  const { candidates, reached } = await readWindow(top, after?.bottom ?? 0, most);
  return {
    top: after?.top ?? Math.min(top, candidates[0]?.key ?? 0),
    bottom: after?.bottom ?? reached,
    ranked: candidates
      .map((candidate) => ({ candidate, rank: matcher.rankOf(candidate.content) }))
      .filter(({ candidate, rank }) => rank > 0 && (after === null || isBehind(after, rank, candidate.key)))
      .toSorted((a, b) => b.rank - a.rank || b.candidate.key - a.candidate.key),
  };
}

function isBehind(place: Place, rank: number, key: number): boolean {
  return rank < place.rank || (rank === place.rank && key < place.key);
}
