import { assertEquals } from "@std/assert";
import { append, faultyEnv, openManager, tp } from "../../support/log_manager.ts";
import type { FaultyFileSystem } from "../../support/faulty_file_system.ts";

const DIR = "/disk1";

function idOf(partition: number): string {
  return `AAAAAAAAQACAAAAAAAAAA${"AEIMQUYcgk"[partition % 10]}`;
}

function open(env: ReturnType<typeof faultyEnv>, background = true) {
  return openManager(env, { logDirs: [DIR], background });
}

/** How often directories, and other files, were flushed since the last look. */
function flushCounter(fileSystem: FaultyFileSystem) {
  let seen = 0;
  return () => {
    const fresh = fileSystem.history.slice(seen);
    seen = fileSystem.operations;
    const of = (kind: string, path: RegExp) =>
      fresh.filter((each) => each.kind === kind && path.test(each.path)).length;
    return {
      parent: of("flushDirectory", /^\/disk1$/),
      own: of("flushDirectory", /^\/disk1\/kafka-\d$/),
      ids: of("flush", /partition\.metadata/),
    };
  };
}

function survivors(fileSystem: FaultyFileSystem): string[] {
  return fileSystem.list(DIR).filter(({ name }) => name.startsWith("kafka-")).flatMap(({ name }) =>
    fileSystem.stat(`${DIR}/${name}/partition.metadata`) === undefined ? [] : [name]
  );
}

Deno.test("making a log waits for no disk; a while later a power cut takes neither its name nor its id", async () => {
  const env = faultyEnv();
  await using manager = await open(env);
  const flushes = flushCounter(env.fileSystem);
  flushes();
  for (let i = 0; i < 5; i++) manager.getOrCreateLog(tp(i), { topicId: idOf(i) });
  assertEquals(flushes(), { parent: 0, own: 0, ids: 0 });
  await env.clock.advance(400);
  assertEquals(flushes(), { parent: 0, own: 0, ids: 0 });
  await env.clock.advance(200);
  // One flush of the names of all.
  assertEquals(flushes(), { parent: 1, own: 5, ids: 5 });
  const names = ["kafka-0", "kafka-1", "kafka-2", "kafka-3", "kafka-4"];
  for (let seed = 0; seed < 10; seed++) {
    assertEquals(survivors(env.fileSystem.afterCrash({ seed })), names);
  }
});

Deno.test("nothing is settled while logs are made one after the other, but no longer than ten seconds", async () => {
  const env = faultyEnv();
  await using manager = await open(env);
  const flushes = flushCounter(env.fileSystem);
  for (let i = 0; i < 24; i++) {
    manager.getOrCreateLog(tp(i), { topicId: idOf(i) });
    await env.clock.advance(400);
  }
  assertEquals(flushes().ids, 0);
  manager.getOrCreateLog(tp(24), { topicId: idOf(24) });
  await env.clock.advance(400);
  assertEquals(flushes().ids, 25);
});

Deno.test("a log that is written to before its turn has its id on the disk before its record, and its name with a flush", async () => {
  const env = faultyEnv();
  await using manager = await open(env, false);
  const log = manager.getOrCreateLog(tp(0), { topicId: idOf(0) });
  const flushes = flushCounter(env.fileSystem);
  flushes();
  append(log);
  const { history } = env.fileSystem;
  const id = history.findIndex(({ kind, path }) =>
    kind === "rename" && path.endsWith("partition.metadata.tmp")
  );
  const record = history.findIndex(({ kind, path }) => kind === "write" && path.endsWith(".log"));
  assertEquals(id > 0 && id < record, true);
  const { parent, ids } = flushes();
  assertEquals([parent, ids], [0, 1]);
  await log.flush();
  assertEquals(flushes().parent, 1);
  append(log);
  await log.flush();
  const { parent: again, ids: idsAgain } = flushes();
  assertEquals([again, idsAgain], [0, 0]);
});

Deno.test("a clean stop settles what waits", async () => {
  const env = faultyEnv();
  const manager = await open(env);
  for (let i = 0; i < 3; i++) manager.getOrCreateLog(tp(i), { topicId: idOf(i) });
  await manager.shutdown();
  assertEquals(env.clock.sleeping, 0);
  for (let seed = 0; seed < 10; seed++) {
    const left = env.fileSystem.afterCrash({ seed });
    assertEquals(survivors(left), ["kafka-0", "kafka-1", "kafka-2"]);
  }
});

Deno.test("a log that is deleted before its turn is left alone, and one whose disk is full waits for its first record", async () => {
  const env = faultyEnv();
  await using manager = await open(env);
  manager.getOrCreateLog(tp(0), { topicId: idOf(0) });
  const full = manager.getOrCreateLog(tp(1), { topicId: idOf(1) });
  manager.asyncDelete(tp(0));
  const flushes = flushCounter(env.fileSystem);
  flushes();
  const heal = env.fileSystem.inject({
    code: "ENOSPC",
    kinds: ["create"],
    path: /partition\.metadata/,
    times: Infinity,
  });
  await env.clock.advance(600);
  heal();
  assertEquals([flushes().ids, manager.offlineLogDirs], [0, []]);
  assertEquals(env.logger.matching("Failed to bring a new log to the disk").length, 1);
  append(full);
  assertEquals(flushes().ids, 1);
});

Deno.test("a log without an id takes that of its topic", async () => {
  const env = faultyEnv();
  {
    await using manager = await open(env, false);
    manager.getOrCreateLog(tp(0));
  }
  {
    await using manager = await open(env, false);
    const log = manager.getOrCreateLog(tp(0), { topicId: idOf(0) });
    assertEquals(log.topicId, idOf(0));
    append(log);
  }
  await using manager = await open(env, false);
  assertEquals(manager.getLog(tp(0))!.topicId, idOf(0));
});
