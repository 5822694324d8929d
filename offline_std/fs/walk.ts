import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** What {@linkcode walk} visits. */
export interface WalkOptions {
  /** Levels below the root. Default: all. */
  maxDepth?: number;
  /** Default: `true`. */
  includeFiles?: boolean;
  /** Default: `true`. */
  includeDirs?: boolean;
  /** Default: `true`. */
  includeSymlinks?: boolean;
  /** Go into what links lead to. Default: `false`. */
  followSymlinks?: boolean;
  /** With `followSymlinks`: give the path that the link leads to. Default: `true`. */
  canonicalize?: boolean;
  /** Only files whose names end so. */
  exts?: string[];
  /** Only paths that match one. */
  match?: RegExp[];
  /** Not those that match one, nor what is below them. */
  skip?: RegExp[];
}

/** One file, directory or link. */
export interface WalkEntry {
  path: string;
  name: string;
  isFile: boolean;
  isDirectory: boolean;
  isSymlink: boolean;
}

function included(path: string, options: WalkOptions): boolean {
  const exts = options.exts?.map((ext) => ext.startsWith(".") ? ext : `.${ext}`);
  if (exts && !exts.some((ext) => path.endsWith(ext))) return false;
  if (options.match && !options.match.some((pattern) => pattern.test(path))) return false;
  return !skipped(path, options);
}

function skipped(path: string, options: WalkOptions): boolean {
  return options.skip?.some((pattern) => pattern.test(path)) ?? false;
}

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function entryOf(path: string, kind: Kind): WalkEntry {
  return {
    path,
    name: basename(path),
    isFile: kind.isFile(),
    isDirectory: kind.isDirectory(),
    isSymlink: kind.isSymbolicLink(),
  };
}

function start(root: string | URL): string {
  return typeof root === "string" ? normalize(root) : fileURLToPath(root);
}

/** What is to be done with one name of a directory: give it, go into it, or neither. */
function plan(path: string, kind: Dirent | Kind, options: WalkOptions): "enter" | "give" | "drop" {
  if (kind.isDirectory()) return "enter";
  if (kind.isSymbolicLink()) {
    return options.includeSymlinks !== false && included(path, options) ? "give" : "drop";
  }
  return options.includeFiles !== false && included(path, options) ? "give" : "drop";
}

/** Visits a directory and all below it. */
export async function* walk(
  root: string | URL,
  options: WalkOptions = {},
): AsyncIterableIterator<WalkEntry> {
  const { maxDepth = Infinity } = options;
  if (maxDepth < 0) return;
  const top = start(root);
  if (options.includeDirs !== false && included(top, options)) yield entryOf(top, await stat(top));
  if (maxDepth < 1 || skipped(top, options)) return;
  for (const found of await readdir(top, { withFileTypes: true })) {
    let path = join(top, found.name);
    let kind: Kind = found;
    if (found.isSymbolicLink() && options.followSymlinks) {
      const target = await realpath(path);
      if (options.canonicalize !== false) path = target;
      kind = await stat(target);
    }
    const what = plan(path, kind, options);
    if (what === "give") yield entryOf(path, kind);
    if (what === "enter") yield* walk(path, { ...options, maxDepth: maxDepth - 1 });
  }
}

/** Visits a directory and all below it. */
export function* walkSync(
  root: string | URL,
  options: WalkOptions = {},
): IterableIterator<WalkEntry> {
  const { maxDepth = Infinity } = options;
  if (maxDepth < 0) return;
  const top = start(root);
  if (options.includeDirs !== false && included(top, options)) yield entryOf(top, statSync(top));
  if (maxDepth < 1 || skipped(top, options)) return;
  for (const found of readdirSync(top, { withFileTypes: true })) {
    let path = join(top, found.name);
    let kind: Kind = found;
    if (found.isSymbolicLink() && options.followSymlinks) {
      const target = realpathSync(path);
      if (options.canonicalize !== false) path = target;
      kind = statSync(target);
    }
    const what = plan(path, kind, options);
    if (what === "give") yield entryOf(path, kind);
    if (what === "enter") yield* walkSync(path, { ...options, maxDepth: maxDepth - 1 });
  }
}
