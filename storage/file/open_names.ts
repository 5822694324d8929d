/**
 * The names under which files are open, as a tree: a rename of a file, or of a directory above it, is one step however
 * many files are open below.
 *
 * @module
 */

import { pathSegments } from "./paths.ts";

/** One name on the way to open files. */
export class OpenName<T> {
  name: string;
  parent: OpenName<T> | undefined;
  readonly children: Map<string, OpenName<T>> = new Map();
  /** Who has the file of this name open. */
  readonly holders: Set<T> = new Set();
  /** Once set, the name was removed or taken by another file: this was the path. */
  lostPath: string | undefined;

  constructor(name: string, parent: OpenName<T> | undefined) {
    this.name = name;
    this.parent = parent;
  }

  /** The path as it is now, or as it was last. */
  get path(): string {
    if (this.lostPath !== undefined) return this.lostPath;
    return this.parent === undefined ? this.name : `${this.parent.path}/${this.name}`;
  }

  /** All who have a file at or below this name open. */
  *holdersBelow(): Generator<T> {
    yield* this.holders;
    for (const child of this.children.values()) yield* child.holdersBelow();
  }
}

/** The tree of open names. Paths are absolute. */
export class OpenNames<T> {
  readonly #root = new OpenName<T>("", undefined);

  /** Takes a holder of the file at `path` in. */
  add(path: string, holder: T): OpenName<T> {
    const name = this.#make(path);
    name.holders.add(holder);
    return name;
  }

  /** Forgets a holder. */
  delete(name: OpenName<T>, holder: T): void {
    name.holders.delete(holder);
    let at: OpenName<T> | undefined = name;
    while (at?.parent !== undefined && at.holders.size === 0 && at.children.size === 0) {
      at.parent.children.delete(at.name);
      at = at.parent;
    }
  }

  /** The name at `path`, when a file at or below it is open. */
  find(path: string): OpenName<T> | undefined {
    let at: OpenName<T> | undefined = this.#root;
    for (const segment of pathSegments(path)) at = at?.children.get(segment);
    return at;
  }

  /** Notes that what was at `from` is at `to`; what was at `to` has lost its name. */
  rename(from: string, to: string): void {
    const moved = this.find(from);
    if (moved === this.find(to) && moved !== undefined) return;
    this.remove(to);
    if (moved?.parent === undefined) return;
    const target = this.#make(to);
    moved.parent.children.delete(moved.name);
    moved.name = target.name;
    moved.parent = target.parent;
    target.parent!.children.set(target.name, moved);
  }

  /** Notes that the names at and below `path` are gone. */
  remove(path: string): void {
    const name = this.find(path);
    if (name?.parent === undefined) return;
    lose(name, name.path);
    name.parent.children.delete(name.name);
    name.parent = undefined;
  }

  #make(path: string): OpenName<T> {
    let at = this.#root;
    for (const segment of pathSegments(path)) {
      let next = at.children.get(segment);
      if (next === undefined) {
        next = new OpenName(segment, at);
        at.children.set(segment, next);
      }
      at = next;
    }
    return at;
  }
}

function lose<T>(name: OpenName<T>, path: string): void {
  for (const child of name.children.values()) lose(child, `${path}/${child.name}`);
  name.lostPath = path;
}
