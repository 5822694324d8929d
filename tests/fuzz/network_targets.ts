/** What is fuzzed of the network: whatever clients send, a broker answers in order or ends the connection, and keeps no memory. */

import { assert, assertEquals } from "@std/assert";
import { FrameStream } from "../../client/network/frame_stream.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import type { Connection } from "../../client/network/transport.ts";
import { encodeRequest } from "../../client/protocol/framing.ts";
import { readInt32 } from "../../storage/bytes/byte_reader.ts";
import { apiVersions } from "../../client/protocol/messages/api_versions.ts";
import { describeCluster } from "../../client/protocol/messages/describe_cluster.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import {
  type AnyApiHandler,
  CLOSE_CONNECTION,
  NO_RESPONSE,
  type RequestContext,
} from "../../cluster/server/api_handler.ts";
import { MemoryPool } from "../../client/network/memory_pool.ts";
import { apiVersionsHandler } from "../../cluster/server/handlers/api_versions.ts";
import { Processor } from "../../cluster/server/processor.ts";
import { RequestChannel } from "../../cluster/server/request_channel.ts";
import { announcedApis, RequestDispatcher } from "../../cluster/server/request_dispatcher.ts";
import { manualEnv, SeededRandom } from "../support/manual_env.ts";
import { randomMessage, versionsOf } from "../support/random_messages.ts";
import { mutate } from "./mutation.ts";

const MAX_REQUEST_SIZE = 200_000;

/** Handlers that answer at once or later, much or little, or throw. `check` looks at every frame, before and after a wait. */
function handlers(
  random: SeededRandom,
  check: (context: RequestContext) => void,
): AnyApiHandler[] {
  const all: AnyApiHandler[] = [
    {
      api: describeCluster,
      async handle(_request, context) {
        check(context);
        for (let i = random.below(4); i > 0; i--) await Promise.resolve();
        check(context);
        if (random.chance(0.05)) throw new TypeError("a bug");
        return { clusterId: "x".repeat(random.below(30_000)) };
      },
      onError: () => ({}),
    },
    {
      api: produce,
      handle({ acks }, context) {
        check(context);
        if (random.chance(0.02)) return CLOSE_CONNECTION;
        if (random.chance(0.05)) throw new TypeError("a bug");
        return acks === 0 ? NO_RESPONSE : {};
      },
      onError: ({ acks }) => acks === 0 ? CLOSE_CONNECTION : {},
    },
  ];
  all.push(apiVersionsHandler({
    apis: () => announcedApis(all),
    features: () => ({ supported: new Map(), finalized: new Map(), epoch: 0 }),
  }));
  return all;
}

function request(random: SeededRandom, correlationId: number): Uint8Array {
  if (random.chance(0.3)) {
    const records = new Uint8Array(random.below(60_000)).fill(correlationId);
    const header = { correlationId, clientId: "fuzz" };
    return encodeRequest(produce, 9, header, {
      acks: random.pick([0, 1]),
      topicData: [{ name: "t", partitionData: [{ index: 0, records }] }],
    });
  }
  const api = random.pick([describeCluster, produce, apiVersions]);
  const version = random.pick(versionsOf(api.request.schema));
  const draft = randomMessage(random, api.request.schema, version);
  const clientId = random.chance(0.2) ? null : "fuzz";
  return encodeRequest(api as never, version, { correlationId, clientId }, draft as never);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Sends bytes in pieces, and then ends; a connection that was ended before is none of our business. */
async function send(
  random: SeededRandom,
  connection: Connection,
  bytes: Uint8Array,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const length = 1 + random.below(random.chance(0.5) ? 20 : 20_000);
      await connection.write(bytes.subarray(at, at + length));
      at += length;
    }
    // An end of the stream while responses are under way would lose them.
  } catch {
    // It has been closed.
  }
}

/** The correlation ids of the responses that come until the connection ends or `enough` says so. */
async function receive(
  connection: Connection,
  enough: (count: number) => boolean,
): Promise<number[]> {
  const frames = new FrameStream(connection, 1 << 20);
  const ids: number[] = [];
  try {
    while (!enough(ids.length)) {
      const frame = await frames.next();
      if (frame === undefined) break;
      ids.push(readInt32(frame, 0));
    }
  } catch {
    // It broke.
  }
  return ids;
}

/** The fuzzers of this file, by name. */
export const networkTargets: Readonly<Record<string, (seed: number) => Promise<void>>> = {
  "a connection's bytes": async (seed) => {
    const random = new SeededRandom(seed);
    const env = manualEnv({ seed });
    const transport = new MemoryTransport();
    const listener = await transport.listen({ host: "a", port: 1 });
    const client = await transport.connect(listener.address);
    const connection = (await listener.accept())!;
    const channel = new RequestChannel(env.clock, {
      queuedMaxRequests: 1 + random.below(3),
      queuedMaxRequestBytes: random.pick([-1, 100, 100_000]),
    });
    const pool = new MemoryPool(random.pick([0, 1 << 20]));
    const count = 1 + random.below(20);
    const requests = Array.from({ length: count }, (_, i) => request(random, i));
    const whole = joined(requests);
    const bytes = random.chance(0.3) ? whole : mutate(random, whole);
    const damaged: number[] = [];
    const check = ({ frame, correlationId }: RequestContext) => {
      const sent = requests[correlationId]?.subarray(4);
      const isSame = sent?.length === frame.length && frame.every((byte, i) => byte === sent[i]);
      if (bytes === whole && !isSame) damaged.push(correlationId);
    };
    const dispatcher = new RequestDispatcher({ env, handlers: handlers(random, check) });
    const processor = new Processor({
      connection,
      connectionId: "c",
      channel,
      pool,
      handle: dispatcher.forConnection({ listenerName: "A", connectionId: "c", connection }),
      maxRequestSize: () => MAX_REQUEST_SIZE,
      onActivity: () => {},
      logger: env.logger,
    });
    const running = processor.run();

    const reader = receive(client, (received) => random.chance(0.02) || received > count);
    await send(random, client, bytes);
    // What is not an end by now has nothing more to come: half a frame waits for ever.
    await env.clock.advance(1);
    client.close();
    const ids = await reader;
    await running;
    assert(
      ids.every((id, i) => i === 0 || bytes !== whole || id > ids[i - 1]!),
      `responses out of order: ${ids}`,
    );
    assertEquals(damaged, [], "frames that are not what was sent");
    if (bytes === whole) assertEquals(env.logger.matching("invalid request"), []);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    assertEquals([channel.bytes, channel.size, pool.lent], [0, 0, 0]);
    for (const { message } of env.logger.matching("unexpected")) throw new Error(message);
  },
};
