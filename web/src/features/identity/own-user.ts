import { createContext, useContext } from "react";
import type { OwnUser } from "../../../../sdk/src/index.ts";

const OwnUserContext = createContext<OwnUser | null>(null);

export const OwnUserScope = OwnUserContext.Provider;

/** Who is signed in. @throws Error outside of the signed-in part of the app. */
export function useOwnUser(): OwnUser {
  const user = useContext(OwnUserContext);
  if (user === null) throw new Error("nobody is signed in");
  return user;
}
