/**
 * An entry of its own for the build: with it the packages that everybody needs are a script beside the app's. A browser
 * keeps it when only the app has changed, and reads the two one by one.
 */
export { Root as Dialog } from "@radix-ui/react-dialog";
export { Root as Menu } from "@radix-ui/react-dropdown-menu";
export { Root as Tooltip } from "@radix-ui/react-tooltip";
export {
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from "@tanstack/react-query";
export { useVirtualizer } from "@tanstack/react-virtual";
export { createRoot } from "react-dom/client";
