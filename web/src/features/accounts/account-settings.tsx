import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsGroup, SettingsSection } from "../../ui/settings-section.tsx";
import { PasswordField, signOut } from "../identity/index.ts";
import { EmailSettings } from "./email-settings.tsx";

/** The address, and ways out. */
export function AccountSettings() {
  const [isLeaving, setLeaving] = useState(false);
  return (
    <SettingsSection title={texts.account} about={texts.accountAbout}>
      <SettingsGroup title={texts.emailAddress}>
        <EmailSettings />
      </SettingsGroup>
      <SettingsGroup title={texts.ownData} about={texts.ownDataAbout}>
        {/* The browser saves it as it comes, however long it is. */}
        <a
          href="/v1/users/me/export"
          download
          className="inline-flex min-h-9 items-center gap-2 self-start rounded-control border border-line px-3.5 py-1.5 font-medium hover:bg-hover"
        >
          <Download aria-hidden size={16} strokeWidth={1.75} />
          {texts.ownDataDownload}
        </a>
      </SettingsGroup>
      <SettingsGroup title={texts.signOut}>
        <Button className="self-start" onClick={() => void signOut()}>
          {texts.signOutHere}
        </Button>
      </SettingsGroup>
      <SettingsGroup title={texts.deleteAccount} about={texts.deleteAccountAbout}>
        <Button look="harm" className="self-start" onClick={() => setLeaving(true)}>
          {texts.deleteAccount}
        </Button>
      </SettingsGroup>
      {isLeaving && <DeleteAccount onClose={() => setLeaving(false)} />}
    </SettingsSection>
  );
}

function DeleteAccount({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState("");
  const deletion = useMutation({
    mutationFn: () => client.account.deleteAccount(password),
    onSuccess: () => signOut(),
  });
  return (
    <Dialog
      title={texts.deleteAccountTitle}
      about={`${texts.deleteAccountAbout} ${texts.deleteAccountWarning}`}
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          deletion.mutate();
        }}
      >
        <PasswordField
          label={texts.password}
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {deletion.isError && <Failure>{explain(deletion.error)}</Failure>}
        <FormButtons
          action={texts.deleteAccountAction}
          look="harm"
          busy={deletion.isPending}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
