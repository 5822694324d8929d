import { assertEquals } from "@std/assert";
import { DIRS, openManager } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("directories that are cordoned off get new logs only when all are", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  assertEquals(manager.nextLogDirs().sort(), DIRS);
  manager.updateCordonedLogDirs(["/disk1/"]);
  assertEquals([...manager.cordonedLogDirs], ["/disk1"]);
  assertEquals(manager.nextLogDirs(), ["/disk2"]);
  manager.updateCordonedLogDirs(DIRS);
  assertEquals(manager.nextLogDirs().length, 1);
});

Deno.test("the logs of a topic are known by its name, current and future ones", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (const [topic, partition] of [["a", 0], ["a", 1], ["b", 0]] as const) {
    manager.getOrCreateLog({ topic, partition });
  }
  const first = { topic: "a", partition: 0 };
  const [here] = manager.logsByTopic("a");
  const other = DIRS.find((dir) => !here!.directory.startsWith(dir))!;
  manager.maybeUpdatePreferredLogDir(first, other);
  const future = manager.getOrCreateLog(first, { isFuture: true });
  const names = (topic: string) =>
    manager.logsByTopic(topic).map((log) => `${log.topicPartition.partition} ${log.isFuture}`);
  assertEquals(names("a"), ["0 false", "1 false", "0 true"]);
  manager.replaceCurrentWithFutureLog(first);
  assertEquals(manager.logsByTopic("a").includes(future), true);
  assertEquals(names("a").sort(), ["0 false", "1 false"]);
  manager.asyncDelete(first);
  manager.asyncDelete({ topic: "a", partition: 1 });
  assertEquals([names("a"), names("b"), names("c")], [[], ["0 false"], []]);
});
