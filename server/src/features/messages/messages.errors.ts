import { type AppError, conflict, forbidden, validationError } from "../../platform/errors.ts";

/** 409 for what takes no messages any more. */
export function closedConversation(): AppError {
  return conflict("status", "This conversation is closed. Open a new one.");
}

/** 403 for who takes part, but has too low a role to write. */
export function readOnlyConversation(): AppError {
  return forbidden("You may read this conversation, but not write in it.");
}

/** 400 for what others than the participants could read, where they must not. */
export function notEncrypted(): AppError {
  return validationError({
    path: "is_encrypted",
    message: "must be true in an end-to-end encrypted conversation",
  });
}
