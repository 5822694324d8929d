import { InvalidRecordError } from "../../errors.ts";

/**
 * A follower was given records below the end of its log. It carries the offsets because there is one case that a
 * replica can mend: its log is empty and the leader's log start lies within the first batch, so that
 * the batch begins below. Then it truncates fully, starts at {@linkcode UnexpectedAppendOffsetError.firstOffset} and
 * appends again.
 */
export class UnexpectedAppendOffsetError extends InvalidRecordError {
  /** First offset of the records. */
  readonly firstOffset: number;
  /** Last offset of the records. */
  readonly lastOffset: number;

  constructor(message: string, firstOffset: number, lastOffset: number) {
    super("INVALID_RECORD", message);
    this.firstOffset = firstOffset;
    this.lastOffset = lastOffset;
  }
}
