/**
 * A disk in memory that knows, of all it was given, what a power cut is sure to leave: for each file the content as of
 * its last flush and the writes since, for each directory the names as of its last flush and the changes since.
 */

import {
  DirectoryNode,
  FileNode,
  type MemoryTree,
  type TreeNode,
} from "../../storage/file/memory_tree.ts";
import { MemoryContent } from "../../storage/file/memory_content.ts";
import { MemoryFileSystem, treeOf } from "../../storage/file/memory_file_system.ts";
import type { SeededRandom } from "./manual_env.ts";

/** Disks write this many bytes as one; less is never seen but in the write that was under way. */
const SECTOR = 512;

/** A change of a file that is not flushed. */
type Change =
  | { readonly sequence: number; readonly position: number; readonly bytes: Uint8Array }
  | { readonly sequence: number; readonly size: number };

interface FileState {
  readonly durable: MemoryContent;
  pending: Change[];
}

/** What a name stands for from then on; `undefined` for nothing. */
interface Slot {
  readonly directory: DirectoryNode;
  readonly name: string;
  readonly node: TreeNode | undefined;
}

/** A change of names; all of its slots change, or none does. */
type NameChange = readonly Slot[];

/** See the file's comment. Every change of what is on it must go through its methods. */
export class SimulatedDisk {
  /** What a running process sees. */
  readonly live: MemoryFileSystem;
  readonly #now: () => number;
  /** A file without a state is as its last flush left it. */
  readonly #files = new Map<FileNode, FileState>();
  /** A directory without one too. */
  readonly #names = new Map<DirectoryNode, Map<string, TreeNode>>();
  #nameChanges: NameChange[] = [];
  #sequence = 0;

  /** @param live what is on the disk, and survives, from the start */
  constructor(now: () => number, live: MemoryFileSystem = new MemoryFileSystem({ now })) {
    this.#now = now;
    this.live = live;
  }

  get tree(): MemoryTree {
    return treeOf(this.live);
  }

  /** The file at a path. */
  file(path: string): FileNode {
    const node = this.tree.get("open", path);
    if (node instanceof DirectoryNode) throw new TypeError(`Not a file: ${path}`);
    return node;
  }

  create(path: string, preallocate: number): void {
    const { directory, name } = this.tree.slot("open", path);
    this.#track(directory);
    this.live.open(path, { create: true }).close();
    const node = this.file(path);
    this.#files.set(node, { durable: new MemoryContent(), pending: [] });
    if (preallocate > 0) this.truncate(node, preallocate);
    this.#nameChanges.push([{ directory, name, node }]);
  }

  write(node: FileNode, position: number, bytes: Uint8Array): void {
    this.#state(node).pending.push({ sequence: this.#sequence++, position, bytes });
    node.content.write(position, bytes);
    node.modifiedMs = this.#now();
  }

  truncate(node: FileNode, size: number): void {
    this.#state(node).pending.push({ sequence: this.#sequence++, size });
    node.content.truncate(size);
    node.modifiedMs = this.#now();
  }

  /** Makes one directory, whose parent is there. */
  makeDirectory(path: string): void {
    const { directory, name } = this.tree.slot("make directory", path);
    this.#track(directory);
    this.tree.makeDirectory(path);
    const node = directory.entries.get(name) as DirectoryNode;
    this.#names.set(node, new Map());
    this.#nameChanges.push([{ directory, name, node }]);
  }

  rename(from: string, to: string): void {
    const source = this.tree.slot("rename", from);
    const target = this.tree.slot("rename", to);
    this.#track(source.directory);
    this.#track(target.directory);
    const node = source.directory.entries.get(source.name);
    this.tree.rename(from, to);
    if (source.directory === target.directory && source.name === target.name) return;
    this.#nameChanges.push([{ ...source, node: undefined }, { ...target, node }]);
  }

  /** Removes a file or an empty directory. */
  remove(path: string): void {
    const slot = this.tree.slot("remove", path);
    this.#track(slot.directory);
    this.live.remove(path);
    this.#nameChanges.push([{ ...slot, node: undefined }]);
  }

