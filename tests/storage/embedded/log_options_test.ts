import { assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { openText, type TextOptions } from "../../support/embedded_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("durability says when records survive a power cut", async () => {
  const env = manualEnv();
  {
    using log = openText("/a", { env, durability: "each-append" });
    assertEquals(log.durability, "each-append");
    log.append([{ value: "1" }, { value: "2" }]);
    assertEquals(log.flushedOffset, 2);
  }
  {
    using log = openText("/b", { env });
    assertEquals(log.durability, "manual");
    log.append([{ value: "1" }]);
    await env.clock.advance(10 * 60_000);
    assertEquals(log.flushedOffset, 0);
    await log.flush();
    assertEquals(log.flushedOffset, 1);
  }
  using log = openText("/c", { env, durability: { everyMs: 50 } });
  assertEquals(log.durability, { everyMs: 50 });
  assertEquals(env.clock.sleeping, 0);
  log.append([{ value: "1" }]);
  log.append([{ value: "2" }]);
  assertEquals(env.clock.sleeping, 1);
  await env.clock.advance(49);
  assertEquals(log.flushedOffset, 0);
  await env.clock.advance(1);
  assertEquals(log.flushedOffset, 2);
  assertEquals(env.clock.sleeping, 0);
  log.append([{ value: "3" }]);
  await env.clock.advance(50);
  assertEquals(log.flushedOffset, 3);
});

Deno.test("an option that is none is refused", () => {
  const options = { segmentByte: 1 } as unknown as TextOptions;
  assertThrows(
    () => openText("/log", { ...options, fileSystem: new MemoryFileSystem() }),
    InvalidConfigError,
    "Unknown topic config name: segmentByte",
  );
});
