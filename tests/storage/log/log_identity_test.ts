import { assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { LogIdentity } from "../../../storage/log/log_identity.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { openLog } from "../../support/partition_log.ts";

const ID = "XTsQBJTrTdSlzFydwBqhVQ";
const OTHER = "nocV3MhLTMeOJwe4jlqXmg";
const topicPartition = { topic: "t", partition: 0 };

function world() {
  const fileSystem = new FaultyFileSystem();
  fileSystem.makeDirectory("/data/t-0");
  fileSystem.flushDirectory("/");
  return { env: manualEnv({ fileSystem }), fileSystem };
}

function identity(env: ReturnType<typeof world>["env"], topicId?: string, hasFile = false) {
  return new LogIdentity({
    env,
    directory: "/data/t-0",
    topicPartition,
    hasFile,
    isNameUnflushed: true,
    ...(topicId === undefined ? {} : { topicId }),
  });
}

Deno.test("the topic's id is kept, and another one refused", () => {
  const env = manualEnv();
  openLog(env, {}, { topicId: ID }).close();
  assertEquals(openLog(env).topicId, ID);
  const error = assertThrows(() => openLog(env, {}, { topicId: OTHER }), StorageError);
  assertEquals(error.code, "INCONSISTENT_TOPIC_ID");
});

Deno.test("an id is taken down once, and the same again changes nothing", () => {
  const { env } = world();
  const known = identity(env);
  assertEquals(known.topicId, undefined);
  known.assign(ID);
  known.assign(ID);
  assertEquals(known.topicId, ID);
  assertEquals(assertThrows(() => known.assign(OTHER), StorageError).code, "INCONSISTENT_TOPIC_ID");
});

Deno.test("the id is durable before a record, and the name when a flush counts, each once", () => {
  const { env, fileSystem } = world();
  const known = identity(env, ID);
  assertEquals(fileSystem.stat("/data/t-0/partition.metadata"), undefined);
  known.ensureIdDurable();
  assertEquals(known.isSettled, false);
  known.ensureDurable();
  assertEquals(known.isSettled, true);
  const { operations } = fileSystem;
  known.ensureDurable();
  assertEquals(fileSystem.operations, operations);
  for (let seed = 0; seed < 10; seed++) {
    const { fileSystem: left } = { fileSystem: fileSystem.afterCrash({ seed }) };
    assertEquals(identity(manualEnv({ fileSystem: left }), undefined, true).topicId, ID);
  }
});

Deno.test("many are settled side by side, with one flush of the directory that they share", async () => {
  const { env, fileSystem } = world();
  const identities = Array.from({ length: 5 }, (_, i) => {
    const directory = `/data/t-${i}`;
    fileSystem.makeDirectory(directory);
    return new LogIdentity({
      env,
      directory,
      topicPartition: { topic: "t", partition: i },
      topicId: ID,
      hasFile: false,
      isNameUnflushed: true,
    });
  });
  const from = fileSystem.operations;
  await LogIdentity.settle(identities, (_, error) => {
    throw error;
  });
  assertEquals(identities.map(({ isSettled }) => isSettled), [true, true, true, true, true]);
  const kinds = fileSystem.history.slice(from).filter(({ path }) => path !== "/data")
    .map(({ kind }) => kind);
  // All of a kind together.
  assertEquals(
    [...new Set(kinds)],
    ["create", "truncate", "write", "flush", "rename", "flushDirectory"],
  );
  assertEquals(kinds.slice(-5), Array(5).fill("flushDirectory"));
  assertEquals(fileSystem.history.filter(({ path }) => path === "/data").length, 2);
});

Deno.test("what is written, moved or forgotten while it is settled stays right", async () => {
  const { env, fileSystem } = world();
  const identities = [0, 1, 2].map((partition) => {
    const directory = `/data/t-${partition}`;
    fileSystem.makeDirectory(directory);
    const options = { env, directory, topicPartition: { topic: "t", partition }, topicId: ID };
    return new LogIdentity({ ...options, hasFile: false, isNameUnflushed: true });
  });
  const errors: unknown[] = [];
  const settled = LogIdentity.settle(identities, (_, error) => errors.push(error));
  const [written, moved, gone] = identities as [LogIdentity, LogIdentity, LogIdentity];
  written.ensureIdDurable();
  moved.ensureIdDurable();
  fileSystem.rename("/data/t-1", "/data/moved-1");
  moved.moved("/data/moved-1", false, true);
  fileSystem.rename("/data/t-2", "/data/t-2.x-delete");
  gone.moved("/data/t-2.x-delete", true, true);
  await settled;
  assertEquals(errors, []);
  moved.ensureDurable();
  const file = (directory: string) => fileSystem.stat(`${directory}/partition.metadata`)?.size;
  const size = `version: 0\ntopic_id: ${ID}`.length;
  assertEquals([file("/data/t-0"), file("/data/moved-1"), file("/data/t-2.x-delete")], [
    size,
    size,
    undefined,
  ]);
  assertEquals(gone.isSettled, true);
});

Deno.test("one that cannot be settled keeps no other from it, and is made up for later", async () => {
  const { env, fileSystem } = world();
  fileSystem.makeDirectory("/data/t-1");
  const [bad, good] = [0, 1].map((partition) =>
    new LogIdentity({
      env,
      directory: `/data/t-${partition}`,
      topicPartition: { topic: "t", partition },
      topicId: ID,
      hasFile: false,
    })
  ) as [LogIdentity, LogIdentity];
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"], path: /t-0\// });
  const errors: string[] = [];
  await LogIdentity.settle([bad, good], (directory) => errors.push(directory));
  assertEquals([errors, bad.isSettled, good.isSettled], [["/data/t-0"], false, true]);
  bad.ensureDurable();
  assertEquals(bad.isSettled, true);
});