  /** A mark of what has been written so far, for {@linkcode SimulatedDisk.flush}. */
  mark(): number {
    return this.#sequence;
  }

  /** Makes durable what was written to a file before the mark. */
  flush(node: FileNode, mark: number): void {
    const state = this.#files.get(node);
    if (state === undefined) return;
    for (const change of state.pending) if (change.sequence < mark) apply(state.durable, change);
    state.pending = state.pending.filter((change) => change.sequence >= mark);
  }

  /** Makes durable the changes of names in a directory, and the earlier ones that they follow from. */
  flushDirectory(path: string): void {
    this.live.flushDirectory(path);
    const directory = this.tree.get("flush directory", path);
    const wanted = new Set(
      this.#nameChanges.filter((change) => change.some((slot) => slot.directory === directory)),
    );
    const kept = closure(this.#nameChanges, wanted);
    for (const change of this.#nameChanges) {
      if (kept.has(change)) {
        for (const slot of change) assign(this.#track(slot.directory), slot);
      }
    }
    this.#nameChanges = this.#nameChanges.filter((change) => !kept.has(change));
  }

  /** Whether nothing waits to be flushed. */
  get isClean(): boolean {
    return this.#nameChanges.length === 0 &&
      [...this.#files].every(([node, { pending }]) =>
        node.parent === undefined || pending.length === 0
      );
  }

  /** A copy with the same things flushed and not; `nodes` tells which node of the copy is which of this one. */
  clone(): { disk: SimulatedDisk; nodes: Map<TreeNode, TreeNode> } {
    const disk = new SimulatedDisk(this.#now);
    const nodes = new Map<TreeNode, TreeNode>([[this.tree.root, disk.tree.root]]);
    const copyOf = (node: TreeNode): TreeNode => {
      let copy = nodes.get(node);
      if (copy === undefined) {
        copy = node instanceof FileNode
          ? new FileNode(node.content.clone(), node.modifiedMs)
          : new DirectoryNode(node.modifiedMs);
        nodes.set(node, copy);
      }
      return copy;
    };
    const copyBelow = (directory: DirectoryNode): void => {
      for (const [name, child] of directory.entries) {
        disk.tree.link(copyOf(directory) as DirectoryNode, name, copyOf(child));
        if (child instanceof DirectoryNode) copyBelow(child);
      }
    };
    copyBelow(this.tree.root);
    for (const [directory, names] of this.#names) {
      const copies = new Map([...names].map(([name, node]) => [name, copyOf(node)]));
      disk.#names.set(copyOf(directory) as DirectoryNode, copies);
    }
    disk.#nameChanges = this.#nameChanges.map((change) =>
      change.map(({ directory, name, node }) => ({
        directory: copyOf(directory) as DirectoryNode,
        name,
        node: node && copyOf(node),
      }))
    );
    for (const [node, { durable, pending }] of this.#files) {
      if (!nodes.has(node)) continue; // No name leads to it any more, nor could one again.
      const state = { durable: durable.clone(), pending: [...pending] };
      disk.#files.set(copyOf(node) as FileNode, state);
    }
    disk.#sequence = this.#sequence;
    for (const [node, copy] of nodes) copy.modifiedMs = node.modifiedMs;
    return { disk, nodes };
  }

  /** What a power cut leaves, one of the many possibilities; this disk stays as it is. */
  powerCut(random: SeededRandom): SimulatedDisk {
    const kept = closure(this.#nameChanges, survivors(this.#nameChanges, random));
    const names = new Map<DirectoryNode, Map<string, TreeNode>>();
    const namesOf = (directory: DirectoryNode): Map<string, TreeNode> => {
      let map = names.get(directory);
      if (map === undefined) {
        map = new Map(this.#names.get(directory) ?? directory.entries);
        names.set(directory, map);
      }
      return map;
    };
    for (const change of this.#nameChanges) {
      if (kept.has(change)) { for (const slot of change) assign(namesOf(slot.directory), slot); }
    }
    const disk = new SimulatedDisk(this.#now);
    const copy = (from: DirectoryNode, to: DirectoryNode): void => {
      for (const [name, node] of namesOf(from)) {
        if (node instanceof FileNode) {
          const content = this.#survivingContent(node, random);
          disk.tree.link(to, name, new FileNode(content, node.modifiedMs));
        } else {
          const directory = new DirectoryNode(node.modifiedMs);
          disk.tree.link(to, name, directory);
          copy(node, directory);
        }
      }
    };
    copy(this.tree.root, disk.tree.root);
    return disk;
  }

  #survivingContent(node: FileNode, random: SeededRandom): MemoryContent {
    const state = this.#files.get(node);
    if (state === undefined) return node.content.clone();
    const content = state.durable.clone();
    const { pending } = state;
    if (pending.length === 0) return content;
    const how = random.pick(["none", "all", "prefix", "prefix", "sectors", "sectors"] as const);
    if (how === "none") return content;
    const count = how === "prefix" ? random.below(pending.length) + 1 : pending.length;
    for (let i = 0; i < count; i++) {
      const change = pending[i]!;
      const last = i === count - 1;
      if ("size" in change) {
        if (how !== "sectors" || random.chance(0.5)) apply(content, change);
        continue;
      }
      // The write that the cut met may end anywhere.
      const torn = last && how !== "all" && random.chance(0.7);
      const length = torn ? random.below(change.bytes.length + 1) : change.bytes.length;
      if (how === "sectors") keepSectors(content, change.position, change.bytes, length, random);
      else content.write(change.position, change.bytes, 0, length);
    }
    // A file system may have noted the size before the data came: then there are zeros.
    const size = node.content.size;
    if (how === "sectors" && size > content.size && random.chance(0.3)) content.truncate(size);
    return content;
  }

  #state(node: FileNode): FileState {
    let state = this.#files.get(node);
    if (state === undefined) {
      state = { durable: node.content.clone(), pending: [] };
      this.#files.set(node, state);
    }
    return state;
  }

  #track(directory: DirectoryNode): Map<string, TreeNode> {
    let names = this.#names.get(directory);
    if (names === undefined) {
      names = new Map(directory.entries);
      this.#names.set(directory, names);
    }
    return names;
  }
}

function apply(content: MemoryContent, change: Change): void {
  if ("size" in change) content.truncate(change.size);
  else content.write(change.position, change.bytes);
}

function assign(names: Map<string, TreeNode>, slot: Slot): void {
  if (slot.node === undefined) names.delete(slot.name);
  else names.set(slot.name, slot.node);
}

function keepSectors(
  content: MemoryContent,
  position: number,
  bytes: Uint8Array,
  length: number,
  random: SeededRandom,
): void {
  const probability = random.next();
  let at = 0;
  while (at < length) {
    const part = Math.min(length - at, SECTOR - (position + at) % SECTOR);
    if (random.chance(probability)) content.write(position + at, bytes, at, at + part);
    at += part;
  }
}

/** Some changes of names: none, all, the first ones, or any. */
function survivors(changes: readonly NameChange[], random: SeededRandom): Set<NameChange> {
  const how = random.pick(["none", "all", "prefix", "prefix", "any", "any"] as const);
  if (how === "none") return new Set();
  if (how === "all") return new Set(changes);
  if (how === "prefix") return new Set(changes.slice(0, random.below(changes.length + 1)));
  return new Set(changes.filter(() => random.chance(0.5)));
}

/** The wanted changes with those before them that were about one of the same names. */
function closure(changes: readonly NameChange[], wanted: Set<NameChange>): Set<NameChange> {
  const kept = new Set<NameChange>();
  const touched = new Map<DirectoryNode, Set<string>>();
  for (let i = changes.length - 1; i >= 0; i--) {
    const change = changes[i]!;
    const follows = change.some((slot) => touched.get(slot.directory)?.has(slot.name));
    if (!follows && !wanted.has(change)) continue;
    kept.add(change);
    for (const slot of change) {
      let names = touched.get(slot.directory);
      if (names === undefined) touched.set(slot.directory, names = new Set());
      names.add(slot.name);
    }
  }
  return kept;
}
