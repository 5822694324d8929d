/**
 * Things that are due at a time, the earliest first.
 *
 * @module
 */

/** Something with a deadline; its place in the heap is kept on it, so that it can be taken out at any time. */
export interface Due {
  /** When it is due, ms on the monotonic clock. */
  readonly deadline: number;
  /** Its place in the heap, -1 when it is in none. The heap alone writes it. */
  heapIndex: number;
}

/** A binary heap ordered by deadline: looking at the earliest is free, adding and taking out cost a logarithm. */
export class DeadlineHeap<T extends Due> {
  readonly #items: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The one that is due first. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds one. */
  add(item: T): void {
    const items = this.#items;
    items.push(item);
    item.heapIndex = items.length - 1;
    this.#up(item);
  }

  /** Takes one out; fine when it is not in. */
  remove(item: T): void {
    const items = this.#items;
    const at = item.heapIndex;
    if (at < 0 || items[at] !== item) return;
    item.heapIndex = -1;
    const last = items.pop()!;
    if (last === item) return;
    items[at] = last;
    last.heapIndex = at;
    this.#up(last);
    this.#down(last);
  }

  /** Takes the first one out when it is due at `now`. */
  popDue(now: number): T | undefined {
    const first = this.#items[0];
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  /** All of them, in no order. */
  values(): readonly T[] {
    return this.#items;
  }

  #up(item: T): void {
    const items = this.#items;
    let at = item.heapIndex;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = items[parentAt]!;
      if (parent.deadline <= item.deadline) break;
      items[at] = parent;
      parent.heapIndex = at;
      at = parentAt;
    }
    items[at] = item;
    item.heapIndex = at;
  }

  #down(item: T): void {
    const items = this.#items;
    let at = item.heapIndex;
    while (true) {
      let childAt = 2 * at + 1;
      if (childAt >= items.length) break;
      if (
        childAt + 1 < items.length && items[childAt + 1]!.deadline < items[childAt]!.deadline
      ) childAt++;
      const child = items[childAt]!;
      if (child.deadline >= item.deadline) break;
      items[at] = child;
      child.heapIndex = at;
      at = childAt;
    }
    items[at] = item;
    item.heapIndex = at;
  }
}
