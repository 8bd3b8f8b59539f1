/** Media types as files carry them: which are taken, which a browser may show, which stand for the same bytes. */

const images = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
const sounds = ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm", "audio/aac", "audio/flac"];
const films = ["video/mp4", "video/webm", "video/ogg", "video/quicktime"];
const office = "application/vnd.openxmlformats-officedocument";

const documents = [
  "application/pdf",
  "text/plain",
  "text/csv",
  "application/json",
  "application/msword",
  "application/vnd.ms-excel",
  "application/vnd.ms-powerpoint",
  `${office}.wordprocessingml.document`,
  `${office}.spreadsheetml.sheet`,
  `${office}.presentationml.presentation`,
  "application/vnd.oasis.opendocument.text",
  "application/vnd.oasis.opendocument.spreadsheet",
  "application/vnd.oasis.opendocument.presentation",
  "application/zip",
];

/** What carries encrypted bytes, of which nothing can be told. */
export const opaqueType = "application/octet-stream";

export const defaultFileTypes: readonly string[] = [
  ...images,
  "image/heic",
  ...sounds,
  ...films,
  ...documents,
  opaqueType,
];

const shownInline = new Set([...images, ...sounds, ...films]);
const servedAsThemselves = new Set(defaultFileTypes);

export function isShownInline(type: string): boolean {
  return shownInline.has(type);
}

/** What a browser is told: nothing that it could run. */
export function servedType(type: string): string {
  return servedAsThemselves.has(type) ? type : opaqueType;
}

/** Names for one and the same, by the one that is used here. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["image/jpg", "image/jpeg"],
  ["image/pjpeg", "image/jpeg"],
  ["image/apng", "image/png"],
  ["image/heif", "image/heic"],
  ["audio/mp3", "audio/mpeg"],
  ["audio/x-m4a", "audio/mp4"],
  ["audio/m4a", "audio/mp4"],
  ["audio/x-wav", "audio/wav"],
  ["audio/wave", "audio/wav"],
  ["audio/vnd.wave", "audio/wav"],
  ["audio/x-flac", "audio/flac"],
  ["audio/opus", "audio/ogg"],
  ["application/ogg", "audio/ogg"],
  ["application/x-zip-compressed", "application/zip"],
  ["application/x-pdf", "application/pdf"],
  ["text/json", "application/json"],
]);

export function canonicalType(type: string): string {
  return synonyms.get(type) ?? type;
}

const textTypes = new Set(["text/plain", "text/csv", "application/json"]);

export function isTextType(type: string): boolean {
  return type.startsWith("text/") || textTypes.has(type);
}

/** Containers that hold several kinds: the bytes tell the container, the declaration what is in it. */
const containers: readonly ReadonlySet<string>[] = [
  new Set(["video/mp4", "audio/mp4", "video/quicktime", "video/x-m4v"]),
  new Set(["video/webm", "audio/webm", "video/matroska", "video/x-matroska"]),
  new Set(["video/ogg", "audio/ogg"]),
];

/** The old Office formats are one container, the new ones and OpenDocument are zip files. */
function isZipped(type: string): boolean {
  return /^application\/vnd\.(openxmlformats-|oasis\.opendocument\.)/.test(type);
}

/** @param found what the bytes say; undefined: nothing. */
export function agree(declared: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const is = canonicalType(found);
  if (is === declared || containers.some((kinds) => kinds.has(is) && kinds.has(declared))) return true;
  if (is === "application/zip") return isZipped(declared);
  return is === "application/x-cfb" && /^application\/(msword|vnd\.ms-)/.test(declared);
}
