/** What somebody gives, in one piece: a file, or the files that belong together. Pure, but for the archive it makes. */

/** @typedef {{ name: string, size: number, path?: string }} NamedFile - `path` under a folder, empty outside of any */
/** @typedef {NamedFile & { blob: Blob }} GivenFile */
/**
 * What is sent: one file, or several that are joined in an archive of that name.
 *
 * @template {NamedFile} [F=GivenFile]
 * @typedef {{ name: string, size: number, files: F[], fault?: undefined, missing?: undefined }} Selection
 */
/** @typedef {{ fault: "empty" | "several" | "incomplete", missing?: string[], name?: undefined, size?: undefined }} Refused */

// Files of one name that make a whole: the one that says which, those it cannot do without, and those that come along.
const WHOLES = [
  {
    main: "shp",
    needed: ["dbf", "shx"],
    others: [
      "prj",
      "cpg",
      "cst",
      "qpj",
      "qix",
      "sbn",
      "sbx",
      "fbn",
      "fbx",
      "ain",
      "aih",
      "ixs",
      "mxs",
      "atx",
    ],
  },
  { main: "tab", needed: ["dat", "map", "id"], others: ["ind", "cpg", "prj"] },
  { main: "mif", needed: ["mid"], others: [] },
];

/**
 * The end of a name after its last dot, in small letters.
 *
 * @param {string} name
 * @returns {string}
 */
export const suffixOf = (name) =>
  name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";

/** @param {string} name */
const stemOf = (name) => name.replace(/\.[^.]*$/, "");
// Esri's metadata is called `roads.shp.xml`.
/** @param {string} name */
const partOf = (name) => (/\.shp\.xml$/i.test(name) ? "prj" : suffixOf(name));

/**
 * What is to be sent of `files` (`{ name, size }`, with `path` under a folder): `{ name, size, files }`, where several
 * files are to be joined in an archive of that name, or `{ fault, missing }`: empty, several or incomplete.
 *
 * @template {NamedFile} F
 * @param {F[]} files
 * @returns {Selection<F> | Refused}
 */
export function filesToSend(files) {
  if (files.length === 0) return { fault: "empty" };
  const folder = folderOf(files);
  if (folder) return { name: `${folder}.zip`, size: sizeOf(files), files };
  const whole = WHOLES.find(({ main }) => files.some(({ name }) => suffixOf(name) === main));
  if (!whole) return files.length > 1 ? { fault: "several" } : { ...described(files[0]), files };
  const { main, needed, others } = whole;
  const known = new Set([main, ...needed, ...others]);
  if (files.some(({ name }) => !known.has(partOf(name)))) return { fault: "several" };
  const mains = files.filter(({ name }) => suffixOf(name) === main);
  const missing = mains.flatMap(({ name }) =>
    needed.filter((part) => !files.some((file) => isPart(file, name, part))).map((part) => `.${part}`),
  );
  if (missing.length > 0) return { fault: "incomplete", missing: [...new Set(missing)] };
  return { name: `${stemOf(mains[0].name)}.zip`, size: sizeOf(files), files };
}

/** @param {NamedFile} file */
const described = ({ name, size }) => ({ name, size });
/** @param {NamedFile[]} files */
const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

/**
 * @param {NamedFile} file
 * @param {string} main
 * @param {string} part
 */
function isPart(file, main, part) {
  return suffixOf(file.name) === part && stemOf(file.name).toLowerCase() === stemOf(main).toLowerCase();
}

/**
 * The folder that holds all of the files, when they come in one.
 *
 * @param {NamedFile[]} files
 */
function folderOf(files) {
  const folders = new Set(files.map(({ path = "" }) => path.split("/").slice(0, -1)[0] ?? ""));
  return folders.size === 1 ? [...folders][0] : "";
}

/**
 * The one file to send: the file itself, or an archive of the files of a selection.
 *
 * @param {Pick<Selection, "name" | "files">} selection
 * @returns {Promise<Blob>}
 */
export async function packed({ name, files }) {
  if (files.length === 1 && !files[0].path) return files[0].blob;
  const archive = await zip(files.map(({ name: own, path, blob }) => ({ name: path || own, blob })));
  return new File([archive], name, { type: archive.type });
}

