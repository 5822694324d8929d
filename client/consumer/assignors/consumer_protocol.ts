/**
 * What consumers tell each other through their group: a member's subscription, and what the leader assigns to it (Kafka's `ConsumerProtocol`).
 * Both begin with their version, int16.
 *
 * @module
 */

import { writeInt16 } from "../../../storage/bytes/byte_writer.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import {
  decodePrefix,
  encodedSize,
  encodeInto,
  type Message,
  messageOf,
} from "../../../storage/message/message_codec.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { consumerProtocolSchemas } from "../../../storage/message/schemas/consumer_protocol.ts";
import type { Assignment, Subscription } from "./partition_assignor.ts";

interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

interface SubscriptionMessage {
  readonly topics: readonly string[];
  readonly userData: Uint8Array | null;
  readonly ownedPartitions: readonly TopicPartitions[];
  readonly generationId: number;
  readonly rackId: string | null;
}

interface AssignmentMessage {
  readonly assignedPartitions: readonly TopicPartitions[];
  readonly userData: Uint8Array | null;
}

/** A message of this name, parsed when it is first needed. */
function lazy<T>(name: string): () => Message<T> {
  let parsed: Message<T> | undefined;
  return () =>
    parsed ??= messageOf<T>(consumerProtocolSchemas().find((schema) => schema.name === name)!);
}

const subscriptionMessage = lazy<SubscriptionMessage>("ConsumerProtocolSubscription");
const assignmentMessage = lazy<AssignmentMessage>("ConsumerProtocolAssignment");

const HIGHEST_VERSION = 3;
const VERSION_BYTES = 2;

/** A subscription as a member tells it; `groupInstanceId` goes another way. */
export function encodeSubscription(subscription: Subscription): Uint8Array {
  const { topics, userData, ownedPartitions, generationId, rackId } = subscription;
  return encoded(subscriptionMessage(), {
    topics,
    userData,
    ownedPartitions: byTopic(ownedPartitions),
    generationId,
    rackId,
  });
}

/**
 * Reads a subscription. What a later version has more is passed over.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function decodeSubscription(bytes: Uint8Array): Omit<Subscription, "groupInstanceId"> {
  const { topics, userData, ownedPartitions, generationId, rackId } = decoded(
    subscriptionMessage(),
    bytes,
  );
  return { topics, userData, ownedPartitions: flat(ownedPartitions), generationId, rackId };
}

/** An assignment as a leader writes it. */
export function encodeAssignment({ partitions, userData }: Assignment): Uint8Array {
  return encoded(assignmentMessage(), { assignedPartitions: byTopic(partitions), userData });
}

/**
 * Reads an assignment. What a later version has more is passed over.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function decodeAssignment(bytes: Uint8Array): Assignment {
  const { assignedPartitions, userData } = decoded(assignmentMessage(), bytes);
  return { partitions: flat(assignedPartitions), userData };
}

function encoded<T>(message: Message<T>, value: Parameters<typeof encodeInto<T>>[2]): Uint8Array {
  const bytes = new Uint8Array(VERSION_BYTES + encodedSize(message, HIGHEST_VERSION, value));
  writeInt16(bytes, 0, HIGHEST_VERSION);
  encodeInto(message, HIGHEST_VERSION, value, bytes, VERSION_BYTES);
  return bytes;
}

function decoded<T>(message: Message<T>, bytes: Uint8Array): T {
  if (bytes.length < VERSION_BYTES) {
    throw new ProtocolError("Buffer underflow while parsing consumer protocol's header");
  }
  const version = new DataView(bytes.buffer, bytes.byteOffset).getInt16(0);
  if (version < 0) throw new ProtocolError(`Unsupported consumer protocol version: ${version}`);
  return decodePrefix(message, Math.min(version, HIGHEST_VERSION), bytes, VERSION_BYTES).value;
}

function byTopic(partitions: readonly TopicPartition[]): TopicPartitions[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const numbers = topics.get(topic);
    if (numbers === undefined) topics.set(topic, [partition]);
    else numbers.push(partition);
  }
  return Array.from(topics, ([topic, partitions]) => ({ topic, partitions }));
}

function flat(topics: readonly TopicPartitions[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  );
}
