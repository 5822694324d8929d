/**
 * Errors as Kafka's Java tools print them: by the class of an exception, and its message.
 *
 * @module
 */

import { InvalidConfigError, StorageError } from "../../storage/errors.ts";
import { UncaughtFailure } from "../../storage/cli/tool.ts";
import {
  ConsumerError,
  IllegalConsumerStateError,
  LogTruncationError,
  NoOffsetForPartitionError,
  OffsetOutOfRangeError,
} from "../consumer/consumer_errors.ts";
import { NetworkError } from "../network/transport.ts";
import { type ErrorName, KafkaError } from "../protocol/error_codes.ts";
import { SerializationError } from "../serde/serialization_error.ts";
import {
  BufferExhaustedError,
  IllegalProducerStateError,
  ProducerError,
  TransactionAbortedError,
} from "../producer/producer_errors.ts";

/** An exception of a Java class, thrown by a tool. */
export class JavaException extends Error {
  /** The class. */
  readonly className: string;
  /** What it says; null when it says nothing. */
  readonly detail: string | null;

  /** An exception of a class with a message. */
  constructor(className: string, detail: string | null = null, options?: ErrorOptions) {
    super(detail ?? className, options);
    this.className = className;
    this.detail = detail;
  }
}

/** `IllegalArgumentException`: a value that a tool does not take. */
export function illegalArgument(message: string): JavaException {
  return new JavaException("java.lang.IllegalArgumentException", message);
}

/** `RuntimeException` around another exception. */
export function runtimeException(cause: unknown): JavaException {
  return new JavaException("java.lang.RuntimeException", exceptionText(cause), { cause });
}

/** `KafkaException`: what a client or a tool of Kafka's says of anything. */
export function kafkaException(message: string, options?: ErrorOptions): JavaException {
  return new JavaException("org.apache.kafka.common.KafkaException", message, options);
}

/** `AdminCommandFailedException`: a tool has not done what it was asked for. */
export function commandFailed(message: string, options?: ErrorOptions): JavaException {
  return new JavaException(
    "org.apache.kafka.tools.AdminCommandFailedException",
    message,
    options,
  );
}

/** `AdminOperationException`: what a tool was given makes no sense. */
export function operationFailed(message: string, options?: ErrorOptions): JavaException {
  return new JavaException("org.apache.kafka.tools.AdminOperationException", message, options);
}

/** `TerseException`: a line that says all. */
export function terse(message: string): JavaException {
  return new JavaException("org.apache.kafka.tools.TerseException", message);
}

const ERRORS_PACKAGE = "org.apache.kafka.common.errors.";

/** Classes that are not called after the error's name. */
const CLASSES: Readonly<Partial<Record<ErrorName, string>>> = {
  UNKNOWN_SERVER_ERROR: "UnknownServerException",
  CORRUPT_MESSAGE: "CorruptRecordException",
  REQUEST_TIMED_OUT: "TimeoutException",
  MESSAGE_TOO_LARGE: "RecordTooLargeException",
  STALE_CONTROLLER_EPOCH: "ControllerMovedException",
  OFFSET_METADATA_TOO_LARGE: "OffsetMetadataTooLarge",
  NETWORK_EXCEPTION: "NetworkException",
  INVALID_TOPIC_EXCEPTION: "InvalidTopicException",
  RECORD_LIST_TOO_LARGE: "RecordBatchTooLargeException",
  TOPIC_AUTHORIZATION_FAILED: "TopicAuthorizationException",
  GROUP_AUTHORIZATION_FAILED: "GroupAuthorizationException",
  CLUSTER_AUTHORIZATION_FAILED: "ClusterAuthorizationException",
  TOPIC_ALREADY_EXISTS: "TopicExistsException",
  INVALID_CONFIG: "InvalidConfigurationException",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "OutOfOrderSequenceException",
  DUPLICATE_SEQUENCE_NUMBER: "DuplicateSequenceException",
  INVALID_PRODUCER_ID_MAPPING: "InvalidPidMappingException",
  INVALID_TRANSACTION_TIMEOUT: "InvalidTxnTimeoutException",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "TransactionalIdAuthorizationException",
  KAFKA_STORAGE_ERROR: "KafkaStorageException",
  SASL_AUTHENTICATION_FAILED: "SaslAuthenticationException",
  DELEGATION_TOKEN_AUTH_DISABLED: "DelegationTokenDisabledException",
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: "UnsupportedByAuthenticationException",
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: "DelegationTokenAuthorizationException",
  NON_EMPTY_GROUP: "GroupNotEmptyException",
  PRINCIPAL_DESERIALIZATION_FAILURE: "PrincipalDeserializationException",
  FETCH_SESSION_TOPIC_ID_ERROR: "FetchSessionTopicIdException",
  INVALID_REGULAR_EXPRESSION: "InvalidRegularExpression",
};

