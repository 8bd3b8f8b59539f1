import { QueryClient } from "@tanstack/react-query";
import { ParleyError } from "../../../sdk/src/index.ts";

/**
 * Answers are shared for half a minute; what may come right by itself is tried again. What one does is not kept for
 * when the network is back: by then one may not want it any more, so it fails at once and says so.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 3 && error instanceof ParleyError && error.isTemporary,
    },
    mutations: { networkMode: "always" },
  },
});
