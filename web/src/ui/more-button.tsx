import { texts } from "../platform/texts.ts";
import { Button } from "./button.tsx";

/** A list that comes in pages, as TanStack Query has it. */
interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** At the end of a list, while there is more of it. */
export function MoreButton({ pages }: { pages: Pages }) {
  if (!pages.hasNextPage) return null;
  return (
    <Button
      look="plain"
      className="w-full"
      busy={pages.isFetchingNextPage}
      onClick={() => void pages.fetchNextPage()}
    >
      {texts.more}
    </Button>
  );
}
