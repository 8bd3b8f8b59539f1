import { z } from "zod";
import { type Route, route } from "../../platform/http/route.ts";
import { givenPassword } from "../identity/index.ts";
import { said } from "./accounts.schema.ts";
import type { TwoFactor } from "./two-factor.service.ts";

const tag = "Authentication";
const codeField = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: "Six digits of the authenticator.", examples: ["492039"] });

const bothFactors = z
  .object({
    password: givenPassword,
    code: codeField.optional(),
    recovery_code: codeField.optional().meta({ examples: ["k3m9-x7pq-2wd8-hn4t"] }),
  })
  .refine((body) => body.code !== undefined || body.recovery_code !== undefined, {
    path: ["code"],
    error: "give a code or a recovery_code",
  })
  .meta({ examples: [{ password: "Dry-Floor-1887", code: "492039" }] });

const recoveryCodes = z.object({
  recovery_codes: z.array(z.string().meta({ examples: ["k3m9-x7pq-2wd8-hn4t"] })),
});

/** Signing in with more than a password. */
export function twoFactorRoutes(twoFactor: TwoFactor): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/auth/2fa",
        id: "getTwoFactor",
        tag,
        summary: "Whether one's account has a second factor",
        success: [
          {
            status: 200,
            about: "Its state",
            schema: z.object({ enabled: z.boolean(), recovery_codes_left: z.number().int() }),
          },
        ],
      },
      async (_, actor) => {
        const { isEnabled, recoveryCodesLeft } = await twoFactor.state(actor);
        return { enabled: isEnabled, recovery_codes_left: recoveryCodesLeft };
      },
    ),
    route(
      {
        method: "POST",
        path: "/auth/2fa/setup",
        id: "setUpTwoFactor",
        tag,
        summary: "Begin to use an authenticator",
        description: "It counts once `POST /auth/2fa/verify` saw a code of it.",
        own: true,
        success: [
          {
            status: 200,
            about: "What the authenticator needs",
            schema: z.object({
              secret: z.string().meta({ examples: ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"] }),
              otpauth_url: z
                .string()
                .meta({ examples: ["otpauth://totp/Parley:ines%40example.com?secret=…"] }),
            }),
          },
        ],
        errors: ["CONFLICT"],
      },
      async (_, actor) => {
        const { secret, otpauthUrl } = await twoFactor.setUp(actor);
        return { secret, otpauth_url: otpauthUrl };
      },
    ),
    route(
      {
        method: "POST",
        path: "/auth/2fa/verify",
        id: "confirmTwoFactor",
        tag,
        summary: "Turn the second factor on with a first code",
        description: "Each recovery code signs in once without the authenticator. They are shown this once.",
        body: z.object({ code: codeField }),
        own: true,
        success: [{ status: 200, about: "It is on", schema: recoveryCodes }],
        errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "CONFLICT"],
      },
      async ({ body }, actor) => ({ recovery_codes: await twoFactor.confirm(actor, body.code) }),
    ),
    route(
      {
        method: "POST",
        path: "/auth/2fa/recovery-codes",
        id: "replaceRecoveryCodes",
        tag,
        summary: "Get ten new recovery codes in place of those that are left",
        description: "The former ones end at once. The new ones are shown this once.",
        body: bothFactors,
        own: true,
        success: [{ status: 200, about: "The new ones", schema: recoveryCodes }],
        errors: ["INVALID_PASSWORD", "INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "CONFLICT"],
      },
      async ({ body: { password, code, recovery_code: recoveryCode } }, actor) => ({
        recovery_codes: await twoFactor.replaceRecoveryCodes(actor, password, { code, recoveryCode }),
      }),
    ),
    route(
      {
        method: "POST",
        path: "/auth/2fa/disable",
        id: "disableTwoFactor",
        tag,
        summary: "Turn the second factor off",
        body: bothFactors,
        own: true,
        success: [{ status: 200, about: "It is off", schema: said }],
        errors: ["INVALID_PASSWORD", "INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "CONFLICT"],
      },
      async ({ body }, actor) => {
        const { password, code, recovery_code: recoveryCode } = body;
        await twoFactor.disable(actor, password, { code, recoveryCode });
        return { message: "The second factor is off." };
      },
    ),
  ];
}
