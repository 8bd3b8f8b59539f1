import { QueryClientProvider } from "@tanstack/react-query";
import { Component, type ReactNode, useEffect } from "react";
import { OwnUserScope, session, useSignInOptions } from "../features/identity/index.ts";
import { go, usePlace } from "../platform/address.ts";
import { queries } from "../platform/query.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { Button } from "../ui/button.tsx";
import { Later } from "../ui/later.tsx";
import { TooltipScope } from "../ui/tooltip.tsx";
import type { EntryPlace } from "./entry-page.tsx";
import { LiveRegion } from "./live-region.tsx";
import { parts } from "./parts.ts";
import { Shell } from "./shell.tsx";

export function App() {
  return (
    <CrashGuard>
      <QueryClientProvider client={queries}>
        <TooltipScope>
          <Gate />
          <LiveRegion />
        </TooltipScope>
      </QueryClientProvider>
    </CrashGuard>
  );
}

/** Who is not signed in sees the pages for that, whatever the address; it is kept for afterwards. */
function Gate() {
  const state = useStore(session);
  const place = usePlace();
  if (state.status === "restoring") return null;
  if (place.name === "reset-password" || place.name === "verify-email" || place.name === "invite")
    return <Entry place={place} />;
  if (state.status === "signedOut") {
    if (place.name === "register" || place.name === "login" || place.name === "forgot-password")
      return <Entry place={place} />;
    return <ToSignIn />;
  }
  if (place.name === "login" || place.name === "register") return <ToStart next={place.next} />;
  if (place.name === "forgot-password") return <ToStart next="/settings/security" />;
  return (
    <OwnUserScope value={state.user}>
      <Shell key={state.user.id} />
    </OwnUserScope>
  );
}

function Entry({ place }: { place: EntryPlace }) {
  return <Later part={parts.entry} given={{ place }} />;
}

/** To sign in; on a server where nobody is yet, to make the first account. */
function ToSignIn() {
  const options = useSignInOptions();
  const isKnown = options.isSuccess || options.isError;
  const isEmpty = options.data?.is_empty === true;
  useEffect(() => {
    if (!isKnown) return;
    const here = location.pathname + location.search;
    go({ name: isEmpty ? "register" : "login", next: here === "/" ? null : here }, { replace: true });
  }, [isKnown, isEmpty]);
  return null;
}

function ToStart({ next }: { next: string | null }) {
  useEffect(() => go(next ?? "/", { replace: true }), [next]);
  return null;
}

/** A fault in drawing costs the view, never what was written: that is stored. */
class CrashGuard extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    if (!this.state.crashed) return this.props.children;
    return (
      <main className="flex min-h-full flex-col items-center justify-center gap-2 p-8 text-center">
        <h1 className="font-semibold text-heading">{texts.crashedTitle}</h1>
        <p className="text-ink-soft">{texts.crashedAbout}</p>
        <Button look="primary" className="mt-3" onClick={() => location.reload()}>
          {texts.reload}
        </Button>
      </main>
    );
  }
}
