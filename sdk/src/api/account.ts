import type { Body, Call, CallOptions, Stream } from "../wire/call.ts";
import { everyRow } from "./every-row.ts";
import { ownDataApi } from "./own-data.ts";

/** What protects one's own account: passwords and addresses by mail, a second factor, API keys; and all its data. */
export function accountApi(call: Call, stream: Stream) {
  return {
    ...ownDataApi(stream),
    /** Sends a mail, if there is such an account: the answer is the same. */
    forgotPassword: async (email: string, options?: CallOptions): Promise<void> => {
      await call("forgotPassword", { body: { email } }, options);
    },
    /** With the token of the mail. Ends all sessions. */
    resetPassword: async (token: string, password: string, options?: CallOptions): Promise<void> => {
      await call("resetPassword", { body: { token, password } }, options);
    },
    /** With the token of the mail. @returns the address that is confirmed now. */
    verifyEmail: async (token: string, options?: CallOptions): Promise<string> =>
      (await call("verifyEmail", { body: { token } }, options)).email,
    resendVerification: async (options?: CallOptions): Promise<void> => {
      await call("resendVerification", {}, options);
    },
    /** Takes effect when the new address is confirmed. */
    changeEmail: (body: Body<"changeEmail">, options?: CallOptions) => call("changeEmail", { body }, options),
    /** For good: all sessions, files, settings and keys go; messages stay under «Deleted user». */
    deleteAccount: async (password: string, options?: CallOptions): Promise<void> => {
      await call("deleteAccount", { body: { password } }, options);
    },
    /** All of them, newest first. */
    apiKeys: (options?: CallOptions) =>
      everyRow(async (query) => {
        const { api_keys, next_cursor } = await call("listApiKeys", { query }, options);
        return { rows: api_keys, next: next_cursor };
      }),
    /** The answer's `key` is shown only here. */
    createApiKey: (body: Body<"createApiKey">, options?: CallOptions) =>
      call("createApiKey", { body }, options),
    revokeApiKey: async (id: string, options?: CallOptions): Promise<void> => {
      await call("revokeApiKey", { params: { id } }, options);
    },
    twoFactor: (options?: CallOptions) => call("getTwoFactor", {}, options),
    /** The secret for an authenticator, as text and as the link of a QR code. Counts once it is confirmed. */
    setUpTwoFactor: (options?: CallOptions) => call("setUpTwoFactor", {}, options),
    /** @returns recovery codes, each good for one sign-in; they are shown only here. */
    confirmTwoFactor: async (code: string, options?: CallOptions): Promise<string[]> =>
      (await call("confirmTwoFactor", { body: { code } }, options)).recovery_codes,
    /** Needs both factors. @returns new recovery codes, shown only here; the former ones end. */
    replaceRecoveryCodes: async (
      body: Body<"replaceRecoveryCodes">,
      options?: CallOptions,
    ): Promise<string[]> => (await call("replaceRecoveryCodes", { body }, options)).recovery_codes,
    disableTwoFactor: async (body: Body<"disableTwoFactor">, options?: CallOptions): Promise<void> => {
      await call("disableTwoFactor", { body }, options);
    },
  };
}
