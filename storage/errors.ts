/**
 * The errors that a caller of the engine can meet. There are few kinds, and each carries the name that
 * Kafka's protocol gives the condition in {@linkcode StorageError.code}, so that a server can answer
 * with it without a second mapping.
 *
 * @module
 */

/** Kafka's name of an error condition, as in the protocol's error table. */
export type ErrorCode =
  | "CORRUPT_MESSAGE"
  | "OFFSET_OUT_OF_RANGE"
  | "OUT_OF_ORDER_SEQUENCE_NUMBER"
  | "INVALID_PRODUCER_EPOCH"
  | "UNKNOWN_PRODUCER_ID"
  | "INVALID_TXN_STATE"
  | "TRANSACTION_COORDINATOR_FENCED"
  | "INVALID_RECORD"
  | "INVALID_TIMESTAMP"
  | "INVALID_REQUIRED_ACKS"
  | "MESSAGE_TOO_LARGE"
  | "RECORD_LIST_TOO_LARGE"
  | "UNSUPPORTED_COMPRESSION_TYPE"
  | "UNSUPPORTED_FOR_MESSAGE_FORMAT"
  | "INVALID_CONFIG"
  | "KAFKA_STORAGE_ERROR"
  | "INCONSISTENT_TOPIC_ID"
  | "UNKNOWN_SERVER_ERROR";

/** Base of every error that the engine raises on purpose. */
export class StorageError extends Error {
  /** Kafka's name of the condition. */
  readonly code: ErrorCode;

  /**
   * Makes an error.
   *
   * @param code Kafka's name of the condition
   * @param message the action that failed, a colon, and the value at fault
   * @param options `cause`, when another error is behind this one
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Bytes from a file or a peer are not what the format says they are. */
export class CorruptRecordError extends StorageError {
  /** Tells the action that failed, and behind a colon the value at fault. */
  constructor(message: string, options?: ErrorOptions) {
    super("CORRUPT_MESSAGE", message, options);
  }
}

/** A read, or a truncation, at an offset that the log does not hold. */
export class OffsetOutOfRangeError extends StorageError {
  /** Tells the action that failed, and behind a colon the value at fault. */
  constructor(message: string, options?: ErrorOptions) {
    super("OFFSET_OUT_OF_RANGE", message, options);
  }
}

/** What a producer sent does not follow from what it sent before (sequence, epoch, transaction). */
export class ProducerStateError extends StorageError {
  /** Tells the condition, the action that failed, and behind a colon the value at fault. */
  constructor(
    code:
      | "OUT_OF_ORDER_SEQUENCE_NUMBER"
      | "INVALID_PRODUCER_EPOCH"
      | "UNKNOWN_PRODUCER_ID"
      | "INVALID_TXN_STATE"
      | "TRANSACTION_COORDINATOR_FENCED",
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** One record of a refused batch: its position in the batch and what is wrong with it. */
export interface RecordError {
  /** 0-based position of the record within the batch that was sent. */
  readonly batchIndex: number;
  /** What is wrong with it. */
  readonly message: string;
}

/** Well-formed records that this log does not take: size, timestamp, missing key, compression, offsets. */
export class InvalidRecordError extends StorageError {
  /** The records at fault, when the fault is that of single records (KIP-467). */
  readonly recordErrors: readonly RecordError[];

  /** Tells the condition, the action that failed, and behind a colon the value at fault. */
  constructor(
    code:
      | "INVALID_RECORD"
      | "INVALID_TIMESTAMP"
      | "MESSAGE_TOO_LARGE"
      | "RECORD_LIST_TOO_LARGE"
      | "UNSUPPORTED_COMPRESSION_TYPE"
      | "UNSUPPORTED_FOR_MESSAGE_FORMAT",
    message: string,
    recordErrors: readonly RecordError[] = [],
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.recordErrors = recordErrors;
  }
}

/** The log is closed, or another process holds its directory. */
export class LogUnavailableError extends StorageError {
  /** Tells the action that failed, and behind a colon the value at fault. */
  constructor(message: string, options?: ErrorOptions) {
    super("KAFKA_STORAGE_ERROR", message, options);
  }
}

/** The disk refused: the log directory that holds the file goes offline. `cause` is the system's error. */
export class LogDirError extends StorageError {
  /** The file or directory that could not be read or written. */
  readonly path: string;
  /**
   * Nothing is wrong with the disk but that it is full: a write, or a new file, was refused, what was there still is, and there
   * may be room again. (Not of a flush: nobody knows then what has reached the disk.)
   */
  readonly isDiskFull: boolean;

  /** Tells the path, the action that failed, and behind a colon the value at fault. */
  constructor(
    path: string,
    message: string,
    options: ErrorOptions & { readonly isDiskFull?: boolean } = {},
  ) {
    super("KAFKA_STORAGE_ERROR", message, options);
    this.path = path;
    this.isDiskFull = options.isDiskFull ?? false;
  }
}

/** A config has a name, type or value that Kafka does not allow. */
export class InvalidConfigError extends StorageError {
  /** Tells the action that failed, and behind a colon the value at fault. */
  constructor(message: string, options?: ErrorOptions) {
    super("INVALID_CONFIG", message, options);
  }
}
