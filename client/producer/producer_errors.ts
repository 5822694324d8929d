/**
 * What can go wrong in a producer without a broker having said so. What a broker says is a `KafkaError`.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";

/** A producer cannot go on with something: it is closed, a transaction has failed, a record's batch was given up. */
export class ProducerError extends Error {
  /** Tells what, and why. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A method was called at a time that does not allow it (Java's `IllegalStateException`). */
export class IllegalProducerStateError extends ProducerError {}

/** The transaction was aborted before the record was sent (Kafka's `TransactionAbortedException`). */
export class TransactionAbortedError extends ProducerError {
  /** Says so. */
  constructor() {
    super("Failing batch since transaction was aborted");
  }
}

/** There was no room in the buffer for `max.block.ms` (Kafka's `BufferExhaustedException`). */
export class BufferExhaustedError extends KafkaError {
  /** Tells how much was wanted and how much there is. */
  constructor(message: string) {
    super("REQUEST_TIMED_OUT", message);
    this.name = "BufferExhaustedError";
  }
}
