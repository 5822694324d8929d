import { assert, assertEquals } from "@std/assert";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { startClusterUnderTest } from "./support/cluster_under_test.ts";

/** One cluster of nodes of both kinds: ours and Apache Kafka's, as brokers and as controllers, follow and lead each other. */

const GIVE_UP_MS = 60_000;

Deno.test("nodes of ours and of Apache Kafka's are one cluster", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    await using cluster = await startClusterUnderTest(directory, {
      kind: "seglog",
      others: { 1: "apache-kafka", 101: "apache-kafka" },
      properties: { "controlled.shutdown.enable": "true", "broker.session.timeout.ms": "3000" },
    });
    await using tools = await startToolRunner();
    const run = async (tool: string, args: readonly string[], input?: string) => {
      const { code, stdout, stderr } = await tools.run(
        tool,
        ["--bootstrap-server", cluster.bootstrap, ...args],
        input,
      );
      assertEquals(code, 0, `${stdout}${stderr}`);
      return stdout;
    };
    const describe = () => run("topics", ["--describe", "--topic", "t"]);
    const until = async (what: (text: string) => boolean, ask = describe) => {
      for (const end = performance.now() + GIVE_UP_MS;;) {
        const text = await ask();
        if (what(text)) return text;
        assert(performance.now() < end, text);
      }
    };
    const isInSync = (text: string) => [...text.matchAll(/Isr: \d,\d,\d\t/g)].length === 3;
    const leaders = (text: string) =>
      [...text.matchAll(/Leader: (\d)/g)].map(([, id]) => Number(id)).sort();
    let sent = 0;
    const produce = async () => {
      const lines = Array.from({ length: 300 }, () => `k${sent}:v${sent++}\n`).join("");
      const reader = ["parse.key=true", "key.separator=:"];
      await run("console-producer", [
        ...["--topic", "t", "--command-property", "acks=all"],
        ...reader.flatMap((property) => ["--reader-property", property]),
      ], lines);
    };
    const ends = async () =>
      [...(await run("get-offsets", ["--topic", "t"])).matchAll(/:(\d+)\n/g)]
        .reduce((sum, [, offset]) => sum + Number(offset), 0);

    await t.step("replicas of either kind are in sync, whoever leads", async () => {
      await run("topics", [
        ...["--create", "--topic", "t", "--partitions", "3", "--replication-factor", "3"],
        ...["--config", "min.insync.replicas=2"],
      ]);
      await produce();
      assertEquals(leaders(await until(isInSync)), [1, 2, 3]);
    });

    await t.step(
      "leaders move from one kind to the other and back, and nothing is lost",
      async () => {
        for (const id of [1, 2]) {
          await cluster.node(id).stop("SIGTERM");
          await until((text) => !leaders(text).includes(id));
          await produce();
          await cluster.node(id).start();
          await until(isInSync);
        }
        assertEquals(await ends(), sent);
      },
    );

    await t.step("controllers of either kind take over from each other", async () => {
      const active = async () => {
        const text = await run("metadata-quorum", ["describe", "--status"]);
        return Number(/LeaderId: +(\d+)/.exec(text)?.[1]);
      };
      const seen = new Set<number>();
      for (let round = 0; round < 3; round++) {
        const id = await active();
        seen.add(id);
        await cluster.node(id).stop("SIGKILL");
        await run("topics", [
          ...["--create", "--topic", `made-${round}`],
          ...["--partitions", "1", "--replication-factor", "3"],
        ]);
        await cluster.node(id).start();
      }
      assert(seen.size > 1, `${[...seen]}`);
      assertEquals((await run("topics", ["--list"])).split("\n").filter((name) => name !== ""), [
        ...["made-0", "made-1", "made-2", "t"],
      ]);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
