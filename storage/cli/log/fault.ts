/**
 * What is wrong in a log directory.
 *
 * @module
 */

import type { JsonValue } from "../decoders/json_text.ts";

/** What a fault is about. */
export type FaultKind =
  /** Bytes that are no batch: torn, or with a wrong checksum. */
  | "batch"
  /** Records that do not decode, or contradict their batch. */
  | "record"
  /** Offsets that go back, or leave their segment. */
  | "offset"
  | "leader-epoch"
  | "index"
  | "time-index"
  | "txn-index"
  | "snapshot"
  | "checkpoint"
  | "metadata"
  /** A file that an interrupted job left behind. */
  | "leftover"
  /** A file that should be there. */
  | "missing";

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  readonly file: string;
  readonly message: string;
  /** Where in the file, in bytes. */
  readonly position?: number;
  /** The offset there: the first that is concerned. */
  readonly offset?: number;
  /** How many bytes are concerned. */
  readonly bytes?: number;
}

/** Takes faults as they are found. */
export type FaultSink = (fault: Fault) => void;

/** The line for people. */
export function faultText(fault: Fault): string {
  const places: string[] = [];
  if (fault.position !== undefined) places.push(`position ${fault.position}`);
  if (fault.offset !== undefined) places.push(`offset ${fault.offset}`);
  const place = places.length === 0 ? "" : ` ${places.join(", ")}:`;
  const bytes = fault.bytes === undefined ? "" : ` (${fault.bytes} bytes)`;
  return `${fault.file}:${place} ${fault.message}${bytes} [${fault.kind}]`;
}

/** The line for programs. */
export function faultJson(fault: Fault): JsonValue {
  return {
    fault: fault.kind,
    file: fault.file,
    ...(fault.position === undefined ? {} : { position: fault.position }),
    ...(fault.offset === undefined ? {} : { offset: fault.offset }),
    ...(fault.bytes === undefined ? {} : { bytes: fault.bytes }),
    message: fault.message,
  };
}

/** A sink that passes on the first few faults of a kind, so that garbage does not drown the rest, and counts the others. */
export class LimitedFaults {
  readonly #sink: FaultSink;
  readonly #limit: number;
  #count = 0;

  constructor(sink: FaultSink, limit = 20) {
    this.#sink = sink;
    this.#limit = limit;
  }

  report(fault: Fault): void {
    if (this.#count++ < this.#limit) this.#sink(fault);
  }

  /** Tells of those that were held back. */
  finish(kind: FaultKind, file: string): void {
    const more = this.#count - this.#limit;
    if (more > 0) this.#sink({ kind, file, message: `faults of this kind not shown: ${more}` });
  }
}
