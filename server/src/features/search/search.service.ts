import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Memberships } from "../conversations/index.ts";
import { listMessagesAt, type MessageView, type MessageViews } from "../messages/index.ts";
import { readQuestion } from "./question.ts";
import type { SearchFollower } from "./search-follower.ts";
import type { Hit, Place, SearchIndex, SearchRequest } from "./search-index.ts";

export type { Place };

interface SearchFilter extends Omit<SearchRequest, "organizationId" | "userId" | "question"> {
  text: string;
}

interface SearchResult {
  message: MessageView;
  snippet: string;
  rank: number;
}

/** Finds messages by their words, in the conversations that the caller is in now. */
export class Search {
  readonly #database: Database;
  readonly #memberships: Memberships;
  readonly #views: MessageViews;
  readonly #index: SearchIndex;
  readonly #follower: SearchFollower;

  constructor(
    database: Database,
    memberships: Memberships,
    views: MessageViews,
    index: SearchIndex,
    follower: SearchFollower,
  ) {
    this.#database = database;
    this.#memberships = memberships;
    this.#views = views;
    this.#index = index;
    this.#follower = follower;
  }

  /**
   * Best first, see `collectHits`. A text without a word to look for finds nothing.
   * @throws AppError NOT_FOUND or FORBIDDEN for a conversation that the caller is not in.
   */
  async find(
    actor: Actor,
    { text, ...filter }: SearchFilter,
  ): Promise<{ results: SearchResult[]; next: Place | null }> {
    if (filter.conversationId !== null) await this.#memberships.require(actor, filter.conversationId);
    const question = readQuestion(text);
    if (question.wanted.length === 0) return { results: [], next: null };
    await this.#follower.ready();
    const { organizationId, userId } = actor;
    const { hits, next } = await this.#index.find({ ...filter, organizationId, userId, question });
    return { results: await this.#present(hits), next };
  }

  /** As they are now: what was deleted since the index answered is left out. */
  async #present(hits: Hit[]): Promise<SearchResult[]> {
    const shown = new Map<string, MessageView>();
    const byConversation = Map.groupBy(hits, (hit) => hit.conversationId);
    await Promise.all(
      [...byConversation].map(async ([conversationId, ofConversation]) => {
        const seqs = ofConversation.map((hit) => hit.seq);
        const rows = await listMessagesAt(this.#database.query, conversationId, seqs);
        const visible = rows.filter((row) => row.deleted_at === null && row.is_encrypted === 0);
        for (const view of await this.#views.show(conversationId, visible)) {
          shown.set(`${conversationId} ${view.seq}`, view);
        }
      }),
    );
    return hits.flatMap(({ conversationId, seq, snippet, rank }) => {
      const message = shown.get(`${conversationId} ${seq}`);
      return message === undefined ? [] : [{ message, snippet, rank }];
    });
  }
}
