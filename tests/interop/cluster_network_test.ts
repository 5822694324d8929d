import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import { errorName } from "../../client/protocol/error_codes.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { metadata } from "../../client/protocol/messages/metadata.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { batchOf } from "../support/partition_log.ts";
import { TestClient } from "../support/test_client.ts";
import { startClusterUnderTest } from "./support/cluster_under_test.ts";
import { readAll, startWriting } from "./support/lasting_writer.ts";
import { canHaveMachines, makeMachines } from "./support/machines.ts";

/** A cluster of three machines, whose network is cut: what one of them does alone, and what becomes of it when it is back. */

const PATIENCE_MS = 60_000;

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !await condition();) {
    assert(performance.now() < end, `not in a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function connect(address: string): Promise<TestClient> {
  const [host, port] = address.split(":");
  return TestClient.connect(tcpTransport(), { host: host!, port: Number(port) });
}

/** Who leads the metadata log, as a node knows it. */
async function leaderOfQuorum(logDir: string): Promise<number> {
  const text = await Deno.readTextFile(`${logDir}/__cluster_metadata-0/quorum-state`);
  return JSON.parse(text).leaderId;
}

/** The bytes of a partition's segments. */
async function segments(logDir: string, partition: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name } of Deno.readDir(`${logDir}/${partition}`)) {
    if (!name.endsWith(".log")) continue;
    const bytes = await Deno.readFile(`${logDir}/${partition}/${name}`);
    found[name] = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  }
  return found;
}

Deno.test({
  name:
    "a machine that is cut off decides nothing, acknowledges nothing, and is healed by the others",
  // Without the right to make network namespaces the loopback proxies of the other suites have to do.
  ignore: !await canHaveMachines(),
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
    try {
      await using machines = await makeMachines(3);
      await using cluster = await startClusterUnderTest(directory, {
        machines,
        // The session of brokers is Kafka's, for it has to outlast the election of a controller: were the cut off one the last to be fenced, nobody
        // else could lead.
        properties: {
          "broker.heartbeat.interval.ms": "500",
          "replica.lag.time.max.ms": "5000",
          "min.insync.replicas": "2",
          // Those whose partner has gone silent notice it sooner than after half a minute.
          "replica.socket.timeout.ms": "3000",
          "controller.socket.timeout.ms": "3000",
        },
      });
      const admin = (bootstrapServers: string) =>
        new Admin({ bootstrapServers, requestTimeoutMs: 2000, defaultApiTimeoutMs: 4000 });
      await using everywhere = admin(cluster.bootstrap);
      const { leaderId: active } = await everywhere.describeMetadataQuorum();
      // The machine of the active controller: its broker leads the partition, too.
      const lost = active - 100;
      const others = [1, 2, 3].filter((id) => id !== lost);
      const replicasAssignments = new Map([[0, [lost, ...others]]]);
      (await everywhere.createTopics([{ name: "t", replicasAssignments }])).all();
      const writer = startWriting(cluster.bootstrap, "t", 1, { "request.timeout.ms": 2000 });
      await until(() => writer.acknowledged > 100, "records are written");

      await machines.cutOff(lost);
      // An admin client may ask the machine that is cut off, as it reaches it: the others are asked by themselves.
      using there = await connect(cluster.node(others[0]!).address);
      const partition = async () => {
        const { topics } = await there.call(metadata, 12, { topics: [{ name: "t" }] });
        return topics[0]!.partitions[0]!;
      };
      await until(
        async () => others.includes((await partition()).leaderId),
        "another machine leads",
      );
      for (const id of others) {
        assertNotEquals(await leaderOfQuorum(cluster.node(id).logDir), active);
      }
      const made = await there.call(createTopics, 7, {
        ...{ timeoutMs: 5000, validateOnly: false },
        topics: [{ name: "of-most", numPartitions: 1, replicationFactor: 2 }],
      });
      assertEquals(errorName(made.topics[0]!.errorCode), "NONE");
      const before = writer.acknowledged;
      await until(() => writer.acknowledged > before + 100, "records are written without it");

      // Clients still reach the machine, and ask it alone.
      using alone = await connect(cluster.node(lost).address);
      const { responses } = await alone.call(produce, 9, {
        ...{ acks: -1, timeoutMs: 1500 },
        topicData: [{ name: "t", partitionData: [{ index: 0, records: batchOf(["alone"]) }] }],
      });
      const answer = errorName(responses[0]!.partitionResponses[0]!.errorCode);
      assert(/^(REQUEST_TIMED_OUT|NOT_ENOUGH_REPLICAS)/.test(answer), answer);
      using controller = await connect(cluster.node(active).address);
      const refused = await controller.call(createTopics, 7, {
        ...{ timeoutMs: 1500, validateOnly: false },
        topics: [{ name: "of-one", numPartitions: 1, replicationFactor: 1 }],
      });
      assertNotEquals(errorName(refused.topics[0]!.errorCode), "NONE");

      await machines.heal(lost);
      await until(
        async () => (await partition()).isrNodes.length === 3,
        "the machine is in sync again",
      );
      await writer.end();
      const acknowledged = writer.acknowledged;
      const read = await readAll(cluster.bootstrap, "t", 0, acknowledged - 1);
      assertEquals(read.filter(({ value }) => value === "alone"), []);
      const topics = await everywhere.listTopics();
      assertEquals([topics.has("of-most"), topics.has("of-one")], [true, false]);
      const copies = () =>
        Promise.all([1, 2, 3].map((id) => segments(cluster.node(id).logDir, "t-0")));
      await until(async () => {
        const [a, ...rest] = (await copies()).map((each) => JSON.stringify(each));
        return rest.every((each) => each === a);
      }, "all machines have the same bytes");

      // Nobody is told of a cable that is pulled out.
      const { leaderId } = await everywhere.describeMetadataQuorum();
      await machines.unplug(leaderId - 100);
      const rest = admin(
        [1, 2, 3].filter((id) => id !== leaderId - 100).map((id) => cluster.node(id).address)
          .join(),
      );
      await until(async () => {
        const quorum = await rest.describeMetadataQuorum().catch(() => undefined);
        return quorum !== undefined && quorum.leaderId !== leaderId;
      }, "another controller is active");
      await machines.heal(leaderId - 100);
      await until(async () => {
        const { voters, highWatermark } = await rest.describeMetadataQuorum();
        return voters.every(({ logEndOffset }) => logEndOffset >= highWatermark);
      }, "the controller follows");
      await rest.close();
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
