import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { csvOf } from "../../platform/csv.ts";
import { saveText } from "../../platform/download.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";

/** As much as the server gives at once. */
const pageRows = 100;

interface ExportButtonProps<Row> {
  /** Of the file, without its ending. */
  name: string;
  /** One a row, in order; each by the name that the API has for it. */
  columns: Readonly<Record<string, (row: Row) => string | null>>;
  /** @param cursor "" for the first page. */
  readPage(cursor: string, limit: number): Promise<{ rows: readonly Row[]; next: string | null }>;
}

/** Saves the whole list, not only what the page shows of it, as a table. */
export function ExportButton<Row>({ name, columns, readPage }: ExportButtonProps<Row>) {
  const saving = useMutation({
    mutationFn: async () => {
      const table = [Object.keys(columns)];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(cursor, pageRows);
        for (const row of page.rows) table.push(Object.values(columns).map((cell) => cell(row) ?? ""));
        cursor = page.next;
      }
      saveText(`${name}.csv`, csvOf(table), "text/csv");
    },
  });
  return (
    <>
      <Button className="self-start" busy={saving.isPending} onClick={() => saving.mutate()}>
        <Download aria-hidden size={16} strokeWidth={1.75} />
        {saving.isPending ? texts.exporting : texts.exportTable}
      </Button>
      {saving.isError && <Failure>{explain(saving.error)}</Failure>}
    </>
  );
}
