import { assert, assertEquals } from "@std/assert";
import { logTarget } from "../../../../storage/cli/log/partition_files.ts";
import { reindexPartition } from "../../../../storage/cli/log/reindex.ts";
import { verifyPartition } from "../../../../storage/cli/log/verify_partition.ts";
import type { FileSystem } from "../../../../storage/file/file_system.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { copyOfFixtures, writeFile } from "../cli_support.ts";

function find(fileSystem: FileSystem, path: string) {
  const [directory] = logTarget(fileSystem, path).partitions;
  return verifyPartition(directory!, { fileSystem, isDeep: false, checksAll: true });
}

function reindex(fileSystem: FileSystem, path: string, config = {}) {
  const env = { ...manualEnv(), fileSystem };
  return reindexPartition(find(fileSystem, path), { env, config });
}

Deno.test("indexes that were lost come back as Kafka wrote them", () => {
  const fileSystem = copyOfFixtures("states/1-before-compaction/compacted-0");
  const path = "/states/1-before-compaction/compacted-0";
  const originals = new Map<string, Uint8Array>();
  for (const { name } of fileSystem.list(path)) {
    if (!name.endsWith("index")) continue;
    originals.set(name, readWholeFile(fileSystem, `${path}/${name}`));
    fileSystem.remove(`${path}/${name}`);
  }
  const results = reindex(fileSystem, path);
  assert(results.every(({ result }) => result === "rebuilt"));
  for (const [name, bytes] of originals) {
    assertEquals(readWholeFile(fileSystem, `${path}/${name}`), bytes, name);
  }
  assertEquals(find(fileSystem, path).faults, []);
});

Deno.test("transactions that span segments are listed again, and nothing but indexes changes", () => {
  const fileSystem = copyOfFixtures("broker/txn-0");
  const path = "/broker/txn-0";
  const others = fileSystem.list(path).map(({ name }) => name).filter((name) =>
    !name.endsWith("index")
  );
  const before = others.map((name) => [
    readWholeFile(fileSystem, `${path}/${name}`),
    fileSystem.stat(`${path}/${name}`)!.modifiedMs,
  ]);
  for (const { name } of fileSystem.list(path)) {
    if (name.endsWith(".txnindex")) writeFile(fileSystem, `${path}/${name}`, "garbage");
  }
  reindex(fileSystem, path);
  assertEquals(find(fileSystem, path).faults, []);
  assertEquals(
    others.map((name) => [
      readWholeFile(fileSystem, `${path}/${name}`),
      fileSystem.stat(`${path}/${name}`)!.modifiedMs,
    ]),
    before,
  );
});

Deno.test("what was in order is told to be as it was", () => {
  const fileSystem = copyOfFixtures("broker/plain-0");
  const results = reindex(fileSystem, "/broker/plain-0");
  assertEquals(results.map(({ result }) => result), ["unchanged", "unchanged"]);
});

Deno.test("the density of the index is the topic's", () => {
  const fileSystem = copyOfFixtures("broker/plain-0");
  const [index] = reindex(fileSystem, "/broker/plain-0", { "index.interval.bytes": "100" });
  assertEquals(index!.result, "rebuilt");
  assert(readWholeFile(fileSystem, "/broker/plain-0/00000000000000000000.index").length > 100);
  assertEquals(find(fileSystem, "/broker/plain-0").faults, []);
});

Deno.test("damaged data is refused and left alone", () => {
  const fileSystem = copyOfFixtures("corrupt/bad-crc-middle");
  const path = "/corrupt/bad-crc-middle/before";
  const log = `${path}/00000000000000000000.log`;
  const before = readWholeFile(fileSystem, log);
  const [result] = reindex(fileSystem, path);
  assertEquals([result!.result, result!.message], [
    "refused",
    "data is damaged at position 10951: run repair first",
  ]);
  assertEquals(readWholeFile(fileSystem, log), before);
});
