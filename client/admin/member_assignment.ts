/**
 * The assignment of a member of a classic group of consumers, as its leader has written it.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { decodePrefix, message } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";

interface ConsumerProtocolAssignment {
  readonly assignedPartitions: readonly {
    readonly topic: string;
    readonly partitions: readonly number[];
  }[];
  readonly userData: Uint8Array | null;
}

const HIGHEST_VERSION = 3;
const VERSION_BYTES = 2;

const assignment = message<ConsumerProtocolAssignment>(`
@ConsumerProtocolAssignment - 0-3 flexible none
assignedPartitions []TopicPartition
  topic string
  partitions []int32
userData bytes ?0+ =null
`);

/**
 * Reads an assignment; without bytes it is empty.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function memberAssignment(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return [];
  if (bytes.length < VERSION_BYTES) {
    throw new ProtocolError("Buffer underflow while parsing consumer protocol's header");
  }
  const version = new DataView(bytes.buffer, bytes.byteOffset).getInt16(0);
  if (version < 0) throw new ProtocolError(`Unsupported assignment version: ${version}`);
  // A later version begins like this one.
  const { value } = decodePrefix(
    assignment,
    Math.min(version, HIGHEST_VERSION),
    bytes,
    VERSION_BYTES,
  );
  return value.assignedPartitions.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  );
}
