import { assert, assertEquals } from "@std/assert";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { RaftSteps } from "../../../cluster/raft/raft_steps.ts";
import { RaftTiming } from "../../../cluster/raft/raft_timing.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory, record } from "./raft_support.ts";

function timed() {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  formatDirectory(env);
  const parts = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  const steps: RaftSteps = new RaftSteps(parts, () => timing.changed());
  const timing = new RaftTiming(parts, steps);
  return { env, fileSystem, steps, timing };
}

Deno.test("a leader that has lost its epoch to the disk is elected again in time", async () => {
  const { env, fileSystem, steps, timing } = timed();
  steps.step({ type: "start", election: undefined });
  timing.start();
  const before = steps.ensureLeading();
  before.append([record("a")], env.clock.now());
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"] });
  await steps.leaderLog.commit(before).catch(() => {});
  assertEquals(steps.leaderLog.appends, undefined);
  await env.clock.advance(10_000);
  assert(steps.ensureLeading().epoch > before.epoch);
  steps.stop();
  await timing.stop();
  assertEquals(env.clock.sleeping, 0);
  steps.close();
});

Deno.test("a leader that could not write its first record does not stay the leader of nothing", async () => {
  const { env, fileSystem, steps, timing } = timed();
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"], path: "quorum-state.tmp" });
  steps.tryStep({ type: "start", election: undefined });
  timing.start();
  assertEquals(steps.leaderLog.appends, undefined);
  await env.clock.advance(70_000);
  assert(steps.ensureLeading().epoch > 1);
  steps.stop();
  await timing.stop();
  steps.close();
});
