import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, timeField, visibleText } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { FileRow, Quota } from "./files.service.ts";

const sha256Field = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, { error: "must be 64 hex digits" })
  .transform((value) => value.toLowerCase());

const sizeField = z.number().int();

export const uploadBody = z.object({
  file_name: visibleText(limits.fileNameCodePoints),
  file_size: sizeField,
  content_type: z.string().min(1).max(200),
  is_encrypted: z.boolean().optional(),
  sha256: sha256Field.nullable().optional(),
  parts: z.boolean().optional().meta({ description: "Over 8 MiB: several URLs, one for each part." }),
});

export const uploadAnswer = z.object({
  file_id: idField,
  upload_url: z.string().meta({ description: "`PUT` the bytes there; of a file in parts the first part's." }),
  expires_at: timeField,
  part_size: sizeField.optional(),
  part_urls: z.array(z.string()).optional(),
});

export const completeBody = z.object({ file_id: idField, sha256: sha256Field.nullable().optional() });

export const file = z
  .object({
    file_id: idField,
    file_name: z.string(),
    file_size: sizeField,
    content_type: z.string(),
    is_encrypted: z.boolean(),
    sha256: z.string().nullable(),
    created_at: timeField,
    deleted_at: timeField.nullable(),
  })
  .meta({ id: "File" });

export const downloadAnswer = z.object({
  download_url: z.string(),
  file_id: idField,
  file_name: z.string(),
  file_size: sizeField,
  content_type: z.string(),
  expires_at: timeField,
});

export const quotaAnswer = z.object({
  used: sizeField,
  total: sizeField,
  available: sizeField,
  usage_percentage: z.number(),
  warning: z.string().optional().meta({ description: "From 80 % on." }),
});

export function presentFile(row: FileRow): z.output<typeof file> {
  return {
    file_id: row.id,
    file_name: row.name,
    file_size: row.size,
    content_type: row.content_type,
    is_encrypted: row.is_encrypted === 1,
    sha256: row.sha256,
    created_at: isoTime(row.created_at),
    deleted_at: isoTimeOrNull(row.deleted_at),
  };
}

export function presentQuota({ used, total }: Quota): z.output<typeof quotaAnswer> {
  const percentage = Math.round((used / total) * 10_000) / 100;
  const warning = `${percentage} % of your space is used. Delete what you do not need.`;
  return {
    used,
    total,
    available: Math.max(0, total - used),
    usage_percentage: percentage,
    ...(percentage >= limits.quotaWarning ? { warning } : {}),
  };
}
