import {
  type KyselyPlugin,
  type OperationNode,
  PostgresQueryCompiler,
  type RootOperationNode,
  SqliteQueryCompiler,
} from "kysely";
import type { Queries } from "./database.ts";
import { isTenantTable, tenantKeys } from "./tenant-keys.ts";

/** A query over what belongs to organizations that says neither whose it is nor why it need not. */
export class UnboundQuery extends Error {
  readonly tables: readonly string[];

  constructor(tables: readonly string[]) {
    super(
      `A query over ${tables.join(", ")} is bound to no organization: compare one of the columns in tenant-keys.ts, or say with «across» why it need not.`,
    );
    this.tables = tables;
  }
}

/** Why a query may look beyond one organization. */
type CrossingReason =
  /** An account or a session by itself: of nobody yet, or the caller's own. It tells the organization. */
  | "account"
  /** Whoever holds the secret, a token or a signature, is asked nothing else. */
  | "secret"
  /** Whose it is, is what the query finds out; the caller compares. */
  | "check"
  /** What those who run the server see of all of it: accounts, numbers, the trail. */
  | "server"
  /** What the server does by itself: clearing up, copying, starting. */
  | "upkeep";

const crossing = Symbol("crosses organizations");
type Marked = { [crossing]?: CrossingReason };

/** The same queries, let through the fence. */
export function across(query: Queries, reason: CrossingReason): Queries {
  return query.withPlugin(crossings[reason]);
}

function crossingBy(reason: CrossingReason): KyselyPlugin {
  return {
    transformQuery: ({ node }) => ({ ...node, [crossing]: reason }),
    transformResult: async ({ result }) => result,
  };
}

const crossings: Record<CrossingReason, KyselyPlugin> = {
  account: crossingBy("account"),
  secret: crossingBy("secret"),
  check: crossingBy("check"),
  server: crossingBy("server"),
  upkeep: crossingBy("upkeep"),
};

/**
 * The fence stands where query texts are made: a prepared query passes it once, and running it costs nothing.
 * @throws UnboundQuery
 */
export class FencedSqliteCompiler extends SqliteQueryCompiler {
  override compileQuery(...[node, queryId]: Parameters<SqliteQueryCompiler["compileQuery"]>) {
    requireBound(node);
    return super.compileQuery(node, queryId);
  }
}

/** As `FencedSqliteCompiler`. @throws UnboundQuery */
export class FencedPostgresCompiler extends PostgresQueryCompiler {
  override compileQuery(...[node, queryId]: Parameters<PostgresQueryCompiler["compileQuery"]>) {
    requireBound(node);
    return super.compileQuery(node, queryId);
  }
}

function requireBound(root: RootOperationNode): void {
  if ((root as Marked)[crossing] !== undefined) return;
  if (root.kind === "RawNode") requireBoundText(root);
  else visit(root);
}

/** A node as the walk sees it: whatever it holds by name. */
type Node = OperationNode & Record<string, unknown>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** Every statement and every statement within it. */
function visit(node: Node | RootOperationNode): void {
  const { kind } = node;
  if (kind === "InsertQueryNode") requireInserted(node as Node);
  else if (kind === "SelectQueryNode" || kind === "UpdateQueryNode" || kind === "DeleteQueryNode")
    requireComparison(node as Node);
  for (const child of childrenOf(node as Node)) visit(child);
}

/** New rows say whose they are, where their table has a column for it. */
function requireInserted(node: Node): void {
  const table = tableNameOf(node.into);
  if (table === null || !isTenantTable(table) || !tenantKeys[table].some((key) => key === "organization_id"))
    return;
  const columns = Array.isArray(node.columns) ? node.columns.map(columnNameOf) : [];
  if (!columns.includes("organization_id")) throw new UnboundQuery([table]);
}

/** One of the tables must be bound; the others hang on it by their joins. */
function requireComparison(node: Node): void {
  const tables = tablesOf(node);
  if (tables.size === 0 || froms(node.from).some(isSelection)) return;
  const conditions = [node.where, ...asNodes(node.joins).map((join) => join.on)].filter(isNode);
  if (conditions.some((condition) => binds(condition, tables))) return;
  throw new UnboundQuery([...new Set(tables.values())]);
}

