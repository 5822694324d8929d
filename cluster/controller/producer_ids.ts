/**
 * Producer ids for the producers of one broker.
 *
 * @module
 */

import type { ProducerIdBlock } from "./producer_id_blocks.ts";

/** Hands ids out of blocks that the controller gives. */
export class ProducerIds {
  readonly #allocate: () => Promise<ProducerIdBlock>;
  #next = 0;
  #end = 0;
  #allocating: Promise<void> | undefined;

  /**
   * Starts without a block.
   *
   * @param allocate asks the controller for the next one
   */
  constructor(allocate: () => Promise<ProducerIdBlock>) {
    this.#allocate = allocate;
  }

  /**
   * An id that nobody else has, if one is at hand; otherwise the next block is asked for.
   *
   * @returns `undefined` until that is there
   */
  takeNow(): number | undefined {
    if (this.#next < this.#end) return this.#next++;
    // Who needs one comes again; that the controller cannot be asked shows then.
    this.#refill().catch(() => {});
    return undefined;
  }

  /** Resolves when an id is at hand; nothing when one is. */
  whenReady(): Promise<void> | undefined {
    return this.#next < this.#end ? undefined : this.#refill();
  }

  /** An id that nobody else has. */
  async next(): Promise<number> {
    while (this.#next >= this.#end) {
      await this.#refill();
    }
    return this.#next++;
  }

  #refill(): Promise<void> {
    return this.#allocating ??= this.#take().finally(() => this.#allocating = undefined);
  }

  async #take(): Promise<void> {
    const { firstProducerId, size } = await this.#allocate();
    this.#next = firstProducerId;
    this.#end = firstProducerId + size;
  }
}
