import { assert, assertEquals, assertRejects } from "@std/assert";
import { LeaderAppends } from "../../../cluster/raft/leader_appends.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory, record } from "./raft_support.ts";

function leading() {
  const env = manualEnv();
  formatDirectory(env);
  const { log, history, maxBatchSize } = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  return { log, appends: new LeaderAppends({ log, history, epoch: 1, maxBatchSize }) };
}

Deno.test("what is appended is gathered, written together, and told once it is committed", async () => {
  const { log, appends } = leading();
  assertEquals([appends.append([record("a"), record("b")], 1), appends.append([record("c")], 1)], [
    1,
    2,
  ]);
  assertEquals([log.endOffset, appends.nextOffset], [0, 3]);
  assert(appends.write());
  assert(!appends.write());
  assertEquals([log.endOffset, appends.takeCommitted()], [3, []]);
  let isCommitted = false;
  const waiting = appends.committed(3).then(() => isCommitted = true);
  await Promise.resolve();
  assertEquals(isCommitted, false);
  log.updateHighWatermark(3);
  assertEquals(appends.takeCommitted().map(({ lastOffset }) => lastOffset), [2]);
  await waiting;
  await appends.committed(3);
  log.close();
});

Deno.test("who waits when the epoch ends is told that nobody knows", async () => {
  const { log, appends } = leading();
  appends.append([record("a")], 1);
  appends.write();
  const waiting = appends.committed(1);
  appends.end();
  await assertRejects(() => waiting, LogUnavailableError, "before leader change, epoch: 1");
  await assertRejects(() => appends.committed(1), LogUnavailableError);
  log.close();
});
