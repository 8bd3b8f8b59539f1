import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { RegisterForm } from "./register-form.tsx";
import { session } from "./session.ts";
import { EntryLink, LinkNotWhole, SignInFrame } from "./sign-in-frame.tsx";
import { tokenOfAddress } from "./token-of-address.ts";

/** The token waits here while its reader signs in; it is no secret of an account, and ends with the tab. */
const tokenKey = "parley.invitation";

function readToken(): string {
  const given = tokenOfAddress();
  if (given !== "") sessionStorage.setItem(tokenKey, given);
  return given === "" ? (sessionStorage.getItem(tokenKey) ?? "") : given;
}

/** Where an invitation leads: joins with the account one has, or with one that is made here. */
export function InvitePage() {
  const [token] = useState(readToken);
  const state = useStore(session);
  if (token === "") return <LinkNotWhole title={texts.inviteTitle} />;
  if (state.status === "signedIn") return <Join token={token} name={state.user.display_name} />;
  return (
    <SignInFrame title={texts.inviteTitle} about={texts.inviteNew}>
      <RegisterForm
        invitationToken={token}
        onDone={() => {
          sessionStorage.removeItem(tokenKey);
          go("/", { replace: true });
        }}
      />
      <p className="mt-6 text-ink-soft">
        {texts.inviteHaveAccount}{" "}
        <EntryLink to={{ name: "login", next: "/invite" }}>{texts.signIn}</EntryLink>
      </p>
    </SignInFrame>
  );
}

function Join({ token, name }: { token: string; name: string }) {
  const joining = useMutation({
    mutationFn: () => client.organizations.acceptInvitation(token),
    onSuccess: () => {
      sessionStorage.removeItem(tokenKey);
      // Everything that this page knows is of the organization that was left.
      location.assign("/");
    },
  });
  return (
    <SignInFrame title={texts.inviteTitle} about={texts.inviteSignedIn(name)}>
      <p className="mt-4">{texts.inviteMoves}</p>
      <div className="mt-6 flex flex-col gap-2">
        {joining.isError && <Failure>{explain(joining.error)}</Failure>}
        <Button look="primary" busy={joining.isPending || joining.isSuccess} onClick={() => joining.mutate()}>
          {texts.inviteJoin}
        </Button>
        <Button
          onClick={() => {
            sessionStorage.removeItem(tokenKey);
            go("/", { replace: true });
          }}
        >
          {texts.inviteDecline}
        </Button>
      </div>
    </SignInFrame>
  );
}