/**
 * Every file that was dropped, those of folders too, as `{ name, size, path, blob }`; `path` is empty outside folders.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<GivenFile[]>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return chosenFiles(transfer.files);
  return (await Promise.all(entries.map(filesUnder))).flat();
}

/**
 * The files of an input, as `{ name, size, path, blob }`.
 *
 * @param {FileList | null} files
 * @returns {GivenFile[]}
 */
export function chosenFiles(files) {
  return [...(files ?? [])].map((blob) => ({ name: blob.name, size: blob.size, path: "", blob }));
}

/** @param {FileSystemEntry} entry @returns {Promise<GivenFile[]>} */
async function filesUnder(entry) {
  if (entry.isFile) {
    const fileEntry = /** @type {FileSystemFileEntry} */ (entry);
    /** @type {File} */
    const blob = await new Promise((take, refuse) => fileEntry.file(take, refuse));
    const path = entry.fullPath.replace(/^\//, "");
    return [{ name: blob.name, size: blob.size, path: path.includes("/") ? path : "", blob }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const inside = [];
  for (;;) {
    // A folder is read a hundred entries at a time, and an empty answer is its end.
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((take, refuse) => reader.readEntries(take, refuse));
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesUnder))).flat();
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
const UTF8_NAMES = 0x0800;
const VERSION = 20;
// 1 January 1980, the first day that the format knows: the portal reads no date of an archive.
const FIRST_DAY = 0x0021;

/**
 * The CRC-32 of a blob, read a piece at a time.
 *
 * @param {Blob} blob
 */
export async function crc32(blob) {
  let crc = 0xffffffff;
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The archive of `entries` (`{ name, blob }`) as a blob; what they hold stays on the disk until it is sent.
 *
 * @param {{ name: string, blob: Blob }[]} entries
 */
async function zip(entries) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
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

/**
 * What both headers of a file say of it: stored, its date, CRC, sizes, the length of its name, nothing more.
 *
 * @param {number} nameLength
 * @param {number} size
 * @param {number} crc
 */
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

/** @param {number} value @param {number} length */
function little(value, length) {
  return Array.from({ length }, (_, at) => (at < 4 ? (value >>> (8 * at)) & 0xff : 0));
}

const STEP = 1024;
const UNITS = ["octets", "ko", "Mo", "Go"];
const WHOLE_FROM = 10;
const MINUTE = 60;

/**
 * A size as people say it, `units` being the words for bytes, kilobytes and so on (as `interface.wording.size`).
 *
 * @param {number} bytes
 * @param {string} language
 * @param {string[]} [units]
 */
export function sizeText(bytes, language, units = UNITS) {
  let amount = bytes;
  let power = 0;
  while (Math.round(amount) >= STEP && power < units.length - 1) {
    amount /= STEP;
    power += 1;
  }
  const digits = amount >= WHOLE_FROM ? 0 : 1;
  return `${amount.toLocaleString(language, { maximumFractionDigits: digits })}\u00a0${units[power]}`;
}

/**
 * Seconds until all is sent at the pace so far, null while that says nothing yet; rounded, so that it does not dance.
 *
 * @param {number} sent
 * @param {number} total
 * @param {number} elapsed
 */
export function secondsLeft(sent, total, elapsed) {
  if (elapsed < 1 || sent <= 0) return null;
  const seconds = ((total - sent) * elapsed) / sent;
  return seconds > MINUTE
    ? Math.ceil(seconds / 10) * 10
    : Math.ceil(seconds > 20 ? seconds / 5 : seconds) * (seconds > 20 ? 5 : 1);
}

/**
 * Which quarter of the way is reached: what is worth saying aloud.
 *
 * @param {number} sent
 * @param {number} total
 */
export const quarter = (sent, total) => (total > 0 ? Math.floor((4 * sent) / total) : 0);

/**
 * Seconds as `template.seconds` (`{n}`) or, above a minute, `template.minutes` say them.
 *
 * @param {number} seconds
 * @param {{ seconds: string, minutes: string }} template
 */
export function timeText(seconds, template) {
  return seconds > 90
    ? template.minutes.replace("{n}", String(Math.round(seconds / MINUTE)))
    : template.seconds.replace("{n}", String(seconds));
}
