import type { Conversation } from "../../../../sdk/src/index.ts";
import { go, type SearchContent, type SearchPlace, searchContents } from "../../platform/address.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { conversations, otherOf, titleOf } from "../conversations/index.ts";
import { people, useOwnUser } from "../identity/index.ts";
import { AuthorField } from "./author-field.tsx";

/** What a conversation is called, where nothing follows its changes. */
export function plainNameOf(conversation: Conversation, ownId: string): string {
  const otherId = otherOf(conversation, ownId);
  return otherId === null ? titleOf(conversation) : (people.get(otherId)?.name ?? texts.someone);
}

const any = "";
const contentNames: Readonly<Record<SearchContent, string>> = {
  file: texts.hasFile,
  image: texts.hasImage,
  video: texts.hasVideo,
  link: texts.hasLink,
};

/** Where, by whom, when, and with what; each at once. */
export function SearchFilters({ place }: { place: SearchPlace }) {
  const narrow = (change: Partial<SearchPlace>) => go({ ...place, ...change }, { replace: true });
  const isNarrowed = [place.inId, place.fromId, place.after, place.before, place.has].some(
    (filter) => filter !== null,
  );
  return (
    <fieldset className="mb-4 grid grid-cols-2 gap-3 medium:grid-cols-3">
      <legend className="sr-only">{texts.searchFilters}</legend>
      <SelectField
        label={texts.searchIn}
        value={place.inId ?? any}
        options={[{ value: any, label: texts.anywhere }, ...usePlaces(place.inId)]}
        onChange={(id) => narrow({ inId: id || null })}
      />
      <AuthorField chosen={place.fromId} inId={place.inId} onChoose={(fromId) => narrow({ fromId })} />
      <SelectField
        label={texts.searchHas}
        className="max-medium:col-span-2"
        value={place.has ?? any}
        options={[
          { value: any, label: texts.anything },
          ...searchContents.map((content) => ({ value: content as string, label: contentNames[content] })),
        ]}
        onChange={(content) => narrow({ has: searchContents.find((each) => each === content) ?? null })}
      />
      <TextField
        label={texts.searchAfter}
        type="date"
        value={place.after ?? ""}
        onChange={(event) => narrow({ after: event.target.value || null })}
      />
      <TextField
        label={texts.searchBefore}
        type="date"
        value={place.before ?? ""}
        onChange={(event) => narrow({ before: event.target.value || null })}
      />
      {isNarrowed && (
        <Button
          look="plain"
          className="self-end"
          onClick={() => narrow({ inId: null, fromId: null, after: null, before: null, has: null })}
        >
          {texts.clearFilters}
        </Button>
      )}
    </fieldset>
  );
}

interface Option {
  value: string;
  label: string;
}

/** One's conversations by name; the chosen one also while it is not known. */
function usePlaces(chosen: string | null): Option[] {
  const own = useOwnUser();
  const { byId } = useStore(conversations);
  const known = [...byId.values()]
    .map((each) => ({ value: each.id, label: plainNameOf(each, own.id) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  if (chosen === null || byId.has(chosen)) return known;
  return [...known, { value: chosen, label: texts.someone }];
}
