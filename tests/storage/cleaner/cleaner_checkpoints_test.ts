import { assertEquals } from "@std/assert";
import { CleanerCheckpoints } from "../../../storage/cleaner/cleaner_checkpoints.ts";
import { LogDirError } from "../../../storage/errors.ts";
import type { FileSystem } from "../../../storage/file/file_system.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { bytesOf, textOf, writeWholeFile } from "../../support/partition_log.ts";

const a = { topic: "a", partition: 0 };
const b = { topic: "b", partition: 1 };

function setup(isIn: (directory: string, key: string) => boolean = () => true) {
  const env = manualEnv();
  const failed: string[] = [];
  for (const directory of ["/one", "/two"]) env.fileSystem.makeDirectory(directory);
  const checkpoints = new CleanerCheckpoints(
    env,
    ["/one", "/two"],
    isIn,
    (directory) => failed.push(directory),
  );
  return { env, checkpoints, failed };
}

Deno.test("offsets are kept per directory in Kafka's file", () => {
  const { env, checkpoints } = setup();
  checkpoints.update("/one", a, 10);
  checkpoints.update("/one", b, 20);
  checkpoints.update("/two", { topic: "c", partition: 2 }, 30);
  const text = textOf(readWholeFile(env.fileSystem, "/one/cleaner-offset-checkpoint"));
  assertEquals(text, "0\n2\na 0 10\nb 1 20\n");
  assertEquals(checkpoints.all(), new Map([["a-0", 10], ["b-1", 20], ["c-2", 30]]));
  checkpoints.update("/one", a, undefined);
  assertEquals([checkpoints.get("/one", a), checkpoints.get("/one", b)], [undefined, 20]);
});

Deno.test("logs that are gone are dropped with the next update", () => {
  const gone = new Set<string>();
  const { checkpoints } = setup((_, key) => !gone.has(key));
  checkpoints.update("/one", a, 10);
  gone.add("a-0");
  checkpoints.update("/one", b, 20);
  assertEquals(checkpoints.all(), new Map([["b-1", 20]]));
});

Deno.test("logs that are gone are dropped when that is asked for, and nothing is written when there are none", () => {
  const gone = new Set<string>();
  const { env, checkpoints } = setup((_, key) => !gone.has(key));
  checkpoints.dropGone("/one");
  assertEquals(env.fileSystem.stat("/one/cleaner-offset-checkpoint"), undefined);
  checkpoints.update("/one", a, 10);
  checkpoints.update("/one", b, 20);
  gone.add("a-0");
  checkpoints.dropGone("/one");
  const text = textOf(readWholeFile(env.fileSystem, "/one/cleaner-offset-checkpoint"));
  assertEquals(text, "0\n1\nb 1 20\n");
});

Deno.test("truncation lowers an offset and never raises it", () => {
  const { checkpoints } = setup();
  checkpoints.maybeTruncate("/one", a, 5);
  assertEquals(checkpoints.get("/one", a), undefined);
  checkpoints.update("/one", a, 15);
  checkpoints.maybeTruncate("/one", a, 20);
  assertEquals(checkpoints.get("/one", a), 15);
  checkpoints.maybeTruncate("/one", a, 5);
  assertEquals(checkpoints.get("/one", a), 5);
});

Deno.test("an offset moves with its log", () => {
  const { checkpoints } = setup();
  checkpoints.update("/one", a, 10);
  checkpoints.move(a, "/one", "/two");
  checkpoints.move(b, "/one", "/two");
  assertEquals([checkpoints.get("/one", a), checkpoints.get("/two", a)], [undefined, 10]);
  assertEquals(checkpoints.get("/two", b), undefined);
});

Deno.test("a directory that has failed is left alone", () => {
  const { checkpoints } = setup();
  checkpoints.update("/one", a, 10);
  checkpoints.removeLogDirectory("/one");
  assertEquals(checkpoints.all(), new Map());
  checkpoints.update("/one", a, 20);
  checkpoints.addLogDirectory("/one");
  assertEquals(checkpoints.all(), new Map([["a-0", 10]]));
});

Deno.test("a damaged file counts as empty and is replaced", () => {
  const { env, checkpoints, failed } = setup();
  writeWholeFile(env.fileSystem, "/one/cleaner-offset-checkpoint", bytesOf("0\n5\na 0 10\n"));
  assertEquals(checkpoints.all(), new Map());
  assertEquals(env.logger.matching("damaged", "warn").length, 1);
  checkpoints.update("/one", a, 7);
  assertEquals(checkpoints.all(), new Map([["a-0", 7]]));
  assertEquals(failed, []);
});

Deno.test("a disk that refuses takes its directory down, and no error escapes", () => {
  const env = manualEnv();
  const broken: FileSystem = Object.assign(Object.create(env.fileSystem), {
    open(path: string): never {
      throw new LogDirError(path, `Cannot open file: ${path}`);
    },
    stat: () => ({ size: 1, modifiedMs: 0, isDirectory: false }),
  });
  const failed: string[] = [];
  const checkpoints = new CleanerCheckpoints(
    { ...env, fileSystem: broken },
    ["/one"],
    () => true,
    (directory) => failed.push(directory),
  );
  assertEquals(checkpoints.all(), new Map());
  checkpoints.update("/one", a, 1);
  assertEquals(new Set(failed), new Set(["/one"]));
});

Deno.test("what a directory lists of a log that is in another one does not count, and is dropped", () => {
  let home = "/two";
  const { checkpoints } = setup((directory) => directory === home);
  checkpoints.update("/two", a, 10);
  home = "/one";
  checkpoints.update("/one", a, 20);
  assertEquals(checkpoints.all(), new Map([["a-0", 20]]));
  checkpoints.update("/two", b, 5);
  assertEquals(checkpoints.get("/two", a), undefined);
});