/** What it reads or writes that belongs to organizations: table by the name that its columns are called with. */
function tablesOf(node: Node): Map<string, string> {
  const tables = new Map<string, string>();
  const sources = [node.table, ...froms(node.from), ...froms(node.using)];
  for (const source of [...sources, ...asNodes(node.joins).map((join) => join.table)]) {
    for (const each of asNodes(source)) {
      const isAlias = each.kind === "AliasNode";
      const table = tableNameOf(isAlias ? each.node : each);
      const name = isAlias ? nameOf(each.alias) : table;
      if (table !== null && name !== null && isTenantTable(table)) tables.set(name, table);
    }
  }
  return tables;
}

function froms(node: unknown): unknown[] {
  if (!isNode(node)) return [];
  if (Array.isArray(node.froms)) return node.froms;
  if (Array.isArray(node.tables)) return node.tables;
  return [];
}

/** Its rows come from a statement that is looked at by itself. */
function isSelection(source: unknown): boolean {
  if (!isNode(source)) return false;
  return source.kind === "SelectQueryNode" || (source.kind === "AliasNode" && isSelection(source.node));
}

function asNodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

/** True if whatever meets the condition is of what one of the tables' keys says. */
function binds(condition: Node, tables: ReadonlyMap<string, string>): boolean {
  const inner = (name: string) => {
    const child = condition[name];
    return isNode(child) && binds(child, tables);
  };
  switch (condition.kind) {
    case "WhereNode":
      return inner("where");
    case "OnNode":
      return inner("on");
    case "ParensNode":
      return inner("node");
    case "AndNode":
      return inner("left") || inner("right");
    case "OrNode":
      return inner("left") && inner("right");
    case "BinaryOperationNode":
      return (
        isEquality(condition.operator) && [condition.leftOperand, condition.rightOperand].some(isKey(tables))
      );
    default:
      return false;
  }
}

function isEquality(operator: unknown): boolean {
  return isNode(operator) && (operator.operator === "=" || operator.operator === "in");
}

function isKey(tables: ReadonlyMap<string, string>): (operand: unknown) => boolean {
  return (operand) => {
    if (!isNode(operand)) return false;
    if (operand.kind === "TupleNode") return asNodes(operand.values).some(isKey(tables));
    if (operand.kind !== "ReferenceNode") return false;
    const column = columnNameOf(operand.column);
    const called = tableNameOf(operand.table);
    return [...tables].some(
      ([name, table]) =>
        (called === null || called === name) &&
        isTenantTable(table) &&
        tenantKeys[table].some((key) => key === column),
    );
  };
}

/** Of a statement written as text the fence sees the words only: a table that stands there wants one of its keys. */
function requireBoundText(root: Node | RootOperationNode): void {
  const words = new Set<string>();
  const read = (node: Node) => {
    if (Array.isArray(node.sqlFragments))
      for (const fragment of node.sqlFragments)
        for (const word of String(fragment).split(/\W+/)) words.add(word);
    if (node.kind === "IdentifierNode") words.add(String(node.name));
    for (const child of childrenOf(node)) read(child);
  };
  read(root as Node);
  const tables = [...words].filter(isTenantTable);
  const isBound = (table: (typeof tables)[number]) => tenantKeys[table].some((key) => words.has(key));
  if (tables.length > 0 && !tables.some(isBound)) throw new UnboundQuery(tables);
}

function tableNameOf(node: unknown): string | null {
  if (!isNode(node) || node.kind !== "TableNode" || !isNode(node.table)) return null;
  return nameOf(node.table.identifier);
}

function columnNameOf(node: unknown): string | null {
  return isNode(node) && node.kind === "ColumnNode" ? nameOf(node.column) : null;
}

function nameOf(node: unknown): string | null {
  return isNode(node) && node.kind === "IdentifierNode" ? String(node.name) : null;
}
