import { useState } from "react";
import { texts } from "../../platform/texts.ts";
import { ComboField } from "../../ui/combo-field.tsx";
import { useParticipants } from "../conversations/index.ts";
import { useOwnUser, usePeopleSearch, usePerson } from "../identity/index.ts";

interface AuthorFieldProps {
  /** Null: anybody. */
  chosen: string | null;
  /** The conversation that is searched in: whoever takes part there comes first. */
  inId: string | null;
  onChoose: (id: string | null) => void;
}

const anybody = "";

/** Who wrote it: found by a few letters among those who take part and in the directory. */
export function AuthorField({ chosen, inId, onChoose }: AuthorFieldProps) {
  const own = useOwnUser();
  const [words, setWords] = useState("");
  const name = usePerson(chosen ?? "")?.name;
  const participants = useParticipants(inId ?? "");
  const search = usePeopleSearch(words, own.role !== "guest");
  const letters = words.trim().toLowerCase();
  const fits = (...names: string[]) => names.some((each) => each.toLowerCase().includes(letters));
  const inside = participants.filter((each) => fits(each.name, each.username));
  const found = (inId === null || letters !== "" ? (search.data ?? []) : [])
    .filter(({ id }) => !inside.some((each) => each.id === id))
    .map(({ id, display_name, username }) => ({ id, name: display_name, username }));
  const people = [...inside, ...found].filter(({ id }) => id !== own.id);
  return (
    <ComboField
      label={texts.searchFrom}
      shown={chosen === null ? texts.anybody : chosen === own.id ? texts.yourself : (name ?? texts.someone)}
      words={words}
      onWords={setWords}
      options={[
        ...(letters === "" ? [{ value: anybody, label: texts.anybody }] : []),
        ...(fits(texts.yourself, own.display_name, own.username)
          ? [{ value: own.id, label: texts.yourself }]
          : []),
        ...people.map(({ id, name: label, username }) => ({ value: id, label, detail: `@${username}` })),
      ]}
      isCurrent={search.isCurrent || own.role === "guest"}
      nothing={texts.noPeopleFound}
      onChoose={(id) => onChoose(id === anybody ? null : id)}
    />
  );
}
