import { useQuery } from "@tanstack/react-query";
import { client } from "../../platform/client.ts";

/** How people come in here: whether registration is open, and whether nobody is here yet. */
export function useSignInOptions() {
  return useQuery({ queryKey: ["sign-in-options"], queryFn: () => client.auth.options() });
}

/** Whether mails reach people by themselves; until that is known it is taken to be so. */
export function useSendsMail(): boolean {
  return useSignInOptions().data?.sends_mail !== false;
}
