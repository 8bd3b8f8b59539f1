import { validationError } from "../../platform/errors.ts";
import type { Membership } from "../conversations/index.ts";
import { notEncrypted } from "./messages.errors.ts";
import { encryptedFault, type MessageMetadata, plainFault } from "./messages.schema.ts";

interface Content {
  content: string | undefined;
  isEncrypted: boolean;
  metadata: MessageMetadata | null;
}

/** @throws AppError VALIDATION_ERROR for content that the conversation does not take. */
export function requireContent(input: Content, { isE2ee }: Membership): void {
  const { content, isEncrypted } = input;
  if (isE2ee && !isEncrypted) throw notEncrypted();
  if (content === undefined || content === "") {
    if ((input.metadata?.attachments ?? []).length > 0) return;
    throw validationError({ path: "content", message: "is required without attachments" });
  }
  const fault = isE2ee ? encryptedFault(content) : plainFault(content);
  if (fault !== null) throw validationError({ path: "content", message: fault });
}
