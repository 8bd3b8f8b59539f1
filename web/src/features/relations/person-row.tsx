import type { ReactNode } from "react";
import type { User } from "../../../../sdk/src/index.ts";
import { Avatar } from "../../ui/avatar.tsx";

interface PersonRowProps {
  person: User;
  detail: ReactNode;
  /** What one may do, at the end of the row. */
  children: ReactNode;
}

/** Somebody in a list of one's own people. */
export function PersonRow({ person, detail, children }: PersonRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b py-2.5">
      <Avatar id={person.id} name={person.display_name} url={person.avatar_url} online={person.online} />
      <span className="min-w-32 flex-1">
        <span className="block truncate font-medium">{person.display_name}</span>
        <span className="flex flex-wrap gap-x-2 text-detail text-ink-soft">
          <bdi className="truncate">@{person.username}</bdi>
          <span>{detail}</span>
        </span>
      </span>
      <span className="flex gap-2">{children}</span>
    </li>
  );
}
