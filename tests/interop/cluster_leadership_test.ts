import { assert, assertEquals, assertRejects } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import { addressText, type Transport } from "../../client/network/transport.ts";
import { Producer } from "../../client/producer/producer.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { string } from "../../storage/serde/string.ts";
import { type ClusterUnderTest, startClusterUnderTest } from "./support/cluster_under_test.ts";

/**
 * Who leads, who may, and who is read from, in a cluster of processes. `BROKER=apache-kafka` shows that Apache Kafka does the same.
 */

const PATIENCE_MS = 30_000;
const PROPERTIES = {
  "broker.rack": "rack-NODE",
  "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
  "broker.heartbeat.interval.ms": "300",
  "broker.session.timeout.ms": "2000",
  "replica.lag.time.max.ms": "2000",
  "leader.imbalance.check.interval.seconds": "1",
  "unclean.leader.election.interval.ms": "1000",
};

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !await isSo();) {
    assert(performance.now() < end, `Still not: ${what}`);
  }
}

/** The network, and how many bytes have come from each address. */
function countingTransport(): { transport: Transport; received: Map<string, number> } {
  const received = new Map<string, number>();
  const tcp = tcpTransport();
  const transport: Transport = {
    ...tcp,
    async connect(address, signal) {
      const connection = await tcp.connect(address, signal);
      const from = addressText(connection.remoteAddress);
      return {
        localAddress: connection.localAddress,
        remoteAddress: connection.remoteAddress,
        async read(into) {
          const read = await connection.read(into);
          received.set(from, (received.get(from) ?? 0) + read);
          return read;
        },
        write: (bytes) => connection.write(bytes),
        close: () => connection.close(),
      };
    },
  };
  return { transport, received };
}

/** A cluster, and what is done with it. */
class World implements AsyncDisposable {
  readonly cluster: ClusterUnderTest;
  readonly admin: Admin;
  readonly directory: string;

  constructor(cluster: ClusterUnderTest, directory: string) {
    this.cluster = cluster;
    this.directory = directory;
    this.admin = new Admin({ bootstrapServers: cluster.bootstrap });
  }

  static async start(): Promise<World> {
    const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
    const cluster = await startClusterUnderTest(directory, {
      controllers: 1,
      properties: PROPERTIES,
    });
    return new World(cluster, directory);
  }

  async make(topic: string, replicas: number[], configs: Record<string, string> = {}) {
    const replicasAssignments = new Map([[0, replicas]]);
    (await this.admin.createTopics([{ name: topic, replicasAssignments, configs }])).all();
    await this.hasIsr(topic, replicas);
  }

  async partition(topic: string) {
    const [description] = (await this.admin.describeTopics([topic])).values();
    // A broker may not have heard of it yet.
    if (description === undefined) return { leader: -1, isr: [] };
    const { leader, isr } = description.partitions[0]!;
    return { leader: leader?.id ?? -1, isr: isr.map(({ id }) => id).sort() };
  }

  async hasIsr(topic: string, ids: readonly number[]) {
    const wanted = JSON.stringify(ids.toSorted());
    await until(
      async () => JSON.stringify((await this.partition(topic)).isr) === wanted,
      `the ISR of ${topic} is ${wanted}`,
    );
  }

  async isLedBy(topic: string, id: number) {
    await until(
      async () => (await this.partition(topic)).leader === id,
      `${topic} is led by ${id}`,
    );
  }

  async produce(topic: string, values: readonly string[], acks: "all" | 1 = "all") {
    // The others may be stopped, or away.
    const { leader } = await this.partition(topic);
    await using producer = new Producer({
      bootstrapServers: this.cluster.node(leader).address,
      ...{ acks, enableIdempotence: false, retries: 0, valueSerializer: string() },
    });
    await Promise.all(values.map((value) => producer.send({ topic, partition: 0, value })));
  }

