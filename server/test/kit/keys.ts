import { randomBytes } from "node:crypto";
import type { Answer } from "./caller.ts";
import type { Person } from "./person.ts";

export interface KeyBundle {
  user_id: string;
  identity_key: string;
  signed_pre_key: unknown;
  signed_pre_key_id: number | string;
  version: number;
  expires_at: string;
  expired: boolean;
  one_time_pre_keys: string[];
}

export const publicKey = (bytes = 32) => randomBytes(bytes).toString("base64");
export const publicKeys = (count: number) => Array.from({ length: count }, () => publicKey());

export interface KeyUpload {
  identity_key: string;
  signed_pre_key: unknown;
  one_time_pre_keys: string[];
}

export function buildUpload(overrides: Partial<KeyUpload> = {}): KeyUpload {
  return {
    identity_key: publicKey(),
    signed_pre_key: publicKey(),
    one_time_pre_keys: publicKeys(20),
    ...overrides,
  };
}

/** Publishes keys of `person`; answers what was sent. */
export async function uploadKeys(person: Person, overrides: Partial<KeyUpload> = {}): Promise<KeyUpload> {
  const upload = buildUpload(overrides);
  const { data } = await person.post<{ message: string }>("/v1/keys/upload", upload);
  if (data.message === undefined) throw new Error("the upload answered nothing");
  return upload;
}

export function askBundle(asker: Person, owner: { id: string }): Promise<Answer<KeyBundle>> {
  return asker.get<KeyBundle>(`/v1/keys/${owner.id}`);
}
