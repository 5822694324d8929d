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

  /** An id that nobody else has. */
  async next(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#allocating ??= this.#take().finally(() => this.#allocating = undefined);
      await this.#allocating;
    }
    return this.#next++;
  }

  async #take(): Promise<void> {
    const { firstProducerId, size } = await this.#allocate();
    this.#next = firstProducerId;
    this.#end = firstProducerId + size;
  }
}
