import { go } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { RegisterForm } from "./register-form.tsx";
import { EntryLink, SignInFrame } from "./sign-in-frame.tsx";
import { useSignInOptions } from "./sign-in-options.ts";

/** Also the first-run page: on a server without people it says that this account will run it. */
export function RegisterPage({ next }: { next: string | null }) {
  const options = useSignInOptions();
  const isFirst = options.data?.is_empty === true;
  return (
    <SignInFrame
      title={isFirst ? texts.firstRunTitle : texts.registerTitle}
      {...(isFirst ? { about: texts.firstRunAbout } : {})}
    >
      {options.data?.registration === "invite" ? (
        <p className="mt-4 text-ink-soft">{texts.registrationClosed}</p>
      ) : (
        <RegisterForm onDone={() => go(next ?? "/", { replace: true })} />
      )}
      {!isFirst && (
        <p className="mt-6 text-ink-soft">
          {texts.haveAccount} <EntryLink to={{ name: "login", next }}>{texts.signIn}</EntryLink>
        </p>
      )}
    </SignInFrame>
  );
}
