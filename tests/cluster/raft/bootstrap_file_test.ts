import { assertEquals, assertThrows } from "@std/assert";
import {
  BOOTSTRAP_FILE,
  readBootstrapFile,
  writeBootstrapFile,
} from "../../../cluster/raft/bootstrap_file.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { FIXTURES, record, writeFile } from "./raft_support.ts";

Deno.test("Kafka's bootstrap file is read, and written again with the same batches", () => {
  const env = manualEnv();
  const theirs = Deno.readFileSync(`${FIXTURES}/${BOOTSTRAP_FILE}`);
  env.fileSystem.makeDirectory("/theirs");
  writeFile(env.fileSystem, `/theirs/${BOOTSTRAP_FILE}`, theirs);
  const records = readBootstrapFile(env.fileSystem, "/theirs")!;
  assertEquals(records.length, 6);
  writeBootstrapFile(env, "/ours", records);
  const ours = readWholeFile(env.fileSystem, `/ours/${BOOTSTRAP_FILE}`);
  for (const bytes of [ours, theirs]) {
    for (const { start } of batchesIn(bytes)) {
      bytes.fill(0, start + 17, start + 21);
      bytes.fill(0, start + 27, start + 43);
    }
  }
  assertEquals(ours, theirs);
  assertEquals(env.fileSystem.list("/ours").map(({ name }) => name), [BOOTSTRAP_FILE]);
});

Deno.test("no file is no records, half a file is an error", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/d");
  assertEquals(readBootstrapFile(env.fileSystem, "/d"), undefined);
  writeBootstrapFile(env, "/d", [record("a")]);
  const bytes = readWholeFile(env.fileSystem, `/d/${BOOTSTRAP_FILE}`);
  writeFile(env.fileSystem, `/d/${BOOTSTRAP_FILE}`, bytes.slice(0, -20));
  assertThrows(() => readBootstrapFile(env.fileSystem, "/d"), CorruptRecordError);
});
