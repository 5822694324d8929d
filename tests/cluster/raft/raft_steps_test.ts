import { assert, assertEquals, assertThrows } from "@std/assert";
import type { RaftFailure, RaftResponse } from "../../../cluster/raft/raft_message.ts";
import type { RaftNetwork } from "../../../cluster/raft/raft_network.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { RaftSteps } from "../../../cluster/raft/raft_steps.ts";
import { LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory, RecordingListener } from "./raft_support.ts";

const VOTERS = [1, 2, 3].map((id) => ({ id, host: `host${id}`, port: 9093 }));

function stepsOf({ voters = VOTERS.slice(0, 1), send }: {
  voters?: typeof VOTERS;
  send?: RaftNetwork["send"];
} = {}) {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  formatDirectory(env);
  const failures: unknown[] = [];
  const parts = openRaft({
    env,
    directory: DIRECTORY,
    nodeId: 1,
    controllerQuorumVoters: voters,
    network: { send: send ?? (() => Promise.reject(new Error("none"))), close: () => {} },
    onFailure: (error) => failures.push(error),
  });
  const steps = new RaftSteps(parts, () => {});
  return { env, fileSystem, parts, steps, failures };
}

Deno.test("a step does all that comes of it, in order, before it returns", () => {
  const { parts, steps } = stepsOf();
  const listener = new RecordingListener();
  steps.listeners.add(listener);
  assertThrows(() => parts.node.state, TypeError);
  steps.step({ type: "start", election: undefined });
  assertEquals(listener.lines, ["commit 0-0", "leader 1 1"]);
  assertEquals(steps.ensureLeading().epoch, 1);
  assertEquals(parts.quorumState.read()!.leaderId, 1);
  steps.stop();
  assertThrows(() => steps.ensureOpen(), LogUnavailableError, "is closed");
  steps.close();
});

Deno.test("nobody is asked for a vote before this replica's own is written", async () => {
  const asked: (number | undefined)[] = [];
  const { env, parts, steps } = stepsOf({
    voters: VOTERS,
    send: (_, request) => {
      if (request.type === "vote" && !request.preVote) {
        asked.push(parts.quorumState.read()?.votedKey?.id);
      }
      return Promise.resolve<RaftResponse | RaftFailure>({
        type: "failure",
        error: "BROKER_NOT_AVAILABLE",
      });
    },
  });
  steps.step({
    type: "start",
    election: { epoch: 1, leaderId: undefined, votedKey: parts.local.key, voters: [1, 2, 3] },
  });
  await env.clock.advance(0);
  assertEquals(asked, [1, 1]);
  assertThrows(() => steps.ensureLeading(), LogUnavailableError, "not the current leader");
  steps.stop();
  steps.close();
});

Deno.test("an epoch whose vote cannot be written is not begun, and the vote is made up for", () => {
  const { fileSystem, parts, steps } = stepsOf();
  fileSystem.inject({ code: "ENOSPC", kinds: ["write"], path: "quorum-state.tmp" });
  assertThrows(() => steps.step({ type: "start", election: undefined }), LogDirError);
  assertEquals([steps.leaderLog.appends, parts.log.endOffset], [undefined, 0]);
  steps.tryStep({ type: "poll" });
  assertEquals(parts.quorumState.read()!.epoch, 1);
  steps.stop();
  steps.close();
});

Deno.test("when the disk fails, who waits is told, the owner once, and nothing is written any more", () => {
  const { parts, steps, failures } = stepsOf();
  steps.step({ type: "start", election: undefined });
  const answers: unknown[] = [];
  steps.requests.add((answer) => answers.push(answer));
  const error = new Error("EIO");
  steps.fail(error);
  steps.fail(new Error("again"));
  assertEquals([failures, steps.failure], [[error], error]);
  assertEquals(answers, [{ type: "failure", error: "BROKER_NOT_AVAILABLE" }]);
  assert(steps.isStopped);
  assertEquals(assertThrows(() => steps.ensureLeading(), LogUnavailableError).cause, error);
  assertEquals(parts.quorumState.read()!.leaderId, 1);
  steps.close();
});

Deno.test("a leader that the network does not reach may be there; one that is refused is not", async () => {
  const stateAfter = async (send: RaftNetwork["send"]) => {
    const { env, parts, steps } = stepsOf({ voters: VOTERS, send });
    steps.step({
      type: "start",
      election: { epoch: 1, leaderId: 2, votedKey: undefined, voters: [1, 2, 3] },
    });
    await env.clock.advance(50);
    steps.tryStep({ type: "poll" });
    const { state } = parts.node;
    steps.stop();
    steps.close();
    return state.name;
  };
  assertEquals(await stateAfter(() => Promise.reject(new Error("none"))), "Follower");
  const gone = { type: "failure", error: "BROKER_NOT_AVAILABLE" } as const;
  assertEquals(await stateAfter(() => Promise.resolve(gone)), "Prospective");
});
