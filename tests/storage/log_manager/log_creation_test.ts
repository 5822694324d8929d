import { assert, assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { faultyEnv, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("new logs go to the directory with the fewest, or where they are told to", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    logDirs: ["/d0", "/d1", "/d2"],
    metaProperties: { create: true },
  });
  for (let partition = 0; partition < 20; partition++) {
    manager.getOrCreateLog(tp(partition));
    const counts = ["/d0", "/d1", "/d2"].map((dir) =>
      manager.allLogs.filter((log) => log.directory.startsWith(dir)).length
    );
    assert(Math.max(...counts) <= Math.min(...counts) + 1);
  }
  const target = manager.directoryId("/d1")!;
  assertEquals(manager.directoryPath(target), "/d1");
  const log = manager.getOrCreateLog(tp(0, "targeted"), { targetLogDirectoryId: target });
  assertEquals(log.directory, "/d1/targeted-0");
  manager.maybeUpdatePreferredLogDir(tp(1, "targeted"), "/d2");
  const preferred = manager.getOrCreateLog(tp(1, "targeted"), { targetLogDirectoryId: target });
  assertEquals(preferred.directory, "/d2/targeted-1");
});

Deno.test("a topic's id is kept, and another one refused", async () => {
  const env = manualEnv();
  const topicId = "AAAAAAAAQACAAAAAAAAAAQ";
  const other = "AAAAAAAAQACAAAAAAAAAAg";
  {
    await using manager = await openManager(env);
    assertEquals(manager.getOrCreateLog(tp(0), { topicId }).topicId, topicId);
  }
  await using manager = await openManager(env);
  assertEquals(manager.getLog(tp(0))!.topicId, topicId);
  const error = assertThrows(() => manager.getOrCreateLog(tp(0), { topicId: other }), StorageError);
  assertEquals(error.code, "INCONSISTENT_TOPIC_ID");
});

Deno.test("when a directory takes no new log the next one is tried", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, { logDirs: ["/d0", "/d1", "/d2", "/d3"] });
  env.fileSystem.inject({
    code: "EIO",
    kinds: ["makeDirectory"],
    path: /^\/d[01]\/kafka-0$/,
    times: 10,
  });
  const log = manager.getOrCreateLog(tp(0), { isNew: true });
  assert(/^\/d[23]\//.test(log.directory), log.directory);
  const made = ["/d0", "/d1", "/d2", "/d3"].filter((dir) =>
    env.fileSystem.stat(`${dir}/kafka-0`) !== undefined
  );
  assertEquals(made.length, 1);
});

Deno.test("what was begun of a log in a directory that fails is taken away, if the disk lets it", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env);
  env.fileSystem.inject({ code: "EIO", kinds: ["create"], path: /^\/disk1\/kafka-0/ });
  const log = manager.getOrCreateLog(tp(0), { isNew: true });
  assertEquals(log.directory, "/disk2/kafka-0");
  assertEquals(env.fileSystem.stat("/disk1/kafka-0"), undefined);
  assertEquals(manager.offlineLogDirs, ["/disk1"]);
});

Deno.test("a log is made in another directory when one is full, which stays online", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env);
  env.fileSystem.inject({ code: "ENOSPC", kinds: ["create"], path: /^\/disk1\/kafka-0/ });
  const log = manager.getOrCreateLog(tp(0), { isNew: true });
  assertEquals(log.directory, "/disk2/kafka-0");
  assertEquals(manager.offlineLogDirs, []);
});
