/** A session in the tree of forks. */
export interface Branch<Session> {
  session: Session;
  forks: Branch<Session>[];
}

interface Forked {
  session_id: string;
  parent_session_id: string | null;
}

/**
 * Sessions below those that they were forked from, in the order given; one whose parent is not among them stands by
 * itself.
 */
export function treeOf<Session extends Forked>(sessions: readonly Session[]): Branch<Session>[] {
  const branches = new Map(
    sessions.map((session) => [session.session_id, { session, forks: [] as Branch<Session>[] }]),
  );
  const roots: Branch<Session>[] = [];
  for (const branch of branches.values()) {
    const parent = branches.get(branch.session.parent_session_id ?? "");
    if (parent === undefined) roots.push(branch);
    else parent.forks.push(branch);
  }
  return roots;
}
