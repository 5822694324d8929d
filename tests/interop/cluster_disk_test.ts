import { assert, assertEquals, assertMatch } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { propertiesText } from "./kafka/apache_kafka.ts";
import { type ClusterUnderTest, startClusterUnderTest } from "./support/cluster_under_test.ts";
import { startWriting } from "./support/lasting_writer.ts";
import { canMount, mountDisk } from "./support/small_disk.ts";

/** Brokers of a cluster whose disks are full or fail, and one that comes with the id of another. */

const PATIENCE_MS = 60_000;
const TIMES = {
  "broker.heartbeat.interval.ms": "500",
  "broker.session.timeout.ms": "3000",
  "replica.lag.time.max.ms": "3000",
  "min.insync.replicas": "2",
};
const ignore = !await canMount();

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !await condition();) {
    assert(performance.now() < end, `not in a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A folder and a cluster in it, until the end. */
async function withCluster(
  properties: (directory: string) => Readonly<Record<string, string>>,
  work: (directory: string, start: () => Promise<ClusterUnderTest>) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    await work(directory, () =>
      startClusterUnderTest(directory, {
        controllers: 1,
        properties: { ...TIMES, ...properties(directory) },
      }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function makeTopic(admin: Admin, assignments: readonly (readonly number[])[]): Promise<void> {
  const replicasAssignments = new Map(assignments.map((ids, index) => [index, ids] as const));
  (await admin.createTopics([{ name: "t", replicasAssignments }])).all();
  await until(async () => (await partitions(admin)).length === assignments.length, "a topic");
}

async function partitions(admin: Admin) {
  const [topic] = (await admin.describeTopics(["t"])).values();
  return (topic?.partitions ?? []).map(({ leader, isr }) => ({
    leader: leader?.id,
    isr: isr.map(({ id }) => id).toSorted(),
  }));
}

const allInSync = async (admin: Admin) =>
  (await partitions(admin)).every(({ isr }) => isr.length === 3);

Deno.test({
  name:
    "while the disk of one broker is full the others go on, and it catches up when there is room",
  ignore,
  async fn() {
    await withCluster(() => ({}), async (directory, start) => {
      await using disk = await mountDisk(`${directory}/node-1`, 48);
      await using cluster = await start();
      await using admin = new Admin({ bootstrapServers: cluster.bootstrap });
      await makeTopic(admin, [[2, 3, 1], [3, 1, 2], [1, 2, 3]]);
      const writer = startWriting(cluster.bootstrap, "t", 3);
      await until(() => writer.acknowledged > 300, "records are written");
      await disk.fill();
      await until(async () => {
        const [second, third] = await partitions(admin);
        return !second!.isr.includes(1) && !third!.isr.includes(1);
      }, "the broker is out of sync");
      // Those that the others lead are written to, with two replicas.
      assertEquals((await partitions(admin)).slice(0, 2), [
        { leader: 2, isr: [2, 3] },
        { leader: 3, isr: [2, 3] },
      ]);
      await disk.free();
      await until(() => allInSync(admin), "the broker is in sync again");
      const before = writer.acknowledged;
      await until(() => writer.acknowledged > before + 300, "all is written again");
      await writer.end();
      assert(cluster.node(1).isRunning);
    });
  },
});

Deno.test({
  name: "what is in a log directory that fails is led by others, and comes back with another disk",
  ignore,
  async fn() {
    const dirs = (directory: string) => ({
      "log.dirs": `${directory}/node-NODE,${directory}/other-NODE`,
      // By these a broker finds out about a directory to which nothing else is written.
      "log.initial.task.delay.ms": "500",
      "log.flush.offset.checkpoint.interval.ms": "500",
      "replica.high.watermark.checkpoint.interval.ms": "500",
    });
    await withCluster(dirs, async (directory, start) => {
      const path = `${directory}/other-1`;
      await using disk = await mountDisk(path, 48);
      await using cluster = await start();
      await using admin = new Admin({ bootstrapServers: cluster.bootstrap });
      const count = 6;
      await makeTopic(admin, Array.from({ length: count }, () => [1, 2, 3]));
      const writer = startWriting(cluster.bootstrap, "t", count);
      await until(() => writer.acknowledged > 600, "records are written");
      const inside = async () => {
        const dirs = (await admin.describeLogDirs([1])).get(1);
        const replicas = dirs.get(path)!.replicaInfos.keys();
        return [...replicas].filter(({ topic }) => topic === "t").map(({ partition }) => partition);
      };
      const lost = await inside();
      assert(lost.length > 0 && lost.length < count, `${lost.length} of ${count} are in one`);
      await disk.fail();
      await until(async () => {
        const now = await partitions(admin);
        return now.every(({ leader, isr }, index) =>
          lost.includes(index) ? leader !== 1 && !isr.includes(1) : leader === 1 && isr.includes(1)
        );
      }, "others lead what is lost, and nothing else");
      const described = (await admin.describeLogDirs([1])).get(1).get(path);
      assertMatch(
        String(described?.error),
        /Disk error when trying to access log file on the disk/,
      );
      const before = writer.acknowledged;
      await until(() => writer.acknowledged > before + 600, "all is written to");

      await cluster.node(1).stop();
      await disk[Symbol.asyncDispose]();
      await using _replaced = await mountDisk(path, 48);
      await cluster.node(1).start();
      await until(() => allInSync(admin), "the broker has all again");
      assertEquals((await inside()).length > 0, true);
      await writer.end();
    });
  },
});

Deno.test("a second broker with the id of one that lives is refused, and the first one goes on", async () => {
  await withCluster(() => ({}), async (directory, start) => {
    await using cluster = await start();
    await using admin = new Admin({ bootstrapServers: cluster.bootstrap });
    await makeTopic(admin, [[2, 3, 1]]);
    const writer = startWriting(cluster.bootstrap, "t", 1);
    const text = await Deno.readTextFile(`${directory}/node-2.properties`);
    const configs = Object.fromEntries(
      text.trim().split("\n").map((line) => [
        line.slice(0, line.indexOf("=")),
        line.slice(line.indexOf("=") + 1),
      ]),
    );
    const file = `${directory}/second.properties`;
    await Deno.writeTextFile(
      file,
      propertiesText({
        ...configs,
        "log.dirs": `${directory}/second`,
        "listeners": "PLAINTEXT://127.0.0.1:0",
        "initial.broker.registration.timeout.ms": "2000",
      }),
    );
    const root = new URL("../../", import.meta.url).pathname;
    const seglog = (...args: readonly string[]) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-check", "--config", `${root}deno.json`].concat(
          `${root}cli.ts`,
          args,
        ),
        env: { NO_COLOR: "1" },
      }).output();
    await seglog("storage", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", file);
    const { code, stdout, stderr } = await seglog("server-start", file);
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 1, said);
    assertMatch(said, /This broker ID is already in use[^]*no other node may have this node\.id/);
    assertEquals((await partitions(admin))[0], { leader: 2, isr: [1, 2, 3] });
    await writer.end();
  });
});
