/** What somebody gives, in one piece: a file, or the files that belong together. Pure, but for the archive it makes. */
import { zip } from "./zip.js";

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

/** The end of a name after its last dot, in small letters. */
export const suffixOf = (name) => (name.includes(".") ? name.split(".").pop().toLowerCase() : "");

const stemOf = (name) => name.replace(/\.[^.]*$/, "");
// Esri's metadata is called `roads.shp.xml`.
const partOf = (name) => (/\.shp\.xml$/i.test(name) ? "prj" : suffixOf(name));

/**
 * What is to be sent of `files` (`{ name, size }`, with `path` under a folder): `{ name, size, files }`, where several
 * files are to be joined in an archive of that name, or `{ fault, missing }`: empty, several or incomplete.
 */
export function parcelOf(files) {
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

const described = ({ name, size }) => ({ name, size });
const sizeOf = (files) => files.reduce((sum, { size }) => sum + size, 0);

function isPart(file, main, part) {
  return suffixOf(file.name) === part && stemOf(file.name).toLowerCase() === stemOf(main).toLowerCase();
}

/** The folder that holds all of the files, when they come in one. */
function folderOf(files) {
  const folders = new Set(files.map(({ path = "" }) => path.split("/").slice(0, -1)[0] ?? ""));
  return folders.size === 1 ? [...folders][0] : "";
}

/** The one file to send: the file itself, or an archive of the files of a parcel. */
export async function packed({ name, files }) {
  if (files.length === 1 && !files[0].path) return files[0].blob;
  const archive = await zip(files.map(({ name: own, path, blob }) => ({ name: path || own, blob })));
  return new File([archive], name, { type: archive.type });
}

/** Every file that was dropped, those of folders too, as `{ name, size, path, blob }`; `path` is empty outside folders. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some(({ isDirectory }) => isDirectory)) return chosenFiles(transfer.files);
  return (await Promise.all(entries.map(filesUnder))).flat();
}

/** The files of an input, as `{ name, size, path, blob }`. */
export function chosenFiles(files) {
  return [...files].map((blob) => ({ name: blob.name, size: blob.size, path: "", blob }));
}

async function filesUnder(entry) {
  if (entry.isFile) {
    const blob = await new Promise((take, refuse) => entry.file(take, refuse));
    const path = entry.fullPath.replace(/^\//, "");
    return [{ name: blob.name, size: blob.size, path: path.includes("/") ? path : "", blob }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    // A folder is read a hundred entries at a time, and an empty answer is its end.
    const some = await new Promise((take, refuse) => reader.readEntries(take, refuse));
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesUnder))).flat();
}
