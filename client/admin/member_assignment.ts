/**
 * The assignment of a member of a classic group of consumers, as its leader has written it.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { decodeAssignment } from "../consumer/assignors/consumer_protocol.ts";

/**
 * Reads an assignment; without bytes it is empty.
 *
 * @throws {ProtocolError} for bytes that are none
 */
export function memberAssignment(bytes: Uint8Array): readonly TopicPartition[] {
  return bytes.length === 0 ? [] : decodeAssignment(bytes).partitions;
}
