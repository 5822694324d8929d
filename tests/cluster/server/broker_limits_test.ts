import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import type { Clock } from "../../../storage/env.ts";
import { brokerEnv, makeTopic, startBroker } from "../../support/broker.ts";
import { batchOf } from "../../support/partition_log.ts";
import { TestClient } from "../../support/test_client.ts";

/** Room for clients that come all at once. */
const backlog = { "socket.listen.backlog.size": "4096" };
const software = { clientSoftwareName: "test", clientSoftwareVersion: "1" };

function produceDraft(topicId: string, records: Uint8Array, acks = -1) {
  return {
    acks,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index: 0, records }] }],
  };
}

function fetchDraft(topicId: string, maxWaitMs: number, fetchOffset = 0) {
  return {
    maxWaitMs,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [{
      topicId,
      partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1 << 20 }],
    }],
  };
}

/** A clock that tells how many sleep for longer than a moment. */
class CountingClock implements Clock {
  sleeping = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) this.sleeping++;
    try {
      await this.#clock.sleep(ms, signal);
    } finally {
      if (ms > 0) this.sleeping--;
    }
  }
}

Deno.test("two thousand connections are served at once", async () => {
  await using started = await startBroker(backlog);
  const { transport, broker } = started;
  const clients = await Promise.all(
    Array.from({ length: 2000 }, () => TestClient.connect(transport, broker.address)),
  );
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(
      clients.map((client) => client.call(apiVersions, 4, software)),
    );
    assertEquals(answers.filter(({ errorCode }) => errorCode !== 0).length, 0);
  }
  for (const client of clients) client[Symbol.dispose]();
});

Deno.test("a client that never reads is held back, and costs the others nothing", async () => {
  await using started = await startBroker();
  const { client, transport, broker } = started;
  const topicId = await makeTopic(client, "events");
  for (let i = 0; i < 16; i++) {
    await client.call(produce, 13, produceDraft(topicId, batchOf(["x".repeat(60_000)])));
  }
  using deaf = await TestClient.connect(transport, broker.address);
  // Each asks for a megabyte: what is not read stays on the disk.
  let sent = 0;
  const flood = (async () => {
    for (; sent < 20_000; sent++) await deaf.send(fetch, 18, fetchDraft(topicId, 0));
  })().catch(() => {});
  const before = Deno.memoryUsage();
  for (let i = 0; i < 200; i++) await client.call(apiVersions, 4, software);
  const after = Deno.memoryUsage();
  assert(sent < 20_000, `${sent} requests were taken`);
  assert(after.external - before.external < 64 << 20);
  deaf[Symbol.dispose]();
  await flood;
  assertEquals((await client.call(apiVersions, 4, software)).errorCode, 0);
});

Deno.test("however many fetches wait, they share one timer", async () => {
  const env = brokerEnv();
  const clock = new CountingClock(env.clock);
  await using started = await startBroker(backlog, { env: { ...env, clock } });
  const { client, transport, broker } = started;
  const topicId = await makeTopic(client, "events");
  await client.call(apiVersions, 4, software);
  const before = clock.sleeping;
  const clients = await Promise.all(
    Array.from({ length: 100 }, () => TestClient.connect(transport, broker.address)),
  );
  // They are connections that may fall idle, for which there is a timer anyway.
  const sent = await Promise.all(
    clients.map((each, i) => each.send(fetch, 18, fetchDraft(topicId, 60_000 + i))),
  );
  await client.call(apiVersions, 4, software);
  assert(clock.sleeping <= before + 1, `${clock.sleeping} timers instead of ${before}`);
  await client.call(produce, 13, produceDraft(topicId, batchOf(["now"])));
  for (const [i, each] of clients.entries()) {
    const { responses } = await each.response(fetch, 18, sent[i]!);
    assert((responses[0]!.partitions[0]!.records as Uint8Array).length > 0);
    each[Symbol.dispose]();
  }
  assert(clock.sleeping <= before + 1, `${clock.sleeping} timers instead of ${before}`);
});

Deno.test("pipelined requests are answered in their order, those that wait among them", async () => {
  await using started = await startBroker();
  const { client } = started;
  const topicId = await makeTopic(client, "events");
  const sent: number[] = [];
  for (let i = 0; i < 500; i++) {
    sent.push(await client.send(produce, 13, produceDraft(topicId, batchOf([`${i}`]))));
  }
  const waits = await client.send(fetch, 18, fetchDraft(topicId, 30, 500));
  const last = await client.send(apiVersions, 4, software);
  for (const [i, id] of sent.entries()) {
    const { responses } = await client.response(produce, 13, id);
    assertEquals(responses[0]!.partitionResponses[0]!.baseOffset, i);
  }
  assertEquals((await client.response(fetch, 18, waits)).responses[0]!.partitions[0]!.errorCode, 0);
  assertEquals((await client.response(apiVersions, 4, last)).errorCode, 0);
});

Deno.test("acks=0 gets no answer, and an error ends the connection", async () => {
  await using started = await startBroker();
  const { client, transport, broker } = started;
  const topicId = await makeTopic(client, "events");
  using quiet = await TestClient.connect(transport, broker.address);
  await quiet.send(produce, 13, produceDraft(topicId, batchOf(["a"]), 0));
  // The next response is that of the next request.
  assertEquals((await quiet.call(apiVersions, 4, software)).errorCode, 0);
  await quiet.send(produce, 13, produceDraft(topicId, new Uint8Array(100), 0));
  assertEquals(await quiet.receive(), undefined);
  const { responses } = await client.call(fetch, 18, fetchDraft(topicId, 0, 1));
  assertEquals(responses[0]!.partitions[0]!.highWatermark, 1);
  const { responses: [refused] } = await client.call(
    produce,
    13,
    produceDraft(topicId, batchOf(["a"]), 2),
  );
  assertEquals(refused!.partitionResponses[0]!.errorCode, errorCode("INVALID_REQUIRED_ACKS"));
});

Deno.test("each listener tells its clients its own address", async () => {
  await using started = await startBroker({
    "listeners": "INSIDE://localhost:0,OUTSIDE://localhost:0",
    "listener.security.protocol.map": "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
    "inter.broker.listener.name": "INSIDE",
  });
  const { transport, broker } = started;
  assertEquals(broker.endpoints.map(({ listenerName }) => listenerName), ["INSIDE", "OUTSIDE"]);
  for (const endpoint of broker.endpoints) {
    using client = await TestClient.connect(transport, endpoint);
    const { brokers } = await client.call(metadata, 12, { topics: [] });
    assertEquals(brokers.map(({ port }) => port), [endpoint.port]);
    const cluster = await client.call(describeCluster, 2, { endpointType: 1 });
    assertEquals(cluster.brokers.map(({ port }) => port), [endpoint.port]);
  }
});
