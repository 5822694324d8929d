/**
 * Latest offset by record key, in a fixed amount of memory: what the cleaner knows of the dirty section of a log while
 * it copies. As Kafka's `SkimpyOffsetMap`: a key is represented by a 128-bit hash (see {@linkcode KeyHash}), so an entry
 * takes 24 bytes whatever the size of the key, and there is no object per key.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Random } from "../env.ts";
import { KeyHash } from "./key_hash.ts";

/** Bytes of an entry: 16 of the key's hash, 8 of the offset plus 1 (0 marks a free slot). */
export const BYTES_PER_ENTRY = 24;

const INTS_PER_ENTRY = BYTES_PER_ENTRY / 4;
const MAX_MEMORY = 2 ** 31 - 1;
const ERASE_STEP_BYTES = 8 * 1024 * 1024;

// A map begins small, so that the few keys of a small log lie close together in memory, and grows by the factor until it has
// that many slots; one more step takes it to what it may need at most. Growing copies what is there, 6 MiB at the most.
const FIRST_SLOTS = 16 * 1024;
const GROWTH_FACTOR = 4;
const LAST_GROWN_SLOTS = FIRST_SLOTS * GROWTH_FACTOR ** 2;
const GROWTH_LOAD = 0.7;

/** Key hash to offset; open addressing, no removal of single keys. */
export class OffsetMap {
  readonly #random: Random;
  readonly #slots: number;
  #ints = new Int32Array(0);
  #doubles = new Float64Array(0);
  #hash: KeyHash;
  #digests = new Int32Array(4);
  // Entries live in the first #slotsInUse slots only, of the first #capacity that they may take.
  #slotsInUse = 0;
  #capacity: number;
  #growAt = 0;
  #slotsToErase = 0;
  #size = 0;
  #latestOffset = -1;
  #touched = 0;

  /**
   * @param memory the budget in bytes; allocated on first use, and what is not used of it stays untouched
   * @param random draws the key of the hash
   */
  constructor(memory: number, random: Random) {
    this.#slots = Math.floor(Math.min(memory, MAX_MEMORY) / BYTES_PER_ENTRY);
    this.#capacity = this.#slots;
    this.#random = random;
    this.#hash = new KeyHash(random.bytes(16));
    this.#useSlots(FIRST_SLOTS);
  }

  /** Entries that the whole budget has room for. */
  get slots(): number {
    return this.#slots;
  }

  /** Entries that the map takes until the next {@linkcode clear}. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Keys in the map. */
  get size(): number {
    return this.#size;
  }

  /** Share of the budget that is taken, 0 to 1. */
  get utilization(): number {
    return this.#slots === 0 ? 0 : this.#size / this.#slots;
  }

  /** The offset that was put, or noted, last; -1 in an empty map. */
  get latestOffset(): number {
    return this.#latestOffset;
  }

  /** Notes that the map covers the log up to and with `offset`. */
  updateLatestOffset(offset: number): void {
    this.#latestOffset = offset;
  }

  /**
   * Makes `offset` that of the key `bytes[start, start + length)`.
   *
   * The map must not be full: {@linkcode size} below {@linkcode capacity}, or the key in it.
   */
  put(bytes: Uint8Array, start: number, length: number, offset: number): void {
    this.#hash.hashInto(bytes, start, length, this.#digests);
    this.putNth(0, offset);
  }

  /** The offset of the key `bytes[start, start + length)`, -1 when it is not in the map. */
  get(bytes: Uint8Array, start: number, length: number): number {
    this.#hash.hashInto(bytes, start, length, this.#digests);
    return this.getNth(0);
  }

