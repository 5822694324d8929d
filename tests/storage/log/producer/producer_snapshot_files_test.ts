import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { ProducerSnapshotFiles } from "../../../../storage/log/producer/producer_snapshot_files.ts";
import { ProducerStateEntry } from "../../../../storage/log/producer/producer_state_entry.ts";
import { manualEnv } from "../../../support/manual_env.ts";

function open(env = manualEnv()) {
  env.fileSystem.makeDirectory("/log");
  return { env, files: new ProducerSnapshotFiles(env, "/log") };
}

function put(env: ReturnType<typeof manualEnv>, name: string): void {
  env.fileSystem.open(`/log/${name}`, { create: true }).close();
}

Deno.test("snapshots are found by their suffix, in the order of their offsets", () => {
  const { env } = open();
  for (const offset of ["00000000000000000042", "00000000000000000007"]) {
    put(env, `${offset}.snapshot`);
  }
  for (
    const name of [
      "00000000000000000001.log",
      "x.snapshot",
      "00000000000000000009.snapshot.deleted",
    ]
  ) {
    put(env, name);
  }
  env.fileSystem.makeDirectory("/log/00000000000000000005.snapshot");
  assertEquals(open(env).files.offsets, [7, 42]);
});

Deno.test("a directory that is not there has no snapshots", () => {
  assertEquals(new ProducerSnapshotFiles(manualEnv(), "/nowhere").offsets, []);
});

Deno.test("what an interrupted write has left is removed", () => {
  const { env } = open();
  put(env, "00000000000000000042.snapshot.tmp");
  assertEquals(open(env).files.offsets, []);
  assertEquals(env.fileSystem.list("/log"), []);
});

Deno.test("a written snapshot takes the place of an older one and is read back", () => {
  const { files, env } = open();
  files.write(9, [new ProducerStateEntry(1), new ProducerStateEntry(2)], true);
  files.write(4, [new ProducerStateEntry(3)], false);
  files.write(9, [new ProducerStateEntry(5)], true);
  assertEquals(files.offsets, [4, 9]);
  assertEquals(files.read(9).map((entry) => entry.producerId), [5]);
  assertEquals(open(env).files.offsets, [4, 9]);
});

Deno.test("a snapshot that is none is refused", () => {
  const { env } = open();
  put(env, "00000000000000000042.snapshot");
  assertThrows(() => open(env).files.read(42), CorruptRecordError);
});

Deno.test("removing one that is gone, or was never there, is fine", () => {
  const { files, env } = open();
  const path = files.write(9, [], true);
  env.fileSystem.remove(path);
  files.remove(9);
  files.remove(10);
  assertEquals(files.offsets, []);
});
