/**
 * Members by how much they have.
 *
 * @module
 */

/** Members by number, those with least first, and those with as much in the order of their numbers. */
export class MembersByLoad {
  readonly #loads: Uint32Array;
  #order: Uint32Array;

  /** @param loads how many partitions each member has */
  constructor(loads: Uint32Array) {
    this.#loads = loads.slice();
    this.#order = Uint32Array.from(loads.keys()).sort((a, b) => this.#compare(a, b));
  }

  /** How many partitions a member has. */
  loadOf(member: number): number {
    return this.#loads[member]!;
  }

  /** The loads of all that are there, ascending. */
  loads(): Uint32Array {
    return this.#order.map((member) => this.#loads[member]!);
  }

  /** The first that fits; `undefined` for none. */
  first(fits: (member: number) => boolean): number | undefined {
    for (const member of this.#order) if (fits(member)) return member;
    return undefined;
  }

  /** Adds to what a member has. */
  add(member: number, partitions: number): void {
    const from = this.#place(member);
    this.#loads[member]! += partitions;
    let to = from;
    if (partitions > 0) {
      while (to + 1 < this.#order.length && this.#compare(this.#order[to + 1]!, member) < 0) {
        this.#order[to] = this.#order[++to]!;
      }
    } else {
      while (to > 0 && this.#compare(this.#order[to - 1]!, member) > 0) {
        this.#order[to] = this.#order[--to]!;
      }
    }
    this.#order[to] = member;
  }

  /** Keeps only some of the members. */
  keep(isKept: (member: number) => boolean): void {
    this.#order = this.#order.filter(isKept);
  }

  #compare(a: number, b: number): number {
    return this.#loads[a]! - this.#loads[b]! || a - b;
  }

  #place(member: number): number {
    let low = 0;
    let high = this.#order.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#order[middle]!, member) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