/** The Java class of an error, without its package: `TopicExistsException`. */
export function exceptionName(code: ErrorName): string {
  const words = code.split("_").map((word) => word[0] + word.slice(1).toLowerCase());
  return CLASSES[code] ?? `${words.join("")}Exception`;
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** Classes of the clients' own errors, the narrower ones first. */
const CLIENT_ERRORS: readonly (readonly [ErrorClass, string])[] = [
  [BufferExhaustedError, "org.apache.kafka.clients.producer.BufferExhaustedException"],
  [TransactionAbortedError, `${ERRORS_PACKAGE}TransactionAbortedException`],
  [IllegalProducerStateError, "java.lang.IllegalStateException"],
  [ProducerError, "org.apache.kafka.common.KafkaException"],
  [IllegalConsumerStateError, "java.lang.IllegalStateException"],
  [NoOffsetForPartitionError, "org.apache.kafka.clients.consumer.NoOffsetForPartitionException"],
  [LogTruncationError, "org.apache.kafka.clients.consumer.LogTruncationException"],
  [OffsetOutOfRangeError, "org.apache.kafka.clients.consumer.OffsetOutOfRangeException"],
  [SerializationError, `${ERRORS_PACKAGE}SerializationException`],
  [ConsumerError, "org.apache.kafka.common.KafkaException"],
];

/** What was thrown, as Java has it. */
export interface Thrown {
  /** The class with its package. */
  readonly className: string;
  /** What it says; null when it says nothing. */
  readonly message: string | null;
}

/**
 * An error as a Java exception.
 *
 * @throws the error itself, when it is none that a tool may expect
 */
export function thrown(error: unknown): Thrown {
  if (error instanceof JavaException) {
    return { className: error.className, message: error.detail };
  }
  if (error instanceof UncaughtFailure) {
    return { className: error.className, message: error.detail ?? null };
  }
  const clientError = CLIENT_ERRORS.find(([type]) => error instanceof type);
  if (clientError !== undefined) {
    return { className: clientError[1], message: (error as Error).message };
  }
  if (error instanceof KafkaError) {
    const name = exceptionName(error.code);
    const className = name === "InvalidRecordException"
      ? `org.apache.kafka.common.${name}`
      : ERRORS_PACKAGE + name;
    return { className, message: error.message };
  }
  if (error instanceof InvalidConfigError) {
    return { className: "org.apache.kafka.common.config.ConfigException", message: error.message };
  }
  if (error instanceof NetworkError) {
    return { className: `${ERRORS_PACKAGE}DisconnectException`, message: error.message };
  }
  if (error instanceof StorageError) {
    return { className: "java.io.IOException", message: error.message };
  }
  throw error;
}

/** `Throwable.toString`. */
export function exceptionText(error: unknown): string {
  const { className, message } = thrown(error);
  return message === null ? className : `${className}: ${message}`;
}

/** `Throwable.getMessage`. */
export function exceptionMessage(error: unknown): string {
  return `${thrown(error).message}`;
}

/** `Throwable.printStackTrace` without the stack: an exception and its causes, each on a line. */
export function stackText(error: unknown): string {
  const text = exceptionText(error);
  // Java's own reason why a text is none of the type.
  if (error instanceof SerializationError && error.cause instanceof TypeError) {
    return `${text}\nCaused by: ${stackText(illegalArgument(error.cause.message))}`;
  }
  const isJava = error instanceof JavaException || error instanceof UncaughtFailure;
  if (!isJava || error.cause === undefined) return text;
  return `${text}\nCaused by: ${stackText(error.cause)}`;
}

/** What Java's futures wrap an error in. */
export function executionException(cause: unknown): JavaException {
  return new JavaException("java.util.concurrent.ExecutionException", exceptionText(cause), {
    cause,
  });
}
