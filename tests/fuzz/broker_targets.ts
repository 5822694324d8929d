/** What is fuzzed of a whole broker: whatever arrives on a connection costs that connection at most, and the broker answers the next one. */

import { assert, assertEquals } from "@std/assert";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { NetworkError } from "../../client/network/transport.ts";
import { APIS } from "../../client/protocol/apis.ts";
import { encodeRequest } from "../../client/protocol/framing.ts";
import { apiVersions } from "../../client/protocol/messages/api_versions.ts";
import { Broker } from "../../cluster/server/broker.ts";
import { brokerEnv, makeTopic } from "../support/broker.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { randomMessage, versionsOf } from "../support/random_messages.ts";
import { TestClient } from "../support/test_client.ts";
import { mutate } from "./mutation.ts";

const FRAMES = 8;
const MAX_REQUEST_SIZE = 1 << 20;
const HEAP_GROWTH_LIMIT = 256 << 20;
const sizes = [0, 1, 4, 0x7fff_ffff, -1, -0x8000_0000, MAX_REQUEST_SIZE, MAX_REQUEST_SIZE + 1];

const announced = new Set<number>();

/** Asks a new connection what the broker can do. */
async function probe(transport: MemoryTransport, broker: Broker): Promise<void> {
  using client = await TestClient.connect(transport, broker.address, "probe");
  const answer = await client.call(apiVersions, 4, {
    clientSoftwareName: "probe",
    clientSoftwareVersion: "1",
  });
  assertEquals(answer.errorCode, 0);
  for (const { apiKey } of answer.apiKeys) announced.add(apiKey);
}

/** The frame of a request that can be read. */
function requestFrame(random: SeededRandom): Uint8Array {
  const api = random.pick(APIS.filter(({ key }) => announced.has(key)));
  const version = random.pick(versionsOf(api.request.schema));
  const body = randomMessage(random, api.request.schema, version);
  return encodeRequest(api, version, { correlationId: 7, clientId: "fuzz" }, body);
}

/** What is sent on one connection. */
function input(random: SeededRandom): Uint8Array {
  if (random.chance(0.1)) return random.bytes(random.below(300));
  let frame = requestFrame(random);
  if (random.chance(0.3)) return frame;
  if (random.chance(0.6)) {
    // The size fits, so that the damage gets as far as it can.
    const body = mutate(random, frame.subarray(4));
    frame = new Uint8Array(4 + body.length);
    frame.set(body, 4);
    new DataView(frame.buffer).setInt32(0, body.length);
  } else frame = mutate(random, frame);
  if (random.chance(0.15) && frame.length >= 4) {
    new DataView(frame.buffer, frame.byteOffset).setInt32(0, random.pick(sizes));
  }
  return random.chance(0.15) ? frame.subarray(0, random.below(frame.length + 1)) : frame;
}

/** Whether a name in the request was so long that the answer, which repeats it, cannot be said; Apache Kafka fails like this too. */
function saysTooMuch(error: unknown): boolean {
  return error instanceof Error && error.message.includes("too long to be serialized");
}

/** Sends bytes on a connection of their own, looks whether the broker is well, and hangs up. */
async function attack(
  transport: MemoryTransport,
  broker: Broker,
  random: SeededRandom,
): Promise<void> {
  using client = await TestClient.connect(transport, broker.address, "fuzz");
  try {
    for (let i = 0, count = 1 + random.below(3); i < count; i++) {
      await client.connection.write(input(random));
    }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  }
  await probe(transport, broker);
}

/** The fuzzers of this file, by name. */
export const brokerTargets: Readonly<Record<string, (seed: number) => Promise<void>>> = {
  "requests to a broker": async (seed) => {
    const random = new SeededRandom(seed);
    const env = { ...brokerEnv(), random };
    const transport = new MemoryTransport();
    const broker = await Broker.start({
      env,
      transport,
      dir: "/data",
      port: 0,
      properties: { "socket.request.max.bytes": `${MAX_REQUEST_SIZE}` },
    });
    try {
      const before = Deno.memoryUsage();
      {
        using client = await TestClient.connect(transport, broker.address);
        await makeTopic(client, "topic-1", 2);
      }
      await probe(transport, broker);
      for (let i = 0; i < FRAMES; i++) await attack(transport, broker, random);
      const after = Deno.memoryUsage();
      const growth = after.heapUsed + after.external - before.heapUsed - before.external;
      assert(growth < HEAP_GROWTH_LIMIT, `${growth} bytes more`);
      const unexpected = env.logger.lines.find(({ level, fields }) =>
        level === "error" && !saysTooMuch(fields["error"])
      );
      if (unexpected !== undefined) {
        const { message, fields } = unexpected;
        throw new Error(`${message} ${JSON.stringify(fields)}`, { cause: fields["error"] });
      }
    } finally {
      await broker.shutdown();
    }
  },
};
