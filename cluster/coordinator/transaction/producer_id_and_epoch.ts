/**
 * The id and the epoch of a producer.
 *
 * @module
 */

/** What a producer is known by. */
export interface ProducerIdAndEpoch {
  /** The producer's id. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
}
