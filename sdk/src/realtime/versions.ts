/** How far each conversation is known here: what `resume` starts from. */
export class Versions {
  /** The life of the server's database that the versions are of. */
  epoch: string | null = null;
  /** In the order in which they last changed. */
  readonly #versions = new Map<string, number>();

  get size(): number {
    return this.#versions.size;
  }

  /**
   * An answer showed the conversation at this version. That counts only at first sight: later versions come by the
   * socket, with the changes that lead there, and an answer must not let `resume` skip them.
   */
  seed(conversationId: string, version: number): void {
    if (!this.#versions.has(conversationId)) this.#versions.set(conversationId, version);
  }

  /** A frame brought this change. */
  advance(conversationId: string, version: number): void {
    const known = this.#versions.get(conversationId) ?? 0;
    this.#versions.delete(conversationId);
    this.#versions.set(conversationId, Math.max(known, version));
  }

  forget(conversationId: string): void {
    this.#versions.delete(conversationId);
  }

  clear(): void {
    this.#versions.clear();
    this.epoch = null;
  }

  /** Those that are not among `named`. */
  others(named: Record<string, number>): Set<string> {
    return new Set([...this.#versions.keys()].filter((id) => !(id in named)));
  }

  /** Those that changed last, at most `most`: a frame has a size. */
  latest(most: number): Record<string, number> {
    return Object.fromEntries([...this.#versions].slice(-most));
  }
}
