import { assertEquals } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { Producer } from "../../client/producer/producer.ts";
import { string } from "../../storage/serde/string.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { java } from "./kafka/apache_kafka.ts";
import { type Copier, COPIERS } from "./support/clients.ts";
import { type ClusterUnderTest, startClusterUnderTest } from "./support/cluster_under_test.ts";
import { copyUntilKilled } from "./support/copying.ts";

/**
 * Transactions whose partitions, offsets and coordinator are on several brokers: copies of records, all or nothing, by processes that are
 * killed, in a cluster whose brokers are killed too. Whoever reads what is committed finds every record of the input once.
 */

const KILLS = Number(Deno.env.get("COPY_KILLS") ?? 4);
const SEED = Number(Deno.env.get("SEED") ?? 5);
const PARTITIONS = 6;
const BATCH = 300;

/** Writes more of what is to be copied; every value is another. */
async function feed(producer: Producer<string, string>, expected: string[]): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (let i = 0; i < BATCH; i++) {
    const value = `value ${expected.length}`;
    expected.push(value);
    const partition = i % PARTITIONS;
    sent.push(producer.send({ topic: "input", partition, key: null, value }));
  }
  await Promise.all(sent);
}

async function restartSome(cluster: ClusterUnderTest, random: SeededRandom): Promise<void> {
  const node = random.pick(cluster.nodes);
  await node.stop(random.chance(0.75) ? "SIGKILL" : "SIGTERM");
  await node.start();
}

/** The values in a topic, as Java's client sees them. */
async function committed(bootstrap: string, topic: string): Promise<string[]> {
  const lines = await java("Consume", bootstrap, "read_committed", topic);
  const prefix = "copy of ";
  return lines.filter((line) => line.includes(prefix))
    .map((line) => line.slice(line.indexOf(prefix) + prefix.length));
}

Deno.test("copies in a cluster whose nodes and copiers are killed have every record once", async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  const random = new SeededRandom(SEED);
  try {
    await using cluster = await startClusterUnderTest(directory, {
      properties: {
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "min.insync.replicas": "2",
        "offsets.topic.num.partitions": "6",
        "transaction.state.log.num.partitions": "6",
      },
    });
    const { bootstrap } = cluster;
    const servers = { "bootstrap.servers": bootstrap };
    await using admin = new Admin(servers);
    const topic = { numPartitions: PARTITIONS, replicationFactor: 3 };
    const outputOf = ({ name }: Copier) => `output-${name}`;
    const names = ["input", ...COPIERS.map(outputOf)];
    (await admin.createTopics(names.map((name) => ({ name, ...topic })))).all();
    await using producer = new Producer({
      ...{ ...servers, keySerializer: string(), valueSerializer: string() },
    });
    const expected: string[] = [];
    for (const copier of COPIERS) {
      const output = outputOf(copier);
      const options = { bootstrap, name: `copy-${copier.name}`, input: "input", output };
      for (let kill = 0; kill < KILLS; kill++) {
        await feed(producer, expected);
        const copying = copyUntilKilled(copier, options, random);
        if (kill % 2 === 1) await restartSome(cluster, random);
        await copying;
      }
      // Left alone it comes to the end.
      const last = await copier.start(JSON.stringify(options));
      const drained = [last.stdout, last.stderr].map((stream) =>
        stream.pipeTo(new WritableStream())
      );
      let copied: string[] = [];
      for (let attempt = 0; copied.length < expected.length && attempt < 20; attempt++) {
        copied = await committed(bootstrap, output);
      }
      last.kill("SIGKILL");
      await Promise.all([last.status, ...drained]);
      assertEquals(copied.length, expected.length, copier.name);
      assertEquals(copied.sort(), expected.toSorted(), copier.name);
    }
  } catch (error) {
    console.log(`SEED=${SEED}`);
    throw error;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
