import type { ReactNode } from "react";
import type { User } from "../../../../sdk/src/index.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { useOwnUser } from "./own-user.ts";
import { usePresence } from "./people.ts";
import { usePeopleSearch } from "./people-search.ts";

interface PeopleListProps {
  /** What is searched for; everybody when empty. */
  words: string;
  /** People who are left out. */
  without?: ReadonlySet<string>;
  /** One person's row: a button or a labelled check box around `face`. */
  row: (person: User, face: ReactNode) => ReactNode;
}

/** People of the directory to choose from. */
export function PeopleList({ words, without, row }: PeopleListProps) {
  const own = useOwnUser();
  const search = usePeopleSearch(words);
  if (search.isPending) return <SkeletonRows />;
  if (search.isError) return <Failure>{explain(search.error)}</Failure>;
  const shown = search.data.filter(({ id }) => id !== own.id && without?.has(id) !== true);
  if (shown.length === 0 && search.data.some(({ id }) => without?.has(id) === true))
    return <p className="px-3 py-6 text-center text-ink-soft">{texts.everybodyIsIn}</p>;
  if (shown.length === 0)
    return (
      <div className="flex flex-col items-center gap-2 px-3 py-6 text-center">
        <p className="text-ink-soft">{words.trim() === "" ? texts.noPeopleYet : texts.noPeopleFound}</p>
        {words.trim() === "" && own.role !== "guest" && (
          <Link
            to={{ name: "settings", section: "invitations" }}
            className="font-medium text-accent-ink hover:underline"
          >
            {texts.invitePeople}
          </Link>
        )}
      </div>
    );
  return (
    <ul aria-label={texts.people} className="flex flex-col">
      {shown.map((person) => (
        <li key={person.id}>{row(person, <Face person={person} />)}</li>
      ))}
    </ul>
  );
}

function Face({ person }: { person: User }) {
  const presence = usePresence(person.id);
  return (
    <>
      <Avatar id={person.id} name={person.display_name} url={person.avatar_url} online={presence?.online} />
      <span className="min-w-0 flex-1 text-start">
        <span className="block truncate font-medium">{person.display_name}</span>
        <span className="block truncate text-detail text-ink-soft">
          <bdi>@{person.username}</bdi>
        </span>
      </span>
    </>
  );
}
