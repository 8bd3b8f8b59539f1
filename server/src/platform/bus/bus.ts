/**
 * Carries what happened to every process of the installation, the sending one too. Fire and forget: it promises no
 * delivery beyond this process, so whatever must not be lost is read from the database again (resume). Messages of
 * one process arrive in the order of `publish`. Payloads are plain JSON values.
 */
export interface Bus {
  publish(channel: string, payload: unknown): void;
  subscribe(listener: (channel: string, payload: unknown) => void): void;
  close(): Promise<void>;
}
