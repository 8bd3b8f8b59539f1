/** The one table of numbers (contract sections 1, 2, 4 and 8). Units are in the names. */
export const limits = {
  bodyBytes: 256 * 1024,
  bodyDepth: 32,
  requestMs: 30_000,
  pageRows: 100,
  pageRowsDefault: 20,

  textCodePoints: 10_000,
  encryptedTextBytes: 32 * 1024,
  metadataBytes: 8 * 1024,
  clientMessageIdLength: 64,
  /** Of a first and of a last name: both and a space are a display name of at most 100. */
  nameCodePoints: 49,
  titleCodePoints: 200,
  descriptionCodePoints: 2_000,
  urlLength: 2_048,
  mentions: 100,
  participantsPerRequest: 1_000,

  accessTokenMs: 60 * 60 * 1000,
  refreshTokenMs: 30 * 24 * 60 * 60 * 1000,
  /** From the login: no refresh goes beyond. */
  sessionMs: 90 * 24 * 60 * 60 * 1000,
  refreshGraceMs: 10_000,
  ticketMs: 30_000,
  /** Argon2id takes a core for some 45 ms and 46 MiB each: two at once, a short queue, then 503. */
  passwordHashesAtOnce: 2,
  passwordHashQueue: 64,

  frameBytes: 64 * 1024,
  connectionsPerUser: 20,
  readerBufferBytes: 1024 * 1024,
  pingMs: 30_000,
  silentPeerMs: 60_000,
  resumeWaitMs: 10_000,
  resumeChanges: 1_000,
  lostConnectionMs: 10_000,
  /** A user who reported presence over REST and has no connection counts as online for this long. */
  reportedPresenceMs: 60_000,

  drainMs: 8_000,
  databaseBusyMs: 5_000,
  queuedWrites: 20_000,
} as const;
