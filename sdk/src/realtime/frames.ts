import type { ClientFrames, ServerFrames } from "../../../server/src/contract.ts";

/** What the server says on the chat WebSocket. */
export type ServerFrame = ServerFrames[keyof ServerFrames];
/** What a client says there. */
export type ClientFrame = ClientFrames[keyof ClientFrames];

export type HelloFrame = ServerFrames["hello"];
export type AckFrame = ServerFrames["ack"];
export type ErrorFrame = ServerFrames["error"];
export type ResumedFrame = ServerFrames["resumed"];
export type ChatFrame = ServerFrames["chat"];
export type MessageEditedFrame = ServerFrames["message_edited"];
export type MessageDeletedFrame = ServerFrames["message_deleted"];
export type ReactionFrame = ServerFrames["reaction_added" | "reaction_removed"];
export type ThreadUpdatedFrame = ServerFrames["thread_updated"];
export type ReadReceiptFrame = ServerFrames["read_receipt"];
export type DeliveryReceiptFrame = ServerFrames["delivery_receipt"];
export type TypingFrame = ServerFrames["typing"];
export type PresenceFrame = ServerFrames["presence"];
export type ConversationUpdatedFrame = ServerFrames["conversation_updated"];
export type SupportUpdatedFrame = ServerFrames["support_updated"];
export type ParticipantAddedFrame = ServerFrames["participant_added"];
export type ParticipantUpdatedFrame = ServerFrames["participant_updated"];
export type ParticipantRemovedFrame = ServerFrames["participant_removed"];
