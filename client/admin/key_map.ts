/**
 * Maps whose keys are objects that stand for a value: two that name the same thing are one key.
 *
 * @module
 */

/** A map, in the order of insertion, that tells keys apart by a text. */
export class KeyMap<K, V> implements Iterable<[K, V]> {
  readonly #textOf: (key: K) => string;
  readonly #entries = new Map<string, [K, V]>();

  /**
   * A map of these entries; the last of those with the same key counts.
   *
   * @param textOf the text of a key; keys with the same are the same
   */
  constructor(textOf: (key: K) => string, entries: Iterable<readonly [K, V]> = []) {
    this.#textOf = textOf;
    for (const [key, value] of entries) this.set(key, value);
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The text of a key, as keys are told apart. */
  textOf(key: K): string {
    return this.#textOf(key);
  }

  /** Whether there is such a key. */
  has(key: K): boolean {
    return this.#entries.has(this.#textOf(key));
  }

  /** The value of a key. */
  get(key: K): V | undefined {
    return this.#entries.get(this.#textOf(key))?.[1];
  }

  /** Gives a key a value. */
  set(key: K, value: V): this {
    const text = this.#textOf(key);
    const entry = this.#entries.get(text);
    if (entry === undefined) this.#entries.set(text, [key, value]);
    else entry[1] = value;
    return this;
  }

  /** Takes a key out; tells whether it was there. */
  delete(key: K): boolean {
    return this.#entries.delete(this.#textOf(key));
  }

  /** The keys. */
  *keys(): IterableIterator<K> {
    for (const [key] of this.#entries.values()) yield key;
  }

  /** The values. */
  *values(): IterableIterator<V> {
    for (const [, value] of this.#entries.values()) yield value;
  }

  /** Keys with their values. */
  entries(): IterableIterator<[K, V]> {
    return this.#entries.values();
  }

  /** As {@linkcode KeyMap.entries}. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#entries.values();
  }
}
