/** What is fuzzed of the protocol: whatever comes off a socket becomes a message or a `ProtocolError`, and takes no more than its bytes. */

import { assert, assertEquals } from "@std/assert";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
} from "../../cluster/controller/metadata_records.ts";
import { apiByKey } from "../../client/protocol/api_keys.ts";
import { APIS } from "../../client/protocol/apis.ts";
import { encodeRequest } from "../../client/protocol/framing.ts";
import { decodeRequestHeader } from "../../client/protocol/headers.ts";
import { MemoryPool } from "../../client/network/memory_pool.ts";
import { FrameBuffer } from "../../cluster/server/frame_buffer.ts";
import {
  decode,
  encode,
  encodedSize,
  type Message,
  messageOf,
} from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import { clusterMetadataSchemas } from "../../storage/message/schemas/cluster_metadata.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { randomMessage, versionsOf } from "../support/random_messages.ts";
import { mutate } from "./mutation.ts";

function refused(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return true;
  }
}

/** Elements of all arrays in a decoded message; each took a byte at least. */
function elementsIn(value: unknown): number {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return 0;
  const inside = Object.values(value).reduce((sum: number, each) => sum + elementsIn(each), 0);
  return inside + (Array.isArray(value) ? value.length : 0);
}

/** Reads bytes that may be a message. One that is read can be written, and is the same when it is read again. */
function readAny(message: Message<unknown>, version: number, bytes: Uint8Array): void {
  let value: unknown;
  if (refused(() => void (value = decode(message, version, bytes)))) return;
  assert(elementsIn(value) <= bytes.length, `${message.name}: more elements than bytes`);
  let again: Uint8Array | undefined;
  // A text that was no UTF-8 is longer once it is.
  if (refused(() => void (again = encode(message, version, value as Record<string, never>)))) {
    return;
  }
  assertEquals(decode(message, version, again!), value);
}

/** The fuzzers of this file, by name. */
export const protocolTargets: Readonly<Record<string, (seed: number) => void>> = {
  "messages of every API": (seed) => {
    const random = new SeededRandom(seed);
    for (let i = 0; i < 10; i++) {
      const api = random.pick(APIS);
      const message = random.chance(0.5) ? api.request : api.response;
      const version = random.pick(versionsOf(message.schema));
      const value = randomMessage(random, message.schema, version, {
        hasUnknownTaggedFields: true,
      });
      const bytes = encode(message, version, value);
      assertEquals(encodedSize(message, version, value), bytes.length);
      readAny(message, version, mutate(random, bytes));
      readAny(message, version, random.bytes(random.below(60)));
      readAny(message, random.pick(versionsOf(message.schema)), bytes);
    }
  },
  "metadata records": (seed) => {
    const random = new SeededRandom(seed);
    const schema = random.pick(clusterMetadataSchemas());
    const version = random.pick(versionsOf(schema));
    const data = randomMessage(random, schema, version, { hasUnknownTaggedFields: true });
    const bytes = encode(messageOf<unknown>(schema), version, data);
    const framed = Uint8Array.of(1, schema.apiKey, version, ...bytes);
    refused(() => {
      const record = decodeMetadataRecord(mutate(random, framed));
      assertEquals(decodeMetadataRecord(encodeMetadataRecord(record)), record);
    });
  },
  "frames off a socket": (seed) => {
    const random = new SeededRandom(seed);
    const frames = Array.from({ length: 1 + random.below(4) }, () => {
      const api = random.pick(APIS);
      const version = random.pick(versionsOf(api.request.schema));
      const body = randomMessage(random, api.request.schema, version);
      return encodeRequest(api, version, { correlationId: seed, clientId: "fuzz" }, body);
    });
    const stream = mutate(random, Uint8Array.from(frames.flatMap((frame) => [...frame])));
    const limit = 1 << 16;
    const buffer = new FrameBuffer(new MemoryPool());
    refused(() => {
      for (let at = 0; at < stream.length;) {
        const space = buffer.space(limit);
        const read = Math.min(space.length, stream.length - at, 1 + random.below(500));
        space.set(stream.subarray(at, at + read));
        buffer.received(read);
        for (let frame; (frame = buffer.next(limit)) !== undefined;) {
          assert(frame.length <= limit);
          refused(() => {
            const header = decodeRequestHeader(frame);
            const { request } = apiByKey(header.requestApiKey)!;
            readAny(request, header.requestApiVersion, frame.subarray(header.bodyAt));
          });
        }
        at += read;
        assert(buffer.capacity <= 4 * (limit + 4), `has ${buffer.capacity} bytes for ${at}`);
      }
    });
  },
};
