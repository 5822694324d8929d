/**
 * Seglog: Apache Kafka's log as a library for Deno.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Log, MemoryFileSystem, string } from "@seglog/seglog";
 *
 * using log = Log.open("/greetings", { serde: string(), fileSystem: new MemoryFileSystem() });
 * const { baseOffset } = log.append([{ value: "hello" }, { value: "world" }]);
 * assertEquals([...log.read({ from: baseOffset })].map((record) => record.value), ["hello", "world"]);
 * ```
 *
 * @module
 */

export * from "./storage/mod.ts";
