/**
 * Names and what they stand for, in memory: the part of a file system that POSIX calls directories.
 *
 * @module
 */

import type { DirectoryEntry } from "./file_system.ts";
import type { MemoryContent } from "./memory_content.ts";
import { pathSegments } from "./paths.ts";
import { logDirError, systemError } from "./system_error.ts";

/** A file: it lives on without a name while a handle has it. */
export class FileNode {
  readonly content: MemoryContent;
  modifiedMs: number;
  name: string;
  /** `undefined` once the name is removed. */
  parent: DirectoryNode | undefined;

  constructor(content: MemoryContent, modifiedMs: number) {
    this.content = content;
    this.modifiedMs = modifiedMs;
    this.name = "";
  }
}

/** A directory. */
export class DirectoryNode {
  readonly entries: Map<string, TreeNode> = new Map();
  modifiedMs: number;
  name: string;
  parent: DirectoryNode | undefined;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
    this.name = "";
  }
}

/** What a name stands for. */
export type TreeNode = FileNode | DirectoryNode;

/** Where a node is, or was when its name was removed. */
export function pathOf(node: TreeNode): string {
  let path = node.name;
  for (let at = node.parent; at !== undefined && at.name !== ""; at = at.parent) {
    path = `${at.name}/${path}`;
  }
  return `/${path}`;
}

/** The tree, with the system calls that change names. A relative path starts at the top. */
export class MemoryTree {
  readonly root: DirectoryNode;
  readonly #now: () => number;

  /** @param now wall-clock time, ms since the epoch */
  constructor(now: () => number) {
    this.#now = now;
    this.root = new DirectoryNode(now());
  }

  /** What is at `path`. */
  find(path: string): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of pathSegments(path)) {
      if (!(node instanceof DirectoryNode)) return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  /** The node at `path`. */
  get(action: string, path: string): TreeNode {
    const node = this.find(path);
    if (node === undefined) throw logDirError(action, path, systemError("ENOENT"));
    return node;
  }

  /** The directory that holds, or would hold, `path`, and the name in it. */
  slot(action: string, path: string): { directory: DirectoryNode; name: string } {
    const segments = pathSegments(path);
    const name = segments.pop();
    if (name === undefined) throw logDirError(action, path, systemError("EISDIR"));
    let directory: TreeNode | undefined = this.root;
    for (const segment of segments) {
      if (!(directory instanceof DirectoryNode)) break;
      directory = directory.entries.get(segment);
    }
    if (directory === undefined) throw logDirError(action, path, systemError("ENOENT"));
    if (directory instanceof FileNode) throw logDirError(action, path, systemError("ENOTDIR"));
    return { directory, name };
  }

  /** Gives a node a name, in place of what had it. */
  link(directory: DirectoryNode, name: string, node: TreeNode): void {
    const replaced = directory.entries.get(name);
    if (replaced !== undefined && replaced !== node) this.unlink(replaced);
    directory.entries.set(name, node);
    node.parent = directory;
    node.name = name;
    directory.modifiedMs = this.#now();
  }

  /** Takes a node's name away; it keeps in mind where it was. */
  unlink(node: TreeNode): void {
    const path = pathOf(node);
    const directory = node.parent;
    if (directory === undefined) return;
    directory.entries.delete(node.name);
    directory.modifiedMs = this.#now();
    node.parent = undefined;
    node.name = path.slice(1);
  }

  /** Makes a directory and those above it. */
  makeDirectory(path: string): void {
    let directory = this.root;
    for (const name of pathSegments(path)) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = new DirectoryNode(this.#now());
        this.link(directory, name, next);
      }
      if (next instanceof FileNode) {
        throw logDirError("make directory", path, systemError("EEXIST"));
      }
      directory = next;
    }
  }

  /** Moves a file or directory; replaces a file, or an empty directory by a directory. */
  rename(from: string, to: string): void {
    const action = "rename";
    const node = this.get(action, from);
    const { directory, name } = this.slot(action, to);
    const target = directory.entries.get(name);
    if (target === node) return;
    for (let at: DirectoryNode | undefined = directory; at !== undefined; at = at.parent) {
      if (at === node) throw logDirError(action, from, systemError("EINVAL"));
    }
    if (target instanceof DirectoryNode) {
      const code = node instanceof FileNode ? "EISDIR" : target.entries.size > 0 ? "ENOTEMPTY" : "";
      if (code !== "") throw logDirError(action, to, systemError(code));
    } else if (target !== undefined && node instanceof DirectoryNode) {
      throw logDirError(action, to, systemError("ENOTDIR"));
    }
    this.unlink(node);
    this.link(directory, name, node);
  }

  /** The entries of a directory, sorted by name. */
  list(path: string): DirectoryEntry[] {
    const node = this.get("list", path);
    if (node instanceof FileNode) throw logDirError("list", path, systemError("ENOTDIR"));
    return [...node.entries.keys()].sort().map((name) => ({
      name,
      isDirectory: node.entries.get(name) instanceof DirectoryNode,
    }));
  }
}
