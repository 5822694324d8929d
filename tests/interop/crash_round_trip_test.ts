import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { LogManager } from "../../storage/log_manager.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { CollectingLogger } from "../support/manual_env.ts";
import { kafka, startBroker, startJava } from "./kafka/apache_kafka.ts";
import { consume, createTopic } from "./kafka/broker_clients.ts";
import { textLines } from "./kafka/text_records.ts";

/** What a killed process leaves in a log directory, the other engine recovers: first a broker is killed, then a writer of ours. */

const writer = new URL("../simulation/kill_writer.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;
const CONFIGS = { "internal.segment.bytes": "200000" };
const PARTITIONS = 2;

/** The lines that a process prints, until `enough` of one; then it is killed. */
async function linesUntilKilled(
  child: Deno.ChildProcess,
  enough: (line: string, count: number) => boolean,
  onEnough: () => void | Promise<void> = () => {},
): Promise<string[]> {
  const lines: string[] = [];
  let killed = false;
  const texts = child.stdout.pipeThrough(new TextDecoderStream());
  for await (const line of texts.pipeThrough(new TextLineStream())) {
    lines.push(line);
    if (killed || !enough(line, lines.length)) continue;
    killed = true;
    await onEnough();
    child.kill("SIGKILL");
  }
  assertEquals((await child.status).signal, "SIGKILL");
  return lines;
}

/** A Java producer fills a topic, and the broker is killed meanwhile. Returns the last acknowledged offset of each partition. */
async function killBroker(directory: string): Promise<number[]> {
  await using broker = await startBroker(directory);
  await createTopic(broker.bootstrap, "theirs", PARTITIONS, CONFIGS);
  await createTopic(broker.bootstrap, "ours", 1, CONFIGS);
  const producer = await startJava("ProduceForEver", broker.bootstrap, "theirs", `${PARTITIONS}`);
  const acknowledged: number[] = Array(PARTITIONS).fill(0);
  const lines = await linesUntilKilled(producer, (_, count) => count === 100, broker.kill);
  for (const line of lines) {
    const [partition, offset] = line.split(" ").map(Number) as [number, number];
    acknowledged[partition] = offset;
  }
  return acknowledged;
}

async function openManager(logDir: string) {
  const logger = new CollectingLogger();
  const manager = await LogManager.open({
    env: { ...systemEnv(), logger },
    logDirs: [logDir],
    topicConfigs: () => CONFIGS,
    background: false,
  });
  return { manager, logger };
}

function contents(manager: LogManager, topic: string): string[][] {
  return manager.logsByTopic(topic)
    .sort((a, b) => a.topicPartition.partition - b.topicPartition.partition)
    .map((log) => {
      // The only replica's end is the high watermark; the checkpoint of a killed process is behind.
      log.updateHighWatermark(log.logEndOffset);
      return textLines(log);
    });
}

/** Every offset is there, and has the record that belongs there. */
function assertWhole(lines: readonly string[], valueOf: (offset: number) => string): void {
  lines.slice(0, -1).forEach((line, offset) => {
    const words = line.split(" ");
    assertEquals(
      [words[0], words[2], words[3]],
      [`${offset}`, `k${offset}`, valueOf(offset)],
    );
  });
  assertEquals(lines.at(-1), `end ${lines.length - 1}`);
}

const valueOf = (offset: number) => `v${offset}-${"x".repeat(offset % 200)}`;

async function filesOf(directory: string, ...suffixes: string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    if (suffixes.some((suffix) => name.endsWith(suffix))) files.push(`${directory}/${name}`);
  }
  return files.sort();
}

/** Kafka's dump-log reads a partition's files and complains of nothing. */
async function assertFaultless(directory: string): Promise<void> {
  const logs = await filesOf(directory, ".log");
  assert(logs.length > 2);
  const data = await kafka("dump-log", "--deep-iteration", "--files", logs.join());
  assertEquals(data.code, 0, data.stderr);
  assert(!/isvalid: false|Mismatches|not found|is invalid/.test(data.stdout));
  const indexes = await filesOf(directory, ".index", ".timeindex", ".snapshot");
  const index = await kafka("dump-log", "--index-sanity-check", "--files", indexes.join());
  assertEquals([index.code, index.stderr], [0, ""]);
  const verified = await kafka("dump-log", "--verify-index-only", "--files", indexes.join());
  assert(!/Mismatches|not found|corrupt|fail/i.test(index.stdout + verified.stdout));
}

/** A writer of ours is killed, in the middle of a write as it were. Returns up to where it had flushed, and appended. */
async function killWriter(directory: string): Promise<{ flushed: number; end: number }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, writer, directory, "3"],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = await linesUntilKilled(child, (_, count) => count === 1000);
  const last = (await filesOf(directory, ".log")).at(-1)!;
  const bytes = await Deno.readFile(last);
  const { start, sizeInBytes, nextOffset } = [...batchesIn(bytes)].at(-1)!;
  const torn = bytes.subarray(start, start + sizeInBytes - 9);
  await Deno.writeFile(last, torn, { append: true });
  const flushed = lines.findLast((line) => line.startsWith("f "))!;
  return { flushed: Number(flushed.slice(2)), end: nextOffset };
}

Deno.test("a killed Kafka's log directory is recovered here, and a killed writer's by Kafka", async () => {
  const directory = await Deno.makeTempDir();
  const logDir = `${directory}/data`;
  try {
    const acknowledged = await killBroker(directory);
    let theirs: string[][];
    {
      const { manager, logger } = await openManager(logDir);
      assertEquals(logger.matching("Recovering logs since no clean shutdown file").length, 1);
      theirs = contents(manager, "theirs");
      theirs.forEach((lines, partition) => {
        assert(lines.length - 1 > acknowledged[partition]!);
        assertWhole(lines, valueOf);
      });
      await manager.shutdown();
      await Promise.all(
        theirs.map((_, partition) => assertFaultless(`${logDir}/theirs-${partition}`)),
      );
    }

    const { flushed, end } = await killWriter(`${logDir}/ours-0`);
    let ours: string[];
    {
      await using broker = await startBroker(directory);
      const { bootstrap, lines } = broker;
      const recovering = `Recovering 3 logs from ${logDir} since no clean shutdown file was found`;
      assert(lines.some((line) => line.includes(recovering)));
      const cut = new RegExp(`partition=ours-0.* Corruption found .* truncating to offset ${end}$`);
      assert(lines.some((line) => cut.test(line)));
      const served = await consume(bootstrap, "read_uncommitted", "theirs", "ours");
      theirs.forEach((lines, partition) => assertEquals(served.get(`theirs-${partition}`), lines));
      ours = served.get("ours-0")!;
      assertWhole(ours, valueOf);
      assertEquals(ours.at(-1), `end ${end}`);
      assert(flushed > 0 && flushed <= end);
    }

    const { manager, logger } = await openManager(logDir);
    assertEquals(logger.matching("Skipping recovery").length, 1);
    assertEquals(contents(manager, "theirs"), theirs);
    assertEquals(contents(manager, "ours"), [ours]);
    await manager.shutdown();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
