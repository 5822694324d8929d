import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Finished } from "./kafka/apache_kafka.ts";
import { startToolRunner, type ToolRunner } from "./kafka/tool_runner.ts";
import { type ClusterUnderTest, startClusterUnderTest } from "./support/cluster_under_test.ts";

/**
 * Three brokers and three controllers, a process each, under Apache Kafka's tools. `BROKER=apache-kafka` shows that nothing is asked for that Apache
 * Kafka's own nodes do not do.
 */

/** How long a cluster may take to get over something. */
const GIVE_UP_MS = 60_000;

async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + GIVE_UP_MS;
  while (true) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (performance.now() > end) {
      throw new Error(`Still not so after ${GIVE_UP_MS} ms: ${JSON.stringify(answer)}`);
    }
  }
}

function printed({ code, stdout, stderr }: Finished): string {
  assertEquals(code, 0, `${stdout}${stderr}`);
  return stdout;
}

/** The leader and the ISR of each partition, as `topics --describe` prints them. */
function partitionsIn(text: string): { leader: number; replicas: string; isr: number }[] {
  return [...text.matchAll(/Leader: (\S+)\tReplicas: (\S+)\tIsr: (\S*)/g)].map((
    [, leader, replicas, isr],
  ) => ({ leader: Number(leader), replicas: replicas!, isr: isr!.split(",").length }));
}

class World implements AsyncDisposable {
  readonly cluster: ClusterUnderTest;
  readonly tools: ToolRunner;
  readonly directory: string;

  constructor(cluster: ClusterUnderTest, tools: ToolRunner, directory: string) {
    this.cluster = cluster;
    this.tools = tools;
    this.directory = directory;
  }

  static async start(properties: Readonly<Record<string, string>> = {}): Promise<World> {
    const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
    const cluster = await startClusterUnderTest(directory, { properties });
    return new World(cluster, await startToolRunner(), directory);
  }

  /** Runs a tool against the brokers, or with `--bootstrap-controller` against the controllers. */
  async run(tool: string, ...args: string[]): Promise<string> {
    return printed(await this.tools.run(tool, args.map((word) => this.#filled(word))));
  }

  async partitions(topic: string) {
    return partitionsIn(
      await this.run("topics", "--bootstrap-server", "$S", "--describe", "--topic", topic),
    );
  }

  #filled(word: string): string {
    return word.replace("$S", this.cluster.bootstrap).replace(
      "$C",
      this.cluster.controllerBootstrap,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tools[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("three brokers and three controllers are one cluster to Apache Kafka's tools", async (t) => {
  await using world = await World.start();
  const { cluster, directory } = world;
  const S = ["--bootstrap-server", "$S"], C = ["--bootstrap-controller", "$C"];

  await t.step("metadata-quorum tells voters and observers, whoever is asked", async () => {
    for (const at of [S, C]) {
      const status = await world.run("metadata-quorum", ...at, "describe", "--status");
      assertMatch(status, /LeaderId: +10[123]\n/);
      for (const { id, address, role } of cluster.nodes) {
        assert(
          status.includes(
            role === "controller"
              ? `{"id": ${id}, "endpoints": ["CONTROLLER://${address}"]}`
              : `{"id": ${id}, "directoryId": "`,
          ),
          status,
        );
      }
      const replication = await world.run("metadata-quorum", ...at, "describe", "--replication");
      const states = replication.split("\n").map((line) => line.trim().split(/\s+/).at(-1));
      assertEquals(states.filter((state) => state === "Leader").length, 1);
      assertEquals(states.filter((state) => state === "Follower").length, 2);
      assertEquals(states.filter((state) => state === "Observer").length, 3);
    }
  });

  await t.step("topics spread over the brokers, whichever of them is asked", async () => {
    const made = await world.run(
      ...["topics", ...S, "--create", "--topic", "t", "--partitions", "6"] as const,
      ...["--replication-factor", "3", "--config", "min.insync.replicas=2"],
    );
    assertEquals(made, "Created topic t.\n");
    const partitions = await until(
      () => world.partitions("t"),
      (all) => all.length === 6 && all.every(({ isr }) => isr === 3),
    );
    const leaders = partitions.map(({ leader }) => leader).sort();
    assertEquals(leaders, [1, 1, 2, 2, 3, 3]);
    // Each in a row of its own, led by the first.
    assertEquals(
      partitions.every(({ leader, replicas }) => replicas.startsWith(`${leader},`)),
      true,
    );
  });

  await t.step(
    "a partition moves to other brokers, and its leader back to where it should be",
    async () => {
      const file = `${directory}/move.json`;
      const [first] = await world.partitions("t");
      const replicas = first!.replicas.split(",").map(Number).reverse().slice(0, 2);
      const partitions = [{ topic: "t", partition: 0, replicas }];
      await Deno.writeTextFile(file, JSON.stringify({ version: 1, partitions }));
      const plan = ["reassign-partitions", ...S, "--reassignment-json-file", file] as const;
      assertMatch(await world.run(...plan, "--execute"), /Successfully started .* for t-0\n/);
      await until(
        () => world.run(...plan, "--verify"),
        (text) => text.includes("Reassignment of partition t-0 is completed."),
      );
      const election = ["--election-type", "preferred", "--topic", "t", "--partition", "0"];
      await world.run("leader-election", ...S, ...election);
      const [moved] = await world.partitions("t");
      assertEquals(moved, { leader: replicas[0]!, replicas: replicas.join(","), isr: 2 });
    },
  );

  await t.step(
    "every broker tells its log directories, and the cluster its endpoints",
    async () => {
      const dirs = await world.run("log-dirs", ...S, "--describe", "--topic-list", "t");
      const { brokers } = JSON.parse(dirs.split("\n").find((line) => line.startsWith("{"))!);
      assertEquals(
        brokers.map(({ broker, logDirs }: { broker: number; logDirs: { logDir: string }[] }) => [
          broker,
          logDirs[0]!.logDir,
        ]),
        [1, 2, 3].map((id) => [id, cluster.node(id).logDir]),
      );
      const count = (text: string) => text.trim().split("\n").length - 1;
      assertEquals(count(await world.run("cluster", "list-endpoints", ...S)), 3);
      assertEquals(count(await world.run("cluster", "list-endpoints", ...C)), 3);
    },
  );

  await t.step("a broker that is gone for good is unregistered", async () => {
    await cluster.node(3).stop("SIGKILL");
    await until(
      () => world.run("topics", ...S, "--describe", "--under-replicated-partitions"),
      (text) => partitionsIn(text).length >= 5 && !text.includes("Leader: 3"),
    );
    const { stdout, stderr } = await world.tools.run("cluster", [
      ...["unregister", "--bootstrap-server", cluster.bootstrap, "--id", "3"],
    ]);
    assertEquals(stdout, "Broker 3 is no longer registered.\n", stderr);
    assertEquals((await world.run("cluster", "list-endpoints", ...S)).includes("\n3 "), false);
  });
});
