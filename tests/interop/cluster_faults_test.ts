import { assert, assertEquals } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { Producer } from "../../client/producer/producer.ts";
import { SeededRandom } from "../support/manual_env.ts";
import {
  type ClusterNode,
  type ClusterUnderTest,
  startClusterUnderTest,
} from "./support/cluster_under_test.ts";
import { string } from "../../storage/serde/string.ts";
import { readAll, startWriting } from "./support/lasting_writer.ts";
import { startVerifiable, type ToldEvent } from "./support/verifiable_tools.ts";

/**
 * A cluster of processes whose nodes are killed, stopped for a while and started again, brokers and controllers, while our producer and Apache
 * Kafka's verifiable producer write with idempotence and acks=all, and its verifiable consumer reads in a group: nothing that was
 * acknowledged is lost, nothing is there twice, and the order stays.
 */

/** How long there are faults, s; half an hour is `FAULT_SECONDS=1800`. */
const SECONDS = Number(Deno.env.get("FAULT_SECONDS") ?? 30);
const SEED = Number(Deno.env.get("SEED") ?? 1);
const PARTITIONS = 4;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function harm(cluster: ClusterUnderTest, random: SeededRandom, told: string[]) {
  const harmed = random.pick(cluster.nodes) as ClusterNode;
  const downMs = 200 + random.below(4000);
  if (random.chance(0.35)) {
    told.push(`SIGSTOP ${harmed.id} for ${downMs} ms`);
    harmed.signal("SIGSTOP");
    await pause(downMs);
    harmed.signal("SIGCONT");
  } else {
    const signal = random.chance(0.75) ? "SIGKILL" as const : "SIGTERM" as const;
    told.push(`${signal} ${harmed.id} for ${downMs} ms`);
    await harmed.stop(signal);
    await pause(downMs);
    await harmed.start();
  }
  await pause(random.below(2500));
}

Deno.test(`nothing is lost, doubled or out of order in ${SECONDS} s of faults`, async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  const told: string[] = [];
  try {
    await using cluster = await startClusterUnderTest(directory, {
      properties: {
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "replica.lag.time.max.ms": "5000",
        "min.insync.replicas": "2",
      },
    });
    const topics = ["t", "verified"];
    {
      await using admin = new Admin({ bootstrapServers: cluster.bootstrap });
      (await admin.createTopics(
        topics.map((name) => ({ name, numPartitions: PARTITIONS, replicationFactor: 3 })),
      )).all();
    }
    await using verifying = await startVerifying(cluster.bootstrap, directory);
    const writer = startWriting(cluster.bootstrap, "t", PARTITIONS);
    const random = new SeededRandom(SEED);
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end) await harm(cluster, random, told);
    assert(writer.acknowledged > 100 * PARTITIONS, `acknowledged: ${writer.acknowledged}`);
    await writer.end();
    const verified = await verifying.end();
    for (const [partition, { acknowledged, consumed }] of verified.entries()) {
      const upTo = acknowledged.keys().reduce((last, offset) => Math.max(last, offset), -1);
      const read = await readAll(cluster.bootstrap, "verified", partition, upTo);
      const at = new Map(read.map(({ offset, value }) => [offset, value]));
      for (const told of [acknowledged, consumed]) {
        for (const [offset, value] of told) assertEquals(at.get(offset), value);
      }
      const values = read.map(({ value }) => Number(value));
      // What is there twice is not in order either.
      for (const [i, value] of values.entries()) assert(i === 0 || value > values[i - 1]!);
    }
    const total = verified.reduce(
      (sum, { acknowledged }) => sum + acknowledged.size,
      writer.acknowledged,
    );
    console.log(`${told.length} faults, ${total} records acknowledged`);
  } catch (error) {
    console.log(`SEED=${SEED}: ${told.join("; ")}`);
    throw error;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** What Apache Kafka's tools were told of a partition: values by offset. */
interface Verified {
  readonly acknowledged: Map<number, string>;
  readonly consumed: Map<number, string>;
}

/** Has Apache Kafka's tools write and read until the end. */
async function startVerifying(bootstrap: string, directory: string) {
  const config = `${directory}/verifiable.properties`;
  // The tool gives up at the first error, unless it is told otherwise.
  const lasting = { "retries": "1000000", "delivery.timeout.ms": "180000" };
  const lines = Object.entries({ ...lasting, "enable.idempotence": "true" });
  await Deno.writeTextFile(config, lines.map((line) => `${line.join("=")}\n`).join(""));
  const server = ["--bootstrap-server", bootstrap, "--topic", "verified"];
  const producer = await startVerifiable("VerifiableProducer", [
    ...[...server, "--acks", "-1", "--throughput", "200", "--command-config", config],
  ]);
  const consumer = await startVerifiable("VerifiableConsumer", [
    ...[...server, "--group-id", "verifiers", "--reset-policy", "earliest", "--verbose"],
  ]);
  return {
    async end(): Promise<readonly Verified[]> {
      await producer.stop();
      const of = (events: readonly ToldEvent[], name: string, partition: number) =>
        new Map(
          events.filter((event) => event.name === name && event.partition === partition)
            .map(({ offset, value }) => [offset!, value!]),
        );
      const failed = producer.told.filter(({ name }) => name === "producer_send_error");
      assertEquals(failed, []);
      const verified = () =>
        Array.from({ length: PARTITIONS }, (_, partition): Verified => ({
          acknowledged: of(producer.told, "producer_send_success", partition),
          consumed: of(consumer.told, "record_data", partition),
        }));
      const isRead = ({ acknowledged, consumed }: Verified) =>
        [...acknowledged.keys()].every((offset) => consumed.has(offset));
      for (const end = performance.now() + 60_000; !verified().every(isRead);) {
        assert(performance.now() < end, "the verifiable consumer does not get to the end");
        await pause(200);
      }
      await consumer.stop();
      return verified();
    },
    async [Symbol.asyncDispose]() {
      await producer[Symbol.asyncDispose]();
      await consumer[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a broker whose disk is empty catches up, and may lead then", async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    await using cluster = await startClusterUnderTest(directory, {
      controllers: 1,
      properties: { "broker.heartbeat.interval.ms": "500", "broker.session.timeout.ms": "3000" },
    });
    const servers = { "bootstrap.servers": cluster.bootstrap };
    await using admin = new Admin(servers);
    (await admin.createTopics([{ name: "t", numPartitions: PARTITIONS, replicationFactor: 3 }]))
      .all();
    await using producer = new Producer({ ...servers, valueSerializer: string() });
    for (let n = 0; n < 1000; n++) {
      void producer.send({ topic: "t", partition: n % PARTITIONS, value: `v${n}` });
    }
    await producer.flush();
    for (const id of [1, 2, 3]) {
      const node = cluster.node(id);
      await node.stop("SIGKILL");
      await Deno.remove(node.logDir, { recursive: true });
      await node.start();
      const inSync = async () => {
        const [topic] = (await admin.describeTopics(["t"])).values();
        return topic!.partitions.every(({ isr }) => isr.length === 3);
      };
      for (const end = performance.now() + 60_000; !await inSync();) {
        assert(performance.now() < end, `broker ${id} has not caught up`);
        await pause(100);
      }
    }
    // Nobody has the disk any more on which it was written first.
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const read = await readAll(cluster.bootstrap, "t", partition, 1000 / PARTITIONS - 1);
      assertEquals(
        read.map(({ value }) => value),
        Array.from(
          { length: 1000 / PARTITIONS },
          (_, index) => `v${index * PARTITIONS + partition}`,
        ),
      );
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
