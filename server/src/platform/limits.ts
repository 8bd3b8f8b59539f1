/** The one table of numbers. Units are in the names. */
export const limits = {
  bodyBytes: 256 * 1024,
  bodyDepth: 32,
  requestMs: 30_000,
  pageRows: 100,
  pageRowsDefault: 20,

  /** How far a conversation's times may run ahead of the clock, so that no two of its messages share one. */
  logAheadMs: 1_000,
  textCodePoints: 10_000,
  /** On the chat surface. */
  chatTextCodePoints: 5_000,
  /** Messages that one request or event names by their ids. */
  messagesNamed: 1_000,
  encryptedTextBytes: 32 * 1024,
  metadataBytes: 8 * 1024,
  userSettingsBytes: 16 * 1024,
  clientMessageIdLength: 64,
  /** Of a first and of a last name: both and a space are a display name of at most 100. */
  nameCodePoints: 49,
  titleCodePoints: 200,
  descriptionCodePoints: 2_000,
  urlLength: 2_048,
  mentions: 100,
  /** UTF-16 units of one emoji; the longest of Unicode has 15, flags of regions 14. */
  emojiLength: 64,
  emojisPerMessage: 50,
  /** `count` is exact; of more users than this an emoji names those who came first. */
  usersShownPerEmoji: 100,
  pinsPerConversation: 100,
  searchCodePoints: 400,
  reasonCodePoints: 1_000,
  slowModeSeconds: 6 * 60 * 60,
  /** In conversations of more people nobody is told how far each of the others has read. */
  receiptsToldUpTo: 200,
  participantsPerRequest: 1_000,
  purchaseRequestIdLength: 128,
  /** Of a list that is read by page numbers. */
  pages: 1_000_000,

  workspaceSessions: 10_000,
  pathCodePoints: 4_096,
  contextFiles: 1_000,
  breakpoints: 10_000,
  tags: 50,
  tagCodePoints: 64,
  /** How many related sessions or conversations are named. */
  related: 10,
  relatedSessions: 50,
  settingBytes: 16 * 1024,
  settingsPerCategory: 500,

  aiConversations: 10_000,
  aiTextCodePoints: 100_000,
  summaryCodePoints: 10_000,
  modelNameLength: 200,
  aiPageRows: 200,
  aiPageRowsDefault: 50,
  /** A longer answer is cut off: no model writes so much, a broken provider may. */
  answerCodeUnits: 1_000_000,
  /** What has come of an answer is stored, and then shown, this often. */
  answerFlushMs: 40,
  /** How often a process says that it still writes an answer, and after which silence it counts as dead. */
  answerAliveMs: 1_000,
  answerDeadMs: 6_000,
  /** A request that waits for an answer is told so after this; the answer goes on. */
  answerWaitMs: 28_000,
  /** A stream is begun after this even if the provider has said nothing yet. */
  answerBeginMs: 20_000,
  answerHeartbeatMs: 10_000,
  /** For answers to end by themselves when the server stops. */
  answerDrainMs: 2_500,
  providerModelsMs: 10_000,
  /** Larger conversations tell those who are away of mentions alone. */
  notifiedParticipants: 100,
  /** Somebody who has so many unread messages in a conversation is told of no further one. */
  notifiedUnread: 20,
  notificationMs: 90 * 24 * 60 * 60 * 1000,
  /** Events whose notifications are not written yet. */
  notificationsWaiting: 20_000,
  notifiedTitlesKept: 10_000,
  announcementLength: 2_000,

  trailFlushMs: 250,
  waitingTrailRows: 50_000,
  requestsTrailMs: 90 * 24 * 60 * 60 * 1000,

  accessTokenMs: 60 * 60 * 1000,
  refreshTokenMs: 30 * 24 * 60 * 60 * 1000,
  /** From the login: no refresh goes beyond. */
  sessionMs: 90 * 24 * 60 * 60 * 1000,
  refreshGraceMs: 10_000,
  /** A cookie session's end is moved at most this often. */
  sessionTouchMs: 24 * 60 * 60 * 1000,
  ticketMs: 30_000,
  invitationMs: 7 * 24 * 60 * 60 * 1000,
  failedSignInsPerNetwork: 5,
  /** From anywhere: beyond, only those who bring a live session get in. */
  failedSignIns: 50,
  /** Wrong passwords and codes given to change something. */
  failedConfirmations: 5,
  failureWindowMs: 15 * 60 * 1000,
  accountLockMs: 15 * 60 * 1000,
  apiKeysPerUser: 100,
  resetTokenMs: 60 * 60 * 1000,
  verificationTokenMs: 24 * 60 * 60 * 1000,
  /** So long an old link is told that it has expired. */
  expiredTokensKeptMs: 7 * 24 * 60 * 60 * 1000,
  mailRetryMs: 5_000,
  mailRetryMostMs: 2 * 60 * 1000,
  /** Then a mail that no relay takes is given up. */
  mailLifeMs: 24 * 60 * 60 * 1000,
  mailKeptMs: 7 * 24 * 60 * 60 * 1000,
  /** An attempt that takes longer was cut off by a crash: it is made again. */
  mailLeaseMs: 60 * 1000,
  /** Argon2id takes a core for some 45 ms and 46 MiB each: two at once, a short queue, then 503. */
  passwordHashesAtOnce: 2,
  passwordHashQueue: 64,
  /** So long requests that came together are begun in one turn of the event loop; the others wait for the next ones. */
  requestsTurnMs: 5,

  /** Of one upload or rotation. */
  oneTimeKeysLeast: 20,
  oneTimeKeysMost: 100,
  /** Of one user, waiting to be handed out. */
  oneTimeKeysKept: 1_000,
  /** With fewer left their owner is told. */
  oneTimeKeysLow: 20,
  signedPreKeyMs: 30 * 24 * 60 * 60 * 1000,
  /** So long before its end the owner of a signed prekey is told. */
  signedPreKeyWarningMs: 7 * 24 * 60 * 60 * 1000,
  keySignatureBytes: 5_000,

  fileNameCodePoints: 255,
  uploadUrlMs: 60 * 60 * 1000,
  downloadUrlMs: 5 * 60 * 1000,
  /** Files over this may come in parts of this size. */
  filePartBytes: 8 * 1024 * 1024,
  deletedFileMs: 30 * 24 * 60 * 60 * 1000,
  /** Percent of the quota from which on its owner is warned. */
  quotaWarning: 80,

  frameBytes: 64 * 1024,
  connectionsPerUser: 20,
  readerBufferBytes: 1024 * 1024,
  pingMs: 30_000,
  silentPeerMs: 60_000,
  resumeWaitMs: 10_000,
  /** Within this a Socket.IO client that lost its connection gets what it missed. */
  recoveryMs: 2 * 60 * 1000,
  /** Until a Socket.IO connection has to say who it is. */
  handshakeMs: 10_000,
  resumeChanges: 1_000,
  lostConnectionMs: 10_000,
  /** A user who reported presence over REST and has no connection counts as online for this long. */
  reportedPresenceMs: 60_000,

  drainMs: 8_000,
  databaseBusyMs: 5_000,
  queuedWrites: 20_000,
} as const;

