import { CircleAlert, FileText, RotateCcw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import type { Upload } from "./attachments.ts";
import { fileSize } from "./file-size.ts";

interface UploadListProps {
  uploads: readonly Upload[];
  onRetry: (upload: Upload) => void;
  onRemove: (key: string) => void;
}

/** The files of the message that is being written, each with its progress. */
export function UploadList({ uploads, onRetry, onRemove }: UploadListProps) {
  return (
    <ul aria-label={texts.attachments} className="flex flex-wrap gap-2 px-2 pt-2">
      {uploads.map((upload) => (
        <li
          key={upload.key}
          className="flex w-60 max-w-full items-center gap-2 rounded-control border border-line bg-canvas py-1 ps-2 pe-1"
        >
          <Preview upload={upload} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-detail" title={upload.file.name}>
              {upload.file.name}
            </span>
            <Progress upload={upload} />
          </span>
          {upload.state.name === "failed" && (
            <IconButton
              size="small"
              icon={RotateCcw}
              label={texts.tryAgain}
              onClick={() => onRetry(upload)}
            />
          )}
          <IconButton
            size="small"
            icon={X}
            label={texts.removeChosen(upload.file.name)}
            onClick={() => onRemove(upload.key)}
          />
        </li>
      ))}
    </ul>
  );
}

function Progress({ upload }: { upload: Upload }) {
  if (upload.state.name === "failed")
    return (
      <span role="alert" className="block text-detail text-harm-ink [overflow-wrap:anywhere]">
        {upload.state.why}
      </span>
    );
  if (upload.state.name === "ready")
    return <span className="block text-detail text-ink-soft">{fileSize(upload.file.size)}</span>;
  return (
    <progress
      aria-label={texts.uploading(upload.file.name)}
      max={1}
      value={upload.progress}
      className="block h-1.5 w-full accent-accent"
    />
  );
}

function Preview({ upload }: { upload: Upload }) {
  const [url, setUrl] = useState<string | null>(null);
  const { file } = upload;
  useEffect(() => {
    if (!file.type.startsWith("image/")) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (upload.state.name === "failed")
    return <CircleAlert aria-hidden size={20} className="shrink-0 text-harm-ink" />;
  if (url === null)
    return <FileText aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-ink-soft" />;
  return <img src={url} alt="" className="size-8 shrink-0 rounded-small object-cover" />;
}
