import { MessagesSquare } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { usePageTitle } from "../../platform/page-title.ts";
import { texts } from "../../platform/texts.ts";
import { Link } from "../../ui/link.tsx";

/** The page around signing in and registering. */
export function SignInFrame({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <main className="flex min-h-full items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-2 text-accent-ink">
          <MessagesSquare aria-hidden size={24} strokeWidth={1.75} />
          <span className="font-semibold text-heading">{texts.appName}</span>
        </div>
        <h1 className="font-semibold text-title">{title}</h1>
        {about !== undefined && <p className="mt-1 text-ink-soft">{about}</p>}
        {children}
      </div>
    </main>
  );
}

/** Where a link of a mail or an invitation leads without its token, as after a reload: the token left the address bar. */
export function LinkNotWhole({ title }: { title: string }) {
  return (
    <SignInFrame title={title} about={texts.linkNotWhole}>
      <p className="mt-6">
        <EntryLink to={{ name: "home" }}>{texts.toStart}</EntryLink>
      </p>
    </SignInFrame>
  );
}

/** Between these pages, and into the app. */
export function EntryLink(props: Omit<ComponentProps<typeof Link>, "className">) {
  return <Link {...props} className="font-medium text-accent-ink hover:underline" />;
}
