import type { ReactNode } from "react";

/** One page of the settings. */
export function SettingsSection({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ReactNode;
}) {
  return (
    <section className="max-w-lg">
      <h1 className="font-semibold text-title">{title}</h1>
      {about !== undefined && <p className="mt-1 text-ink-soft">{about}</p>}
      <div className="mt-6 flex flex-col gap-5">{children}</div>
    </section>
  );
}
