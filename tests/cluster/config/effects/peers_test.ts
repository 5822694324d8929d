import { assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../../client/network/memory_transport.ts";
import type { Address, Transport } from "../../../../client/network/transport.ts";
import { BrokerConfig } from "../../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../../cluster/config/quick_start.ts";
import { brokerPeers } from "../../../../cluster/server/broker_peers.ts";
import { brokerRecord, clusterOf } from "../../../support/controller.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const OTHER = 2;
const TWO_LISTENERS: Readonly<Record<string, string>> = {
  "listeners": "PLAINTEXT://localhost:9092,INTERNAL://localhost:9192",
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT",
};

/** A broker whose fetcher asks another one, over a network that a test gives. */
function fetchingFromAnother(
  properties: Readonly<Record<string, string>>,
  connect: Transport["connect"],
) {
  const env = manualEnv();
  const other = brokerRecord(OTHER, {
    endPoints: [
      { name: "PLAINTEXT", host: "localhost", port: 9094 },
      { name: "INTERNAL", host: "localhost", port: 9194 },
    ],
  });
  const { image } = clusterOf(brokerRecord(1), other);
  const { leaderEndPoint } = brokerPeers({
    env,
    transport: { ...new MemoryTransport(), connect } as Transport,
    config: BrokerConfig.parse({ ...quickStartProperties(), ...TWO_LISTENERS, ...properties }),
    image: () => image,
    brokerEpoch: () => 101,
    channel: { send: () => new Promise(() => {}) },
  });
  const leader = leaderEndPoint(OTHER, 0);
  const { signal } = new AbortController();
  /** How long it takes until a fetch has failed. */
  const failsAfter = async (): Promise<number> => {
    const from = env.clock.monotonic();
    let at: number | undefined;
    leader.fetch({}, signal).catch(() => at = env.clock.monotonic());
    while (at === undefined) await env.clock.advance(10);
    return at - from;
  };
  return { leader, failsAfter, env };
}

/** A network in which nobody is ever reached, unless he gives up. */
const silent: Transport["connect"] = (_address, signal) =>
  new Promise((_resolve, reject) =>
    signal!.addEventListener("abort", () => reject(signal!.reason), { once: true })
  );

Deno.test("inter.broker.listener.name: brokers ask each other over that listener", async () => {
  const portOf = async (properties: Readonly<Record<string, string>>) => {
    const asked: Address[] = [];
    const { leader, failsAfter } = fetchingFromAnother(properties, (address) => {
      asked.push(address);
      return Promise.reject(new Error("refused"));
    });
    await failsAfter();
    leader.close();
    return asked.map(({ port }) => port);
  };
  assertEquals(await portOf({}), [9094]);
  assertEquals(await portOf({ "inter.broker.listener.name": "INTERNAL" }), [9194]);
});

Deno.test("replica.socket.timeout.ms: a follower waits so long for the leader's answer", async () => {
  const network = new MemoryTransport();
  await network.listen({ host: "localhost", port: 9094 });
  const { leader, failsAfter } = fetchingFromAnother(
    { "replica.socket.timeout.ms": "700" },
    (address, signal) => network.connect(address, signal),
  );
  assertEquals(await failsAfter(), 700);
  leader.close();
});

Deno.test("socket.connection.setup.timeout.ms: a first attempt to connect may take about so long", async () => {
  const { leader, failsAfter } = fetchingFromAnother(
    { "socket.connection.setup.timeout.ms": "1000" },
    silent,
  );
  const waited = await failsAfter();
  assertEquals(waited >= 800 && waited <= 1200, true, `${waited}`);
  leader.close();
});

Deno.test("socket.connection.setup.timeout.max.ms: after attempts that failed the next may take longer, up to that", async () => {
  const { leader, failsAfter } = fetchingFromAnother({
    "socket.connection.setup.timeout.ms": "1000",
    "socket.connection.setup.timeout.max.ms": "3000",
  }, silent);
  const waited: number[] = [];
  for (let i = 0; i < 4; i++) waited.push(await failsAfter());
  const bounds = [[800, 1200], [1600, 2400], [2400, 3000], [2400, 3000]] as const;
  waited.forEach((ms, i) =>
    assertEquals(ms >= bounds[i]![0] && ms <= bounds[i]![1], true, `${waited}`)
  );
  leader.close();
});
