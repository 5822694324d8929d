import { assertEquals } from "@std/assert";
import { LogCleaning } from "../../../cluster/raft/log_cleaning.ts";
import type { RaftLog } from "../../../cluster/raft/raft_log.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

function cleaning(clean = () => false) {
  const done: string[] = [];
  const log = {
    directory: "/d",
    nextPendingFileDueMs: undefined as number | undefined,
    deletePendingFiles: (now: number) => void done.push(`remove ${now}`),
    clean: (now: number) => (done.push(`clean ${now}`), clean()),
  };
  const logger = new CollectingLogger();
  return { log, done, logger, own: new LogCleaning(log as unknown as RaftLog, logger) };
}

Deno.test("old snapshots are looked for every minute, files removed when they are due", () => {
  const { log, done, own } = cleaning();
  own.start(1000);
  assertEquals(own.nextDueMs, 61_000);
  log.nextPendingFileDueMs = 5000;
  assertEquals(own.nextDueMs, 5000);
  own.run(5000);
  own.run(61_000);
  log.nextPendingFileDueMs = undefined;
  assertEquals(done, ["remove 5000", "remove 61000", "clean 61000"]);
  assertEquals(own.nextDueMs, 121_000);
});

Deno.test("what fails is logged, and tried again after a minute", () => {
  const { own, logger } = cleaning(() => {
    throw new Error("EIO");
  });
  own.start(0);
  own.run(60_000);
  assertEquals(logger.matching("Failed to clean the metadata log").length, 1);
  assertEquals(own.nextDueMs, 120_000);
});
