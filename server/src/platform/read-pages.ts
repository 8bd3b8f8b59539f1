/**
 * Every row of a long list, read a page at a time, so that no more than a page is in memory.
 * @param read answers what comes after `last`, at most `most` rows; fewer end the list.
 */
export async function* rowsInPages<Row>(
  most: number,
  read: (last: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last);
    yield* rows;
    last = rows.at(-1);
    if (rows.length < most) return;
  }
}
