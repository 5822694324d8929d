/**
 * The records of `__transaction_state`:
 *
 * ```text
 * key    int16 0, and TransactionLogKey
 * value  int16 version, and TransactionLogValue; none forgets the transactional id
 * ```
 *
 * @module
 */

import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import {
  decodePrefix,
  type Draft,
  encodedSize,
  encodeInto,
  type Message,
  messageOf,
} from "../../../storage/message/message_codec.ts";
import { includesVersion } from "../../../storage/message/message_schema.ts";
import { transactionCoordinatorSchemas } from "../../../storage/message/schemas/transaction_coordinator.ts";
import type { CoordinatorSerde } from "../coordinator_shard.ts";
import { NONE, type TransactionMetadata } from "./transaction_metadata.ts";
import {
  NO_PARTITIONS,
  type TransactionPartitions,
  withPartitions,
} from "./transaction_partitions.ts";
import { transactionStateId, transactionStateOf } from "./transaction_state.ts";

/** What is known of a transactional id from now on. */
export interface TransactionRecord {
  /** The id. */
  readonly transactionalId: string;
  /** What is known; `null` forgets the id. */
  readonly value: TransactionMetadata | null;
  /** How the value is written: 0, or 1, which has room for more from transaction version 1 on. */
  readonly valueVersion: number;
}

interface LogKey {
  readonly transactionalId: string;
}

interface LogValue {
  readonly producerId: number;
  readonly previousProducerId: number;
  readonly nextProducerId: number;
  readonly producerEpoch: number;
  readonly nextProducerEpoch: number;
  readonly transactionTimeoutMs: number;
  readonly transactionStatus: number;
  readonly transactionPartitions:
    | readonly { readonly topic: string; readonly partitionIds: readonly number[] }[]
    | null;
  readonly transactionLastUpdateTimestampMs: number;
  readonly transactionStartTimestampMs: number;
  readonly clientTransactionVersion: number;
}

/** The only type of record that there is. */
const TRANSACTION_LOG = 0;
/** Below it, a value has nothing of the ids before and after, and of the client. */
const FIRST_VERSION_WITH_MORE = 1;

interface LogMessages {
  readonly key: Message<LogKey>;
  readonly value: Message<LogValue>;
}

let messages: LogMessages | undefined;

function logMessages(): LogMessages {
  if (messages === undefined) {
    const [key, value] = transactionCoordinatorSchemas();
    messages = { key: messageOf<LogKey>(key!), value: messageOf<LogValue>(value!) };
  }
  return messages;
}

/** A message behind the two bytes that tell what it is. */
function prefixed<T>(
  prefix: number,
  message: Message<T>,
  version: number,
  value: Draft<T>,
): Uint8Array {
  const bytes = new Uint8Array(2 + encodedSize(message, version, value));
  bytes[1] = prefix;
  encodeInto(message, version, value, bytes, 2);
  return bytes;
}

function prefixOf(bytes: Uint8Array, part: string): number {
  if (bytes.length < 2) throw new ProtocolError(`Could not read version from ${part}'s buffer.`);
  return (bytes[0]! << 24 | bytes[1]! << 16) >> 16;
}

function encodeValue({ value, valueVersion }: TransactionRecord): Uint8Array | null {
  if (value === null) return null;
  return prefixed(valueVersion, logMessages().value, valueVersion, {
    producerId: value.producerId,
    producerEpoch: value.producerEpoch,
    transactionTimeoutMs: value.timeoutMs,
    transactionStatus: transactionStateId(value.state),
    transactionPartitions: value.state === "Empty" ? null : partitionsToLog(value.partitions),
    transactionLastUpdateTimestampMs: value.lastUpdateTimestamp,
    transactionStartTimestampMs: value.startTimestamp,
    ...(valueVersion < FIRST_VERSION_WITH_MORE ? {} : {
      previousProducerId: value.previousProducerId,
      nextProducerId: value.nextProducerId,
      clientTransactionVersion: value.clientTransactionVersion,
    }),
  });
}

function partitionsToLog(
  partitions: TransactionPartitions,
): { topic: string; partitionIds: number[] }[] {
  return [...partitions].map(([topic, numbers]) => ({ topic, partitionIds: [...numbers] }));
}

function partitionsOfLog(partitions: LogValue["transactionPartitions"]): TransactionPartitions {
  return withPartitions(
    NO_PARTITIONS,
    (partitions ?? []).flatMap(({ topic, partitionIds }) =>
      partitionIds.map((partition) => ({ topic, partition }))
    ),
  );
}

function metadataOf(transactionalId: string, value: LogValue): TransactionMetadata {
  const state = transactionStateOf(value.transactionStatus);
  if (state === undefined) {
    throw new ProtocolError(
      `Unknown transaction state id ${value.transactionStatus} from the transaction status message`,
    );
  }
  return {
    transactionalId,
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: NONE,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: state === "Empty" ? NO_PARTITIONS : partitionsOfLog(value.transactionPartitions),
    startTimestamp: value.transactionStartTimestampMs,
    lastUpdateTimestamp: value.transactionLastUpdateTimestampMs,
    clientTransactionVersion: value.clientTransactionVersion,
  };
}

/** How the records of transactions look in `__transaction_state`. */
export const transactionSerde: CoordinatorSerde<TransactionRecord> = {
  encodeKey: ({ transactionalId }) =>
    prefixed(TRANSACTION_LOG, logMessages().key, 0, { transactionalId }),
  encodeValue,
  decode(key, value) {
    const { key: keyMessage, value: valueMessage } = logMessages();
    if (prefixOf(key, "key") !== TRANSACTION_LOG) return undefined;
    const { transactionalId } = decodePrefix(keyMessage, 0, key, 2).value;
    if (value === null) return { transactionalId, value: null, valueVersion: 0 };
    const valueVersion = prefixOf(value, "value");
    // As Kafka: what an upgrade that was taken back may have left behind is passed over.
    if (!includesVersion(valueMessage.schema.validVersions, valueVersion)) return undefined;
    const decoded = decodePrefix(valueMessage, valueVersion, value, 2).value;
    return { transactionalId, value: metadataOf(transactionalId, decoded), valueVersion };
  },
};
