import { type ReactNode, useId } from "react";
import { usePageTitle } from "../platform/page-title.ts";

/** One page of the settings. */
export function SettingsSection({
  title,
  about,
  wide = false,
  children,
}: {
  title: string;
  about?: string;
  /** For lists and tables. */
  wide?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  usePageTitle(title);
  return (
    <section aria-labelledby={id} className={wide ? "max-w-3xl" : "max-w-lg"}>
      <h1 id={id} className="font-semibold text-title">
        {title}
      </h1>
      {about !== undefined && <p className="mt-1 max-w-lg text-ink-soft">{about}</p>}
      <div className="mt-6 flex flex-col gap-5">{children}</div>
    </section>
  );
}

/** One matter of a page that has several. */
export function SettingsGroup({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-4 border-line border-t pt-5 first:border-t-0 first:pt-0">
      <div>
        <h2 className="font-semibold text-heading">{title}</h2>
        {about !== undefined && <p className="text-ink-soft">{about}</p>}
      </div>
      {children}
    </section>
  );
}
