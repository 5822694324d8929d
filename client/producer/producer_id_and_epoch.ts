/**
 * Who a batch is from.
 *
 * @module
 */

/** A producer's id, and the epoch that fences those who had it before. */
export interface ProducerIdAndEpoch {
  /** The id; -1 for none. */
  readonly producerId: number;
  /** The epoch; -1 for none. */
  readonly epoch: number;
}

/** No producer. */
export const NO_PRODUCER: ProducerIdAndEpoch = { producerId: -1, epoch: -1 };

/** Whether it is one. */
export function isValidProducer({ producerId }: ProducerIdAndEpoch): boolean {
  return producerId > -1;
}

/** Whether two are the same. */
export function isSameProducer(a: ProducerIdAndEpoch, b: ProducerIdAndEpoch): boolean {
  return a.producerId === b.producerId && a.epoch === b.epoch;
}

/** As messages show it. */
export function producerText({ producerId, epoch }: ProducerIdAndEpoch): string {
  return `ProducerIdAndEpoch(producerId=${producerId}, epoch=${epoch})`;
}
