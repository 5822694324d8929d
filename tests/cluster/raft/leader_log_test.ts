import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { leaderChangeMessage } from "../../../cluster/raft/control_messages.ts";
import { LeaderLog } from "../../../cluster/raft/leader_log.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory, record } from "./raft_support.ts";
import { RecordedSteps } from "./recorded_steps.ts";

function leaderLog() {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  formatDirectory(env);
  const { log, history, maxBatchSize } = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  const steps = new RecordedSteps();
  const own = new LeaderLog({ clock: env.clock, log, history, maxBatchSize, steps });
  const messages = [leaderChangeMessage(1, [1], [1])];
  const lead = (epoch: number) => own.lead({ type: "leader", epoch, startOffset: 0, messages });
  return { fileSystem, log, steps, own, lead };
}

Deno.test("who wants a commit while a flush is under way shares the next one", async () => {
  const { log, steps, own, lead } = leaderLog();
  lead(1);
  const appends = own.appends!;
  const commit = (text: string) => {
    appends.append([record(text)], 1);
    return own.commit(appends);
  };
  const commits = Promise.all([commit("a"), commit("b"), commit("c")]);
  await own.settled();
  await own.settled();
  log.updateHighWatermark(4);
  assertEquals(own.takeCommitted().map(({ lastOffset }) => lastOffset), [0, 1, 2, 3]);
  await commits;
  assertEquals(
    steps.inputs.filter(({ type }) => type === "flushed"),
    [1, 2, 4].map((endOffset) => ({ type: "flushed" as const, endOffset })),
  );
  log.close();
});

Deno.test("what is flushed once another epoch has begun does not count in it", async () => {
  const { log, steps, own, lead } = leaderLog();
  lead(1);
  const appends = own.appends!;
  appends.append([record("a")], 1);
  const commit = own.commit(appends);
  own.endAllBut(1);
  assert(own.appends === appends);
  own.endAllBut(2);
  assertEquals([own.appends, own.takeCommitted()], [undefined, []]);
  await assertRejects(() => commit, LogUnavailableError, "epoch: 1");
  assertEquals(steps.inputs.at(-1), { type: "appended" });
  log.close();
});

Deno.test("what the disk does not take makes the leader resign", () => {
  const { fileSystem, log, steps, own, lead } = leaderLog();
  lead(1);
  own.appends!.append([record("a")], 1);
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"] });
  assertThrows(() => own.write(), LogDirError);
  assertEquals(steps.inputs.at(-1), { type: "resign" });
  assertEquals([steps.failures, log.endOffset], [[], 1]);
  log.close();
});

Deno.test("a flush that fails is the end of the log, with those who wait told", async () => {
  const { fileSystem, steps, own, lead } = leaderLog();
  lead(1);
  own.appends!.append([record("a")], 1);
  fileSystem.inject({ code: "EIO", kinds: ["flush"], path: ".log" });
  await assertRejects(() => own.commit(own.appends!), LogDirError);
  assertEquals(steps.failures.length, 1);
});