  /**
   * Prepares {@linkcode putNth} and {@linkcode getNth} for many keys at once. Nearly every look-up waits for memory; asked for together,
   * the entries come together.
   *
   * @param bytes hold all keys
   * @param starts where each key is
   * @param lengths bytes of each key; negative ones are no keys
   * @param count how many
   */
  prepare(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, count: number): void {
    if (this.#digests.length < 4 * count) this.#digests = new Int32Array(8 * count);
    const digests = this.#digests;
    const hash = this.#hash;
    for (let i = 0; i < count; i++) {
      const length = lengths[i]!;
      if (length >= 0) hash.hashInto(bytes, starts[i]!, length, digests, 4 * i);
    }
    if (this.#ints.length === 0) return;
    const ints = this.#ints;
    const slots = this.#slotsInUse;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      touched ^= ints[homeSlot(digests[4 * i]!, slots) * INTS_PER_ENTRY]!;
    }
    // Only so that the loop above has a result.
    this.#touched = touched;
  }

  /** As {@linkcode put}, of a key that was prepared. */
  putNth(index: number, offset: number): void {
    if (this.#ints.length === 0) this.#allocate();
    const slot = this.#find(this.#digests, 4 * index);
    assert(slot >= 0, `Cannot add to a full offset map, entries: ${this.#size}`);
    const isNew = this.#doubles[slot * 3 + 2] === 0;
    if (isNew) this.#setHash(slot, this.#digests, 4 * index);
    this.#doubles[slot * 3 + 2] = offset + 1;
    this.#latestOffset = offset;
    if (isNew && ++this.#size >= this.#growAt) this.#grow();
  }

  /** As {@linkcode get}, of a key that was prepared. */
  getNth(index: number): number {
    if (this.#size === 0) return -1;
    const slot = this.#find(this.#digests, 4 * index);
    return slot < 0 ? -1 : this.#doubles[slot * 3 + 2]! - 1;
  }

  /** The slot that holds the hash or, failing that, the free one it would go to; -1 when the map is full. */
  #find(digests: Int32Array, at: number): number {
    const ints = this.#ints;
    const doubles = this.#doubles;
    const slots = this.#slotsInUse;
    const h0 = digests[at]!;
    const h1 = digests[at + 1]!;
    const h2 = digests[at + 2]!;
    const h3 = digests[at + 3]!;
    let slot = homeSlot(h0, slots);
    for (let attempt = 0; attempt < slots; attempt++) {
      const entry = slot * INTS_PER_ENTRY;
      if (
        ints[entry] === h0 && ints[entry + 1] === h1 && ints[entry + 2] === h2 &&
        ints[entry + 3] === h3
      ) return slot;
      if (doubles[slot * 3 + 2] === 0) return slot;
      if (++slot === slots) slot = 0;
    }
    return -1;
  }

  #setHash(slot: number, digests: Int32Array, at: number): void {
    const ints = this.#ints;
    const entry = slot * INTS_PER_ENTRY;
    ints[entry] = digests[at]!;
    ints[entry + 1] = digests[at + 1]!;
    ints[entry + 2] = digests[at + 2]!;
    ints[entry + 3] = digests[at + 3]!;
  }

  #useSlots(slots: number): void {
    this.#slotsInUse = Math.min(slots, this.#capacity);
    this.#growAt = this.#slotsInUse < this.#capacity
      ? Math.floor(this.#slotsInUse * GROWTH_LOAD)
      : Infinity;
  }

  #grow(): void {
    const used = this.#slotsInUse;
    const old = this.#ints.slice(0, used * INTS_PER_ENTRY);
    const oldDoubles = new Float64Array(old.buffer);
    this.#ints.fill(0, 0, used * INTS_PER_ENTRY);
    this.#useSlots(used < LAST_GROWN_SLOTS ? used * GROWTH_FACTOR : this.#capacity);
    for (let i = 0; i < used; i++) {
      const offset = oldDoubles[i * 3 + 2]!;
      if (offset === 0) continue;
      const slot = this.#find(old, i * INTS_PER_ENTRY);
      this.#setHash(slot, old, i * INTS_PER_ENTRY);
      this.#doubles[slot * 3 + 2] = offset;
    }
  }

  #allocate(): void {
    const buffer = new ArrayBuffer(this.#slots * BYTES_PER_ENTRY);
    this.#doubles = new Float64Array(buffer);
    this.#ints = new Int32Array(buffer);
  }

  /**
   * Erases some of what the last use left behind, a few ms of work; call until it returns `true`, then {@linkcode clear}
   * has nothing more to do.
   */
  eraseSome(): boolean {
    this.#slotsToErase = Math.max(this.#slotsToErase, this.#size > 0 ? this.#slotsInUse : 0);
    this.#size = 0;
    if (this.#slotsToErase > 0) {
      const step = Math.min(this.#slotsToErase, Math.ceil(ERASE_STEP_BYTES / BYTES_PER_ENTRY));
      const end = this.#slotsToErase;
      this.#ints.fill(0, (end - step) * INTS_PER_ENTRY, end * INTS_PER_ENTRY);
      this.#slotsToErase = end - step;
    }
    return this.#slotsToErase === 0;
  }

  /**
   * Empties the map, and gives it a new hash key.
   *
   * @param expectedEntries keys that will come at most, when that is known: fewer slots are then used and touched
   */
  clear(expectedEntries: number = Infinity): void {
    while (!this.eraseSome());
    this.#latestOffset = -1;
    this.#capacity = Math.min(this.#slots, Math.ceil(expectedEntries / 0.75) + 1);
    this.#useSlots(FIRST_SLOTS);
    this.#hash = new KeyHash(this.#random.bytes(16));
  }
}

/** Where the search for a hash begins: its first word, scaled to the number of slots. */
function homeSlot(h0: number, slots: number): number {
  return Math.floor((h0 >>> 0) * slots / 0x1_0000_0000);
}
