import { cpSync, existsSync, lstatSync } from "node:fs";
import { cp } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** How {@linkcode copy} treats what is there. */
export interface CopyOptions {
  /** Replace what is there. Default: `false`, then it is an error. */
  overwrite?: boolean;
  /** Keep the times of files. Default: `false`. */
  preserveTimestamps?: boolean;
}

function paths(from: string | URL, to: string | URL, options: CopyOptions): [string, string] {
  const src = resolve(typeof from === "string" ? from : fileURLToPath(from));
  const dest = resolve(typeof to === "string" ? to : fileURLToPath(to));
  if (src === dest) throw new Error("Source and destination cannot be the same");
  if (lstatSync(src).isDirectory() && dest.startsWith(src + sep)) {
    throw new Error(`Cannot copy '${src}' to a subdirectory of itself: '${dest}'`);
  }
  if (!options.overwrite && existsSync(dest)) {
    throw Object.assign(new Error(`'${dest}' already exists.`), { name: "AlreadyExists" });
  }
  return [src, dest];
}

function settings(options: CopyOptions): { [name: string]: boolean } {
  return {
    recursive: true,
    force: options.overwrite ?? false,
    errorOnExist: !options.overwrite,
    preserveTimestamps: options.preserveTimestamps ?? false,
  };
}

/** Copies a file or a directory with all below it. */
export async function copy(
  src: string | URL,
  dest: string | URL,
  options: CopyOptions = {},
): Promise<void> {
  const [from, to] = paths(src, dest, options);
  await cp(from, to, settings(options));
}

/** Copies a file or a directory with all below it. */
export function copySync(src: string | URL, dest: string | URL, options: CopyOptions = {}): void {
  const [from, to] = paths(src, dest, options);
  cpSync(from, to, settings(options));
}
