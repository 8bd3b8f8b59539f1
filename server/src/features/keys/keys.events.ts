import { defineEvent } from "../../platform/events/events.ts";

/** A one-time key was asked for, and few are left. */
export const keysLow = defineEvent<{
  userId: string;
  organizationId: string;
  remaining: number;
  /** The first time since keys were last added. */
  isFirst: boolean;
}>("keys.low");

/** Somebody's signed prekey ends soon, or has ended. Told once a version. */
export const keysExpiring = defineEvent<{ userId: string; version: number; expiresAt: number }>(
  "keys.expiring",
);
