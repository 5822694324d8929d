/**
 * What became of each of several things that were asked for in one call.
 *
 * @module
 */

import { KeyMap } from "./key_map.ts";

/** What became of one thing: a value, or an error. */
export type Outcome<V> =
  | { readonly value: V; readonly error?: undefined }
  | { readonly error: Error; readonly value?: undefined };

/** The outcome of each key. Keys that are objects are compared by what they name. */
export class AdminResults<K, V> implements Iterable<[K, Outcome<V>]> {
  readonly #outcomes: KeyMap<K, Outcome<V>>;

  /** Takes the outcomes over. */
  constructor(outcomes: KeyMap<K, Outcome<V>>) {
    this.#outcomes = outcomes;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#outcomes.size;
  }

  /** The keys, in the order in which they were given. */
  keys(): K[] {
    return [...this.#outcomes.keys()];
  }

  /** Whether a key was asked for. */
  has(key: K): boolean {
    return this.#outcomes.has(key);
  }

  /**
   * The value of a key.
   *
   * @throws {KafkaError} what went wrong with it
   * @throws {RangeError} for a key that was not asked for
   */
  get(key: K): V {
    const outcome = this.#outcome(key);
    if (outcome.error !== undefined) throw outcome.error;
    return outcome.value;
  }

  /**
   * What went wrong with a key; `undefined` for nothing.
   *
   * @throws {RangeError} for a key that was not asked for
   */
  error(key: K): Error | undefined {
    return this.#outcome(key).error;
  }

  /**
   * All values.
   *
   * @throws {KafkaError} the first thing that went wrong
   */
  all(): KeyMap<K, V> {
    const values = new KeyMap<K, V>((key) => this.#outcomes.textOf(key));
    for (const key of this.#outcomes.keys()) values.set(key, this.get(key));
    return values;
  }

  /** The values of what went well, and no others. */
  values(): V[] {
    return [...this.#outcomes.values()].flatMap((outcome) =>
      outcome.error === undefined ? [outcome.value] : []
    );
  }

  /** Keys with their outcomes. */
  [Symbol.iterator](): IterableIterator<[K, Outcome<V>]> {
    return this.#outcomes.entries();
  }

  #outcome(key: K): Outcome<V> {
    const outcome = this.#outcomes.get(key);
    if (outcome === undefined) {
      throw new RangeError(`Not asked for: ${this.#outcomes.textOf(key)}`);
    }
    return outcome;
  }
}

/** Collects outcomes; the first of a key counts. */
export class Outcomes<K, V> {
  readonly #keys: readonly K[];
  readonly #outcomes: KeyMap<K, Outcome<V> | undefined>;

  /** None of these keys has an outcome yet. */
  constructor(textOf: (key: K) => string, keys: Iterable<K>) {
    this.#outcomes = new KeyMap(textOf, [...keys].map((key) => [key, undefined]));
    this.#keys = [...this.#outcomes.keys()];
  }

  /** The keys without an outcome. */
  get left(): K[] {
    return this.#keys.filter((key) => this.#outcomes.get(key) === undefined);
  }

  /** Whether a key is among those that were asked for. */
  has(key: K): boolean {
    return this.#outcomes.has(key);
  }

  /** A key has its value. */
  complete(key: K, value: V): void {
    this.#settle(key, { value });
  }

  /** A key has failed. */
  fail(key: K, error: Error): void {
    this.#settle(key, { error });
  }

  /** All keys without an outcome fail. */
  failRest(errorOf: (key: K) => Error): void {
    for (const key of this.left) this.fail(key, errorOf(key));
  }

  /** All of it. Every key has an outcome by now. */
  results(): AdminResults<K, V> {
    const outcomes = new KeyMap<K, Outcome<V>>((key) => this.#outcomes.textOf(key));
    for (const [key, outcome] of this.#outcomes) {
      outcomes.set(key, outcome ?? { error: new Error("There is no outcome") });
    }
    return new AdminResults(outcomes);
  }

  #settle(key: K, outcome: Outcome<V>): void {
    if (this.has(key) && this.#outcomes.get(key) === undefined) this.#outcomes.set(key, outcome);
  }
}