/** At most so many in any stretch of that length, counted exactly. */
export interface Window {
  readonly most: number;
  readonly ms: number;
}

/** So many in a time, of which a burst may come at once: a token bucket. */
export interface Bucket extends Window {
  readonly burst: number;
}

export type Rate = Bucket | { readonly windows: readonly Window[] };

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The rates, by what is counted; whom they are counted for stands beside each. */
export const rates = {
  /** A network, for requests that no valid token or cookie comes with. */
  anonymous: { windows: [{ most: 100, ms: minuteMs }] },
  /** A user, on `/v1` and `/api/chat`. */
  user: { most: 600, ms: minuteMs, burst: 100 },
  /** A user, on `/api/v5`. */
  workspaceUser: {
    windows: [
      { most: 100, ms: minuteMs },
      { most: 1_000, ms: hourMs },
      { most: 10_000, ms: dayMs },
    ],
  },
  /** An organization, on `/api/v5`. */
  workspaceOrganization: {
    windows: [
      { most: 500, ms: minuteMs },
      { most: 5_000, ms: hourMs },
      { most: 50_000, ms: dayMs },
    ],
  },
  /** A network, over all surfaces; only successful ones. */
  registrations: { windows: [{ most: 3, ms: hourMs }] },
  /** A user, on `/v1` and the WebSocket. */
  messages: { most: 10, ms: secondMs, burst: 50 },
  /** A user, on `/api/chat`. */
  chatMessages: { windows: [{ most: 20, ms: minuteMs }] },
  /** A user, on `/api/v5`. */
  workspaceMessages: { windows: [{ most: 60, ms: minuteMs }] },
  /** A network: wrong reset, verification and invitation tokens. */
  wrongTokens: { windows: [{ most: 20, ms: hourMs }] },
  /** An account: mails with a reset link. */
  resetMailsOfAccount: { windows: [{ most: 3, ms: hourMs }] },
  /** A network: mails with a reset link. */
  resetMailsOfNetwork: { windows: [{ most: 20, ms: hourMs }] },
  /** A user: mails with an invitation, which go to strangers too. */
  invitationMails: { windows: [{ most: 50, ms: hourMs }] },
  /** A user: downloads of everything that is theirs. */
  exports: { windows: [{ most: 3, ms: hourMs }] },
  /** A user: mails that confirm an address. */
  verificationMails: { windows: [{ most: 3, ms: hourMs }] },
  /** A user who asks for key bundles. */
  keyBundles: { windows: [{ most: 60, ms: minuteMs }] },
  /** A user and the one whose bundle they ask for. */
  keyBundlesOfPair: { windows: [{ most: 30, ms: minuteMs }] },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;
