import { QueryClient } from "@tanstack/react-query";
import { ParleyError } from "../../../sdk/src/index.ts";

/** Answers are shared for half a minute; what may come right by itself is tried again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 3 && error instanceof ParleyError && error.isTemporary,
    },
  },
});
