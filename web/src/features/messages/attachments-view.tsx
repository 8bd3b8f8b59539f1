import { Download, FileText, FileX } from "lucide-react";
import { texts } from "../../platform/texts.ts";
import type { Attachment } from "./attachments.ts";
import { fileSize } from "./file-size.ts";

/** Pictures in place, everything else as a line to download. Heights are known before the bytes come. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return (
    <ul aria-label={texts.attachments} className="flex max-w-[72ch] flex-wrap gap-2 py-1">
      {attachments.map((attachment) => (
        <li key={attachment.file_id} className="max-w-full">
          <AttachmentView attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

const lineClass =
  "flex h-14 w-72 max-w-full items-center gap-3 rounded-control border border-line bg-canvas px-3";

function AttachmentView({ attachment }: { attachment: Attachment }) {
  if (attachment.deleted_at !== undefined) return <DeletedAttachment name={attachment.file_name} />;
  const url = contentUrl(attachment);
  if (attachment.content_type.startsWith("image/")) {
    return (
      <a href={url} target="_blank" rel="noopener" className="block rounded-control">
        <img
          src={url}
          alt={attachment.file_name}
          loading="lazy"
          className="h-60 max-w-full rounded-control border border-line bg-canvas object-contain"
        />
      </a>
    );
  }
  return (
    <a href={url} download={attachment.file_name} className={`${lineClass} hover:bg-hover`}>
      <FileText aria-hidden size={22} strokeWidth={1.5} className="shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{attachment.file_name}</span>
        <span className="block text-detail text-ink-soft">{fileSize(attachment.file_size)}</span>
      </span>
      <Download aria-label={texts.download} size={16} className="shrink-0 text-ink-soft" />
    </a>
  );
}

function DeletedAttachment({ name }: { name: string }) {
  return (
    <p className={lineClass}>
      <FileX aria-hidden size={22} strokeWidth={1.5} className="shrink-0 text-ink-faint" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ink-soft">{name}</span>
        <span className="block text-detail text-ink-faint italic">{texts.deletedFile}</span>
      </span>
    </p>
  );
}

/** The session's cookie lets it in: a link that is no secret and does not end. */
function contentUrl({ file_id }: Attachment): string {
  return `/v1/storage/files/${encodeURIComponent(file_id)}/content`;
}
