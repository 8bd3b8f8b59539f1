const pageRows = 100;

interface Page<Row> {
  rows: Row[];
  next: string | null;
}

/** The rows of all pages of a list. */
export async function everyRow<Row>(
  read: (query: { limit: number; cursor?: string }) => Promise<Page<Row>>,
): Promise<Row[]> {
  const all: Row[] = [];
  let page = await read({ limit: pageRows });
  all.push(...page.rows);
  while (page.next !== null) {
    page = await read({ limit: pageRows, cursor: page.next });
    all.push(...page.rows);
  }
  return all;
}
