import { useMutation, useQuery } from "@tanstack/react-query";
import type { SettingCategory } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";

export type Settings = Partial<Record<string, Record<string, unknown>>>;

const settingsKey = ["workspace-settings"] as const;

/** All settings by category; undefined until they are known. */
export function useWorkspaceSettings(): Settings | undefined {
  return useQuery({
    queryKey: settingsKey,
    queryFn: async (): Promise<Settings> => ({ ...(await client.workspace.settingsService.getAll()) }),
  }).data;
}

/** Undefined: it is deleted. */
function put(category: string, key: string, value: unknown): void {
  queries.setQueryData<Settings>(settingsKey, (known) => {
    if (known === undefined) return known;
    const { [key]: _, ...others } = known[category] ?? {};
    return { ...known, [category]: value === undefined ? others : { ...others, [key]: value } };
  });
}

/** A change shows at once, here and in every other tab; what the server refuses goes back. */
export function useSetSetting(category: SettingCategory) {
  const { settingsService } = client.workspace;
  const set = useMutation({
    mutationFn: ({ key, value }: { key: string; value: unknown }) =>
      value === undefined ? settingsService.delete(category, key) : settingsService.set(category, key, value),
    onError: () => void queries.invalidateQueries({ queryKey: settingsKey }),
  });
  return {
    set: (key: string, value: unknown) => {
      void queries.cancelQueries({ queryKey: settingsKey });
      put(category, key, value);
      set.mutate({ key, value });
    },
    error: set.isError ? explain(set.error) : null,
  };
}

/** Follows what other tabs and devices set. */
export function startWorkspaceSettings(): void {
  client.on("setting_updated", ({ category, key, value, deleted }) =>
    put(category, key, deleted ? undefined : value),
  );
}
