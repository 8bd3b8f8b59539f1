import { useQuery } from "@tanstack/react-query";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";

/** The models that one may ask, or why there are none. */
export function useModels() {
  const { data, error } = useQuery({
    queryKey: ["ai-models"],
    queryFn: () => client.workspace.llmService.models(),
    retry: false,
  });
  return {
    models: data?.models ?? [],
    serverDefault: data?.default_model ?? null,
    fault: error === null ? null : faultOf(error),
    /** Nobody has named a provider: there is nobody to ask. */
    isMissing: error instanceof ParleyError && error.code === "UNAVAILABLE",
  };
}

function faultOf(error: Error): string {
  if (!(error instanceof ParleyError)) return explain(error);
  if (error.code === "UNAVAILABLE") return texts.noProviderAbout;
  return error.code === "PROVIDER_UNAVAILABLE" ? error.message : explain(error);
}
