import { assertEquals, assertRejects } from "@std/assert";
import type { SendOptions } from "../../../client/network/broker_connection.ts";
import { BrokerLink } from "../../../client/network/broker_link.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import type { Api } from "../../../client/protocol/api.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { RemoteLeaderEndPoint } from "../../../cluster/replication/remote_leader_end_point.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import type { AnyApiHandler } from "../../../cluster/server/api_handler.ts";
import { apiVersionsHandler } from "../../../cluster/server/handlers/api_versions.ts";
import { networkConfig } from "../../../cluster/server/network_config.ts";
import { announcedApis, RequestDispatcher } from "../../../cluster/server/request_dispatcher.ts";
import { SocketServer } from "../../../cluster/server/socket_server.ts";
import { leaderHandlers } from "../../support/direct_link.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf } from "../../support/partition_log.ts";
import { assigned, BROKER, BROKER_EPOCH, openReplicas } from "../../support/replicas.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";

function open(answer: unknown) {
  const sent: [string, unknown][] = [];
  let isClosed = false;
  const link = {
    send<Req, Res>({ name }: Api<Req, Res>, draft: Draft<Req>, { signal }: SendOptions = {}) {
      signal?.throwIfAborted();
      sent.push([name, draft]);
      return Promise.resolve(answer as Res);
    },
    close: () => void (isClosed = true),
  };
  const leader = new RemoteLeaderEndPoint(5, link, 2);
  return { leader, sent, isClosed: () => isClosed };
}

const { signal } = new AbortController();
const P = { topic: "t", partition: 3 };

function offsets(error: Parameters<typeof errorCode>[0], offset: number) {
  return { topics: [{ partitions: [{ errorCode: errorCode(error), offset }] }] };
}

Deno.test("a leader is fetched from, and left, over its link", async () => {
  const { leader, sent, isClosed } = open("answer");
  const request = { maxWaitMs: 5 };
  assertEquals(await leader.fetch(request, signal) as unknown, "answer");
  assertEquals([sent, leader.brokerId], [[["Fetch", request]], 5]);
  await assertRejects(async () =>
    await leader.fetch(request, AbortSignal.abort(new Error("over")))
  );
  leader.close();
  assertEquals(isClosed(), true);
});

Deno.test("the ends of a leader's log are asked for as the follower", async () => {
  const { leader, sent } = open(offsets("NONE", 17));
  assertEquals(await leader.fetchOffset(P, 4, "earliest", signal), 17);
  await leader.fetchOffset(P, 4, "latest", signal);
  const request = (timestamp: number) => ({
    replicaId: 2,
    topics: [{
      name: "t",
      partitions: [{ partitionIndex: 3, currentLeaderEpoch: 4, timestamp }],
    }],
  });
  assertEquals(sent, [["ListOffsets", request(-2)], ["ListOffsets", request(-1)]]);
});

Deno.test("what a leader has against that is told, and so is that it says nothing", async () => {
  for (
    const [answer, code] of [
      [offsets("FENCED_LEADER_EPOCH", -1), "FENCED_LEADER_EPOCH"],
      [{ topics: [] }, "UNKNOWN_SERVER_ERROR"],
    ] as const
  ) {
    const { leader } = open(answer);
    const error = await assertRejects(() => leader.fetchOffset(P, 4, "latest", signal), KafkaError);
    assertEquals(error.code, code);
  }
});

/** Broker 1, which leads and listens, and broker 2, which follows it over the network. */
async function openWire() {
  const env = manualEnv();
  const transport = new MemoryTransport();
  const topics = { t: [assigned({ replicas: [BROKER, 2] })] };
  const leader = await openReplicas({ env, logDirs: ["/leader"], topics });
  const handlers: AnyApiHandler[] = [
    ...leaderHandlers(env, leader.replicaManager).values(),
    apiVersionsHandler({
      apis: () => announcedApis(handlers),
      features: () => ({ supported: new Map(), finalized: new Map(), epoch: 0 }),
    }),
  ];
  const dispatcher = new RequestDispatcher({ env, handlers });
  const server = new SocketServer({
    env,
    transport,
    dispatcherOf: () => dispatcher,
    config: networkConfig(BrokerConfig.parse(quickStartProperties())),
    stopTimeoutMs: 1,
  });
  await server.bind([{ listenerName: "PLAINTEXT", host: "leader", port: 0 }]);
  server.start();
  const links: BrokerLink[] = [];
  const follower = await openReplicas({
    env,
    topics,
    logDirs: ["/follower"],
    manager: {
      brokerId: 2,
      peers: {
        brokerEpoch: () => BROKER_EPOCH,
        alterPartition: () => Promise.reject(new Error("nobody is led here")),
        leaderEndPoint: (leaderId, fetcherId) => {
          const link = new BrokerLink({
            transport,
            clock: env.clock,
            address: () => server.listeners[0],
            clientId: `broker-2-fetcher-${fetcherId}`,
            requestTimeoutMs: () => 30_000,
            setupTimeoutMs: () => 10_000,
          });
          links.push(link);
          return new RemoteLeaderEndPoint(leaderId, link, 2);
        },
      },
    },
  });
  return {
    ...{ env, leader, follower, links },
    async [Symbol.asyncDispose]() {
      await follower[Symbol.asyncDispose]();
      const ended = server.shutdown();
      // A fetch that waits is answered, so that its connection can end.
      await leader[Symbol.asyncDispose]();
      await env.clock.advance(1000);
      await ended;
    },
  };
}

Deno.test("over a network a follower copies its leader's log, and goes on when the connection has broken", async () => {
  await using wire = await openWire();
  const { env, leader, follower, links } = wire;
  leader.log().appendAsLeader(batchOf(["a", "b"]), 0);
  await env.clock.advance(2000);
  assertEquals(contentOf(follower.log()), ["0=a", "1=b"]);
  const [link] = links as [BrokerLink];
  (await link.connection()).close();
  leader.log().appendAsLeader(batchOf(["c"]), 0);
  await env.clock.advance(2000);
  assertEquals([contentOf(follower.log()).at(-1), links.length], ["2=c", 1]);
});

Deno.test("over a network a follower that lies behind its leader's start begins anew", async () => {
  await using wire = await openWire();
  const { env, leader, follower } = wire;
  leader.log().truncateFullyAndStartAt(5);
  leader.log().appendAsLeader(batchOf(["f"]), 0);
  await env.clock.advance(3000);
  assertEquals([follower.log().logStartOffset, contentOf(follower.log())], [5, ["5=f"]]);
});
