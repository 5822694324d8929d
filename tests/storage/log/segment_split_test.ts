import { assertEquals } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { LimitedFileSystem } from "../../support/limited_file_system.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  batchOf,
  filesIn,
  LOG_DIRECTORY,
  offsetsOf,
  openLog,
  pathOf,
  reopenUnclean,
  writeWholeFile,
} from "../../support/partition_log.ts";

const FAR = 2 ** 31;

/** Writes a segment at 0 whose offsets go beyond what an index can hold. */
function overflowedLog(env: ManualEnv): number[] {
  const offsets = [0, 5, FAR + 1, FAR + 2, 2 * FAR + 9];
  const parts = offsets.map((baseOffset) =>
    batchOf([`v${baseOffset}`], { baseOffset, partitionLeaderEpoch: 0 })
  );
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  env.fileSystem.makeDirectory(LOG_DIRECTORY);
  writeWholeFile(env.fileSystem, pathOf(0, "log"), bytes);
  return offsets;
}

Deno.test("a segment whose offsets overflow is split when it is recovered", () => {
  const env = manualEnv();
  const offsets = overflowedLog(env);
  const log = reopenUnclean(env);
  assertEquals(log.segments.baseOffsets, [0, FAR + 1, 2 * FAR + 9]);
  assertEquals(offsetsOf(log), offsets);
  assertEquals(log.logEndOffset, 2 * FAR + 10);
  log.close();
  assertEquals(offsetsOf(openLog(env)), offsets);
});

Deno.test("a split that is cut off at any rename loses nothing", () => {
  for (let allowed = 0;; allowed++) {
    const fileSystem = new LimitedFileSystem();
    const env = manualEnv({ fileSystem });
    const offsets = overflowedLog(env);
    fileSystem.remaining = allowed;
    let finished = true;
    try {
      reopenUnclean(env).closeHandlers();
    } catch (error) {
      if (!(error instanceof LogDirError)) throw error;
      finished = false;
    }
    fileSystem.remaining = Infinity;
    const log = reopenUnclean(env);
    assertEquals(offsetsOf(log), offsets);
    assertEquals(filesIn(fileSystem).filter((name) => /cleaned|swap/.test(name)), []);
    if (finished) break;
  }
});