  /** What a consumer reads, and how many bytes come from each broker. */
  async read(topic: string, count: number, clientRack = "") {
    const { transport, received } = countingTransport();
    await using consumer = new Consumer({
      ...{ bootstrapServers: this.cluster.bootstrap, transport, clientRack },
      ...{ fetchMaxWaitMs: 100, valueDeserializer: string() },
    });
    const at = [{ topic, partition: 0 }];
    consumer.assign(at);
    consumer.seekToBeginning(at);
    const values: string[] = [];
    await until(async () => {
      for (const { value } of await consumer.poll(100)) values.push(value!);
      return values.length >= count;
    }, `${count} records of ${topic} are read`);
    const from = (id: number) => received.get(this.cluster.node(id).address) ?? 0;
    return { values, from };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.close();
    await this.cluster[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("leadership goes where it may, comes back, and readers are sent to their rack", async (t) => {
  await using world = await World.start();
  const { cluster, admin } = world;
  const some = (prefix: string) => Array.from({ length: 20 }, (_, i) => `${prefix}${i}`);

  await t.step("a consumer reads from the replica in its rack", async () => {
    await world.make("racks", [1, 2, 3]);
    const values = Array.from({ length: 50 }, (_, i) => `${i} ${"x".repeat(10_000)}`);
    await world.produce("racks", values);
    const near = await world.read("racks", 50, "rack-3");
    assertEquals(near.values, values);
    assert(near.from(3) > 500_000, `${near.from(3)} bytes from the replica of its rack`);
    assert(near.from(1) < 100_000, `${near.from(1)} bytes from the leader`);
    const far = await world.read("racks", 50, "rack-9");
    assertEquals(far.values, values);
    assert(far.from(1) > 500_000, `${far.from(1)} bytes from the leader`);
  });

  await t.step("a preferred leader that was away gets its partitions back by itself", async () => {
    await world.make("preferred", [1, 2]);
    await cluster.node(1).stop();
    await world.isLedBy("preferred", 2);
    await cluster.node(1).start();
    await world.isLedBy("preferred", 1);
    await world.hasIsr("preferred", [1, 2]);
  });

  await t.step("with too few in sync nothing is taken with acks=all, and then again", async () => {
    await world.make("few", [1, 2, 3], { "min.insync.replicas": "2" });
    const isTaken = async (value: string) => {
      try {
        await world.produce("few", [value]);
        return true;
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error;
        assert(error.code.startsWith("NOT_ENOUGH_REPLICAS"), error.code);
        return false;
      }
    };
    await Promise.all([2, 3].map((id) => cluster.node(id).stop("SIGKILL")));
    await world.hasIsr("few", [1]);
    assertEquals(await isTaken("x"), false);
    await world.produce("few", ["y"], 1);
    await Promise.all([2, 3].map((id) => cluster.node(id).start()));
    await until(() => isTaken("z"), "enough are in sync");
    const { values } = await world.read("few", 2);
    assertEquals(values.slice(-2), ["y", "z"]);
  });

  for (const [topic, elect] of [["by-config", false], ["by-tool", true]] as const) {
    await t.step(`who is not in sync leads only when that is allowed ${topic}`, async () => {
      await world.make(topic, [2, 3]);
      await world.produce(topic, some("a"));
      await cluster.node(3).stop("SIGKILL");
      await world.hasIsr(topic, [2]);
      await world.produce(topic, some("b"));
      await cluster.node(2).stop("SIGKILL");
      await world.isLedBy(topic, -1);
      await cluster.node(3).start();
      // The broker is there, and is not made leader.
      await world.isLedBy("preferred", 1);
      assertEquals((await world.partition(topic)).leader, -1);
      await assertRejects(() => world.produce(topic, ["lost"]));
      if (elect) {
        (await admin.electLeaders("UNCLEAN", [{ topic, partition: 0 }])).all();
      } else {
        const op = { name: "unclean.leader.election.enable", op: "SET", value: "true" } as const;
        (await admin.incrementalAlterConfigs([[{ type: "TOPIC", name: topic }, [op]]])).all();
      }
      await world.isLedBy(topic, 3);
      await world.produce(topic, some("c"));
      await cluster.node(2).start();
      await world.hasIsr(topic, [2, 3]);
      // Who had more has cut it off, and leads again with what the other has.
      await world.isLedBy(topic, 2);
      const { values } = await world.read(topic, 40);
      assertEquals(values, [...some("a"), ...some("c")]);
    });
  }
});
