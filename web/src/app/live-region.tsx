import { announcement } from "../platform/announce.ts";
import { useStore } from "../platform/store.ts";

/** Where screen readers hear what nothing on the page takes the focus for. */
export function LiveRegion() {
  const { text, number } = useStore(announcement);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      <span key={number}>{text}</span>
    </div>
  );
}
