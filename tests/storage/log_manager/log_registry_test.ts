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
