/** Several files in one: a ZIP archive that stores them as they are, enough for files that belong together. */

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
const UTF8_NAMES = 0x0800;
const VERSION = 20;
// 1 January 1980, the first day that the format knows: the portal reads no date of an archive.
const FIRST_DAY = 0x0021;

/** The CRC-32 of a blob, read a piece at a time. */
export async function crc32(blob) {
  let crc = 0xffffffff;
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The archive of `entries` (`{ name, blob }`) as a blob; what they hold stays on the disk until it is sent. */
export async function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, blob } of entries) {
    const bytes = new TextEncoder().encode(name);
    const common = describe(bytes.length, blob.size, await crc32(blob));
    const local = new Uint8Array([...little(0x04034b50, 4), ...common, ...bytes]);
    parts.push(local, blob);
    directory.push(
      new Uint8Array([
        ...little(0x02014b50, 4),
        ...little(VERSION, 2),
        ...common,
        ...little(0, 10), // no comment, one disk, no attributes
        ...little(offset, 4),
        ...bytes,
      ]),
    );
    offset += local.length + blob.size;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = [
    ...little(0x06054b50, 4),
    ...little(0, 4),
    ...little(entries.length, 2),
    ...little(entries.length, 2),
    ...little(size, 4),
    ...little(offset, 4),
    ...little(0, 2),
  ];
  return new Blob([...parts, ...directory, new Uint8Array(end)], { type: "application/zip" });
}

/** What both headers of a file say of it: stored, its date, CRC, sizes, the length of its name, nothing more. */
function describe(nameLength, size, crc) {
  return [
    ...little(VERSION, 2),
    ...little(UTF8_NAMES, 2),
    ...little(0, 2), // stored
    ...little(0, 2), // midnight
    ...little(FIRST_DAY, 2),
    ...little(crc, 4),
    ...little(size, 4),
    ...little(size, 4),
    ...little(nameLength, 2),
    ...little(0, 2),
  ];
}

function little(value, length) {
  return Array.from({ length }, (_, at) => (at < 4 ? (value >>> (8 * at)) & 0xff : 0));
}
