import type { Cast } from "../../platform/http/examples.ts";

const uploads = "https://chat.example.com/v1/storage/uploads/0199d2cb-2f10-7c55-9d02-3b7a90e4c1f6";
const content = "https://chat.example.com/v1/storage/files/0199d2cb-2f10-7c55-9d02-3b7a90e4c1f6/content";
const signed = "expires=1773479520000&signature=4t9FqN2vXy";

/** A picture of the gutter. */
export const storageCast: Cast = {
  file_id: "0199d2cb-2f10-7c55-9d02-3b7a90e4c1f6",
  file_name: "gutter.jpg",
  file_size: 348_211,
  upload_url: `${uploads}?${signed}`,
  part_size: 8_388_608,
  part_urls: [`${uploads}?expires=1773479520000&part=1&signature=4t9FqN2vXy`],
  download_url: `${content}?${signed}`,
  expires: 1_773_479_520_000,
  signature: "4t9FqN2vXy",
  used: 104_857_600,
  "getStorageQuota.total": 1_073_741_824,
  available: 968_884_224,
  usage_percentage: 9.77,
  warning: "81.2 % of your space is used. Delete what you do not need.",
  "deleteFile.message": "File deleted successfully",
  "completeUpload.message": "Upload completed",
  "uploadFile.message": "Received",
  "restoreFile.message": "File restored",
};
