export { Avatars } from "./avatars.service.ts";
export { FileUrls } from "./file-urls.ts";
export { type Attachment, type FileRow, Files } from "./files.service.ts";
export { fileList } from "./storage.lists.ts";
export { deleteShares, eraseFilesOf, fileShareTable } from "./storage.queries.ts";
export { presentFile } from "./storage.schema.ts";
export { Uploads } from "./uploads.service.ts";
