export interface FileTable {
  id: string;
  organization_id: string;
  owner_id: string;
  name: string;
  name_key: string;
  content_type: string;
  /** As declared, and once complete as it is. */
  size: number;
  /** Null: it comes in one piece. */
  part_size: number | null;
  is_encrypted: 0 | 1;
  /** What the uploader says that the bytes hash to. */
  wanted_sha256: string | null;
  /** Of the bytes that came in one piece, from when they came; else from completion on. */
  sha256: string | null;
  created_at: number;
  completed_at: number | null;
  deleted_at: number | null;
}

/** A message that shares a file with its conversation. */
export interface FileShareTable {
  conversation_id: string;
  seq: number;
  file_id: string;
}
