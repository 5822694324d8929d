import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { makeDurableDirectory } from "../../../storage/file/durable_directory.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import {
  copyOf,
  kafkaDirectory,
  onBoth,
  openText,
  readText,
  text,
  values,
} from "../../support/embedded_log.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";

onBoth("a plain directory is its own home, clean after a close", (fileSystem, directory) => {
  const log = openText(directory, { fileSystem });
  log.append([{ value: "1" }]);
  assertEquals(fileSystem.stat(`${directory}/.kafka_cleanshutdown`), undefined);
  log.close();
  log.close();
  for (const name of [".kafka_cleanshutdown", ".lock", "recovery-point-offset-checkpoint"]) {
    assert(fileSystem.stat(`${directory}/${name}`) !== undefined, name);
  }
  assertEquals(log.topicPartition, { topic: "events", partition: 0 });
  assertThrows(() => log.append([{ value: "2" }]), LogUnavailableError, "closed");
  assertThrows(() => log.read(), LogUnavailableError, "closed");
});

Deno.test("what was flushed survives a power cut wherever the log was made", async () => {
  for (const path of ["/events", "/not/there/events", "/kafka/t-0"]) {
    for (let seed = 0; seed < 10; seed++) {
      const fileSystem = new FaultyFileSystem();
      makeDurableDirectory(fileSystem, "/kafka");
      writeTextFile(fileSystem, "/kafka/meta.properties", "version=1\n");
      const log = openText(path, { env: manualEnv({ fileSystem }) });
      log.append([{ value: "1" }]);
      await log.flush();
      const after = manualEnv({ fileSystem: fileSystem.afterCrash({ seed }) });
      using reopened = openText(path, { env: after });
      assertEquals(values(reopened), ["1"], `${path} ${seed}`);
    }
  }
});

onBoth("a second log on the same directory is refused, clearly", (fileSystem, directory) => {
  using log = openText(directory, { fileSystem });
  log.append([{ value: "1" }]);
  const error = assertThrows(() => openText(directory, { fileSystem }), LogUnavailableError);
  assertStringIncludes(error.message, "open in this process already");
  const spelled = assertThrows(
    () => openText(`${directory}/../events/`, { fileSystem }),
    LogUnavailableError,
  );
  assertStringIncludes(spelled.message, "lock");
  assertEquals(values(log), ["1"]);
});

Deno.test("a second process is refused, and gets in once the first has closed", async () => {
  const directory = await Deno.makeTempDir();
  const script = `
    import { Log } from ${JSON.stringify(import.meta.resolve("../../../storage/embedded/log.ts"))};
    try {
      using log = Log.open(${JSON.stringify(directory)});
      console.log("opened", log.logEndOffset);
    } catch (error) {
      console.log(error.name + ": " + error.message);
    }`;
  const second = async () => {
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", "--config", config, "-"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    const child = command.spawn();
    const writer = child.stdin.getWriter();
    await writer.write(text(script));
    await writer.close();
    const { stdout, stderr } = await child.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  const log = openText(directory, {});
  log.append([{ value: "1" }]);
  assertStringIncludes(await second(), "LogUnavailableError: Failed to lock the log directory");
  log.close();
  assertStringIncludes(await second(), "opened 1");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a partition of a Kafka log directory opens, and leaves the directory as clean as it was", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  const files = await kafkaDirectory(env);
  const { fileSystem } = env;
  {
    using log = openText("/kafka/multiseg-0", { env });
    assertEquals(log.topicPartition, { topic: "multiseg", partition: 0 });
    assertEquals([log.logStartOffset, log.logEndOffset], [0, 254]);
    assertEquals([...log.read()].map((record) => record.offset).length, 254);
    assertEquals(fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
    assertThrows(() => fileSystem.lock("/kafka"), LogUnavailableError);
    assertEquals(env.logger.matching("Recover").length, 0);
  }
  for (const [path, bytes] of files) {
    // Producer snapshots that belong to no segment, but for the newest, go when a log is opened: in Kafka too.
    if (!path.endsWith(".snapshot")) assertEquals(copyOf(fileSystem, path), bytes, path);
  }
  assertEquals(fileSystem.stat("/kafka/multiseg-0/.lock"), undefined);
  assertEquals(fileSystem.stat("/kafka/multiseg-0/.kafka_cleanshutdown"), undefined);
});

Deno.test("what is appended to a partition of a Kafka log directory shows in its checkpoints alone", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  const { fileSystem } = env;
  const checkpoint = (name: string) =>
    readText(fileSystem, `/kafka/${name}-offset-checkpoint`).trim().split("\n").slice(2).sort();
  const before = checkpoint("recovery-point");
  const marker = readText(fileSystem, "/kafka/.kafka_cleanshutdown");
  {
    using log = openText("/kafka/plain-0", { env });
    assertEquals(log.append([{ key: "k", value: "ours" }]).baseOffset, 71);
    using other = openText("/kafka/trimmed-0", { env });
    assertEquals(other.logStartOffset, 97);
    other.deleteRecords(100);
    assertEquals(fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
  }
  assertEquals(readText(fileSystem, "/kafka/.kafka_cleanshutdown"), marker);
  const expected = before.map((line) => line === "plain 0 71" ? "plain 0 72" : line);
  assertEquals(checkpoint("recovery-point"), expected);
  assertEquals(checkpoint("log-start"), ["trimmed 0 100"]);
  assertEquals(
    checkpoint("replication").find((line) => line.startsWith("plain ")),
    "plain 0 72",
  );
  assertEquals(checkpoint("cleaner"), ["compacted 0 536"]);
  using log = openText("/kafka/plain-0", { env });
  assertEquals(values(log, 71), ["ours"]);
});

Deno.test("a log that Kafka's leaders wrote goes on in the epoch of the last one", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  using log = openText("/kafka/multiseg-0", { env });
  const epoch = log.partitionLog.leaderEpochCache.latestEpoch!;
  assert(epoch > 0);
  const { baseOffset } = log.append([{ value: "ours" }]);
  assertEquals(log.partitionLog.leaderEpochCache.latestEpoch, epoch);
  const [batch] = [...log.partitionLog.activeSegment.batches()].slice(-1);
  assertEquals([batch!.baseOffset, batch!.partitionLeaderEpoch], [baseOffset, epoch]);
});

Deno.test("a Kafka log directory that was not stopped cleanly stays so for its other partitions", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  env.fileSystem.remove("/kafka/.kafka_cleanshutdown");
  {
    using log = openText("/kafka/plain-0", { env });
    assertEquals(log.logEndOffset, 71);
  }
  assertEquals(env.fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
});

Deno.test("a crash while a partition is open leaves the Kafka log directory unclean", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  const log = openText("/kafka/plain-0", { env });
  log.append([{ value: "x" }]);
  assertEquals(env.fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
  log.close();
});

Deno.test("a partition that Kafka is about to delete is not opened", async () => {
  const env = manualEnv();
  await kafkaDirectory(env);
  const name = "plain-0.0123456789abcdef0123456789abcdef-delete";
  env.fileSystem.rename("/kafka/plain-0", `/kafka/${name}`);
  assertThrows(
    () => openText(`/kafka/${name}`, { env }),
    LogUnavailableError,
    "marked delete",
  );
});
