import {
  ForgotPage,
  InvitePage,
  RegisterPage,
  ResetPage,
  SignInPage,
  VerifyPage,
} from "../features/identity/index.ts";
import type { Place } from "../platform/address.ts";

/** The places that need no session, those that mails lead to among them. */
export type EntryPlace = Extract<
  Place,
  { name: "login" | "register" | "forgot-password" | "reset-password" | "verify-email" | "invite" }
>;

export function EntryPage({ place }: { place: EntryPlace }) {
  switch (place.name) {
    case "login":
      return <SignInPage next={place.next} />;
    case "register":
      return <RegisterPage next={place.next} />;
    case "forgot-password":
      return <ForgotPage />;
    case "reset-password":
      return <ResetPage />;
    case "verify-email":
      return <VerifyPage />;
    case "invite":
      return <InvitePage />;
  }
}
