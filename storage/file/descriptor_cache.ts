/**
 * Which files hold a descriptor: those used last, up to a limit.
 *
 * @module
 */

/** A file that may hold a descriptor. */
export abstract class DescriptorHolder {
  /** The system's descriptor, -1 for none. */
  fd: number = -1;
  /** While it is over 0 the descriptor is kept: a flush is under way, or the name is gone and it could not be opened again. */
  pins = 0;
  /** Neighbour that was used later; the cache's own. */
  newer: DescriptorHolder | undefined;
  /** Neighbour that was used earlier; the cache's own. */
  older: DescriptorHolder | undefined;

  /** Closes the descriptor; called when others need the room. */
  abstract evict(): void;
}

/** The holders with a descriptor, in the order of their last use. */
export class DescriptorCache {
  readonly #limit: number;
  #newest: DescriptorHolder | undefined;
  #oldest: DescriptorHolder | undefined;
  #size = 0;

  /**
   * Starts empty.
   *
   * @param limit descriptors held while nothing is pinned
   */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Descriptors held. */
  get size(): number {
    return this.#size;
  }

  /** Takes a holder in whose descriptor was just opened, and lets go of another when there are too many. */
  add(holder: DescriptorHolder): void {
    this.#size++;
    this.#link(holder);
    this.trim();
  }

  /** Marks a use. */
  touch(holder: DescriptorHolder): void {
    if (holder === this.#newest) return;
    this.#unlink(holder);
    this.#link(holder);
  }

  /** Forgets a holder whose descriptor is closed. */
  delete(holder: DescriptorHolder): void {
    this.#size--;
    this.#unlink(holder);
  }

  /** Evicts the least recently used until `limit` are left; what is pinned, or was used last of all, stays. */
  trim(limit: number = this.#limit): void {
    let holder = this.#oldest;
    while (this.#size > limit && holder !== undefined && holder !== this.#newest) {
      const next: DescriptorHolder | undefined = holder.newer;
      if (holder.pins === 0) {
        this.delete(holder);
        holder.evict();
      }
      holder = next;
    }
  }

  #link(holder: DescriptorHolder): void {
    holder.older = this.#newest;
    holder.newer = undefined;
    if (this.#newest !== undefined) this.#newest.newer = holder;
    this.#newest = holder;
    this.#oldest ??= holder;
  }

  #unlink(holder: DescriptorHolder): void {
    if (holder.newer !== undefined) holder.newer.older = holder.older;
    else this.#newest = holder.older;
    if (holder.older !== undefined) holder.older.newer = holder.newer;
    else this.#oldest = holder.newer;
    holder.newer = holder.older = undefined;
  }
}
