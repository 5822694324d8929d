/**
 * The order in which Java's hash tables give what is in them (`HashMap`, `HashSet`). Where several assignments are equally good, Kafka's sticky
 * assignors choose by it; who shares in the same order comes to the same result, whichever client leads the group.
 *
 * Tables have 16 buckets, and twice as many as soon as they are more than three quarters full; those in one bucket stay in the order in which they
 * came. (Java makes trees of buckets with eight and more in them, and then the order is another one.)
 *
 * @module
 */

const SMALLEST_TABLE = 16;
const LOAD_FACTOR = 0.75;

/** How many buckets a table has in which there have been this many at once. */
function tableSize(entries: number): number {
  let size = SMALLEST_TABLE;
  while (entries > size * LOAD_FACTOR) size *= 2;
  return size;
}

function bucket(hash: number, buckets: number): number {
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}

/** `String.hashCode`. */
function textHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(31, hash) + text.charCodeAt(i) | 0;
  return hash;
}

/** Different texts, put into a table one after the other, as the table gives them. */
export function inHashOrder(texts: readonly string[]): string[] {
  const buckets = tableSize(texts.length);
  return texts.map((text) => ({ text, place: bucket(textHash(text), buckets) }))
    .sort((a, b) => a.place - b.place)
    .map(({ text }) => text);
}

/** Partitions of one topic in a table that grows, and never gets smaller. */
export class HashedPartitions {
  readonly #topicHash: number;
  readonly #partitions = new Set<number>();
  #buckets = SMALLEST_TABLE;

  /** An empty table. */
  constructor(topic: string) {
    this.#topicHash = textHash(topic);
  }

  /** How many there are. */
  get size(): number {
    return this.#partitions.size;
  }

  /** Puts one in. */
  add(partition: number): void {
    this.#partitions.add(partition);
    this.#buckets = Math.max(this.#buckets, tableSize(this.#partitions.size));
  }

  /** Takes one out. */
  delete(partition: number): void {
    this.#partitions.delete(partition);
  }

  /** The one that the table gives first; `undefined` for none. */
  first(): number | undefined {
    let first: number | undefined;
    let least = Infinity;
    for (const partition of this.#partitions) {
      // `TopicPartition.hashCode`.
      const hash = Math.imul(31, 31 + partition) + this.#topicHash | 0;
      const place = bucket(hash, this.#buckets);
      if (place >= least) continue;
      least = place;
      first = partition;
    }
    return first;
  }
}
