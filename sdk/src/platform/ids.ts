/** A random UUID (version 4). `crypto.randomUUID` is missing from pages over plain http. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, place) => {
    if (place === 6) return (0x40 | (byte & 0x0f)).toString(16);
    if (place === 8) return (0x80 | (byte & 0x3f)).toString(16);
    return byte.toString(16).padStart(2, "0");
  });
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
