import { assertEquals } from "@std/assert";
import {
  BrokerLifecycleState,
  type HeartbeatReply,
  type LifecycleStep,
} from "../../../cluster/server/broker_lifecycle_state.ts";

const CAUGHT_UP: HeartbeatReply = { isCaughtUp: true, isFenced: true, shouldShutDown: false };
const UNFENCED: HeartbeatReply = { ...CAUGHT_UP, isFenced: false };

/** A broker whose time a test moves; heartbeats come every 2000 ms. */
class Run {
  now = 1000;
  readonly state = new BrokerLifecycleState({
    heartbeatIntervalMs: () => 2000,
    initialRegistrationTimeoutMs: () => 60_000,
    logDirFailureTimeoutMs: () => 30_000,
    sessionTimeoutMs: () => 9000,
  });

  /** What is to be done now. */
  next(): LifecycleStep | undefined {
    return this.state.next(this.now);
  }

  /** Goes on to when something is due. Returns after how long that is, and what it is. */
  later(): [number, string | undefined] {
    const { dueAt } = this.state;
    const waited = dueAt - this.now;
    if (dueAt === Infinity) return [dueAt, undefined];
    this.now = Math.max(this.now, dueAt);
    return [Math.max(0, waited), this.next()?.type];
  }

  /** The heartbeat that is due now, answered. */
  heartbeat(reply: HeartbeatReply): LifecycleStep & { type: "heartbeat" } {
    const step = this.next();
    if (step?.type !== "heartbeat") throw new Error(`Not a heartbeat: ${step?.type}`);
    this.state.answered(reply, step.told, this.now);
    return step;
  }

  static running(): Run {
    const run = new Run();
    run.state.start(run.now);
    run.next();
    run.state.registered(5, run.now);
    run.heartbeat(CAUGHT_UP);
    run.state.readyToUnfence(run.now);
    run.heartbeat(UNFENCED);
    return run;
  }
}

Deno.test("a broker registers, follows the metadata, is unfenced once it is ready, and runs", () => {
  const run = new Run();
  const { state } = run;
  assertEquals([state.state, state.dueAt, run.next()], ["NOT_RUNNING", Infinity, undefined]);
  state.start(run.now);
  assertEquals([state.state, run.next()], ["STARTING", { type: "register" }]);
  assertEquals(run.next(), undefined);
  state.registered(77, run.now);
  assertEquals([state.brokerEpoch, state.isRegistered], [77, true]);
  const first = run.heartbeat({ ...CAUGHT_UP, isCaughtUp: false });
  assertEquals(first.told, {
    wantFence: true,
    wantShutDown: false,
    offlineLogDirs: [],
    isCaughtUp: false,
  });
  assertEquals(run.later(), [10, "heartbeat"]);
  state.answered(CAUGHT_UP, first.told, run.now);
  assertEquals(state.state, "RECOVERY");
  state.readyToUnfence(run.now);
  const ready = run.heartbeat(CAUGHT_UP);
  assertEquals([ready.told.wantFence, ready.told.isCaughtUp], [false, true]);
  assertEquals([state.state, run.later()], ["RECOVERY", [2000, "heartbeat"]]);
  state.answered(UNFENCED, ready.told, run.now);
  assertEquals([state.state, run.later()], ["RUNNING", [2000, "heartbeat"]]);
});

Deno.test("a registration that is refused is tried again, until there is no time left for the first", () => {
  const run = new Run();
  run.state.start(run.now);
  run.next();
  run.state.failed(run.now);
  assertEquals(run.later(), [2000, "register"]);
  run.now = 61_000;
  run.state.failed(run.now);
  assertEquals(run.next(), {
    type: "give-up",
    reason: "Shutting down because we were unable to register with the controller quorum.",
  });
});

Deno.test("a broker that has registered once is patient", () => {
  const run = Run.running();
  run.now += 100_000;
  for (let i = 0; i < 3; i++) {
    assertEquals(run.next()?.type, "heartbeat");
    run.state.failed(run.now);
    run.now += 2000;
  }
  assertEquals(run.state.state, "RUNNING");
});

Deno.test("what happens while a request is in flight is told right after it, unless that has failed", () => {
  const run = Run.running();
  run.later();
  run.state.changed(run.now);
  assertEquals(run.state.dueAt, Infinity);
  run.state.answered(
    UNFENCED,
    { wantFence: false, wantShutDown: false, offlineLogDirs: [], isCaughtUp: true },
    run.now,
  );
  assertEquals(run.later(), [0, "heartbeat"]);
  run.state.changed(run.now);
  run.state.failed(run.now);
  assertEquals(run.later(), [2000, "heartbeat"]);
});

Deno.test("a broker that stops asks at once, again with the first answer, and then less and less often", () => {
  const run = Run.running();
  const { state } = run;
  state.beginControlledShutdown(run.now);
  assertEquals(state.state, "PENDING_CONTROLLED_SHUTDOWN");
  state.beginControlledShutdown(run.now);
  assertEquals(run.heartbeat(UNFENCED).told.wantShutDown, true);
  const waits: number[] = [];
  for (let i = 0; i < 3; i++) {
    waits.push(state.dueAt - run.now);
    run.now = state.dueAt;
    run.heartbeat(UNFENCED);
  }
  assertEquals([...waits, state.dueAt - run.now], [0, 50, 2000, 2000]);
  run.now = state.dueAt;
  run.heartbeat({ ...CAUGHT_UP, shouldShutDown: true });
  assertEquals([state.state, state.dueAt, run.next()], ["SHUTTING_DOWN", Infinity, undefined]);
});

Deno.test("the answer to a heartbeat from before does not let a broker stop", () => {
  const run = Run.running();
  const [, type] = run.later();
  assertEquals(type, "heartbeat");
  run.state.beginControlledShutdown(run.now);
  const told = { wantFence: false, wantShutDown: false, offlineLogDirs: [], isCaughtUp: true };
  run.state.answered({ ...UNFENCED, shouldShutDown: true }, told, run.now);
  assertEquals(run.state.state, "PENDING_CONTROLLED_SHUTDOWN");
  assertEquals(run.later(), [0, "heartbeat"]);
});

Deno.test("a broker of which the controller knows nothing goes on asking, and stops at once when it is to", () => {
  const run = Run.running();
  run.later();
  run.state.forgotten(run.now);
  assertEquals([run.state.state, run.later()], ["RUNNING", [2000, "heartbeat"]]);
  run.state.beginControlledShutdown(run.now);
  run.state.forgotten(run.now);
  assertEquals([run.state.state, run.state.dueAt], ["SHUTTING_DOWN", Infinity]);
});

Deno.test("a broker that wants to stop waits for the controllers no longer than its session lasts", () => {
  const run = Run.running();
  run.now += 100_000;
  run.heartbeat(UNFENCED);
  run.state.beginControlledShutdown(run.now);
  const asked: number[] = [];
  const from = run.now;
  while (run.state.state === "PENDING_CONTROLLED_SHUTDOWN") {
    run.later();
    asked.push(run.now - from);
    run.state.failed(run.now);
  }
  assertEquals(asked, [0, 2000, 4000, 6000, 8000, 10_000]);
  assertEquals([run.state.state, run.state.dueAt], ["SHUTTING_DOWN", Infinity]);
});

Deno.test("a broker that does not run yet stops without asking", () => {
  const run = new Run();
  run.state.start(run.now);
  run.next();
  run.state.beginControlledShutdown(run.now);
  assertEquals([run.state.state, run.state.dueAt], ["SHUTTING_DOWN", Infinity]);
});

Deno.test("a registration that is not true any more is sent again, then heartbeats go on", () => {
  const run = Run.running();
  run.state.registrationOutdated(run.now);
  assertEquals([run.state.isRegistered, run.next()], [false, { type: "register" }]);
  // It is outdated again before it has arrived.
  run.state.registrationOutdated(run.now);
  run.state.registered(5, run.now);
  assertEquals([run.state.isRegistered, run.next()], [false, { type: "register" }]);
  run.state.registered(5, run.now);
  assertEquals([run.state.isRegistered, run.later()], [true, [0, "heartbeat"]]);
});

Deno.test("a registration outdated during a heartbeat follows it, whether that is answered or not", () => {
  for (const isAnswered of [true, false]) {
    const run = Run.running();
    run.later();
    run.state.registrationOutdated(run.now);
    const told = { wantFence: false, wantShutDown: false, offlineLogDirs: [], isCaughtUp: true };
    if (isAnswered) run.state.answered(UNFENCED, told, run.now);
    else run.state.failed(run.now);
    assertEquals(run.later(), [isAnswered ? 0 : 2000, "register"]);
  }
});

Deno.test("a log directory that has failed is told at once, and stays told", () => {
  const run = Run.running();
  run.state.directoryFailed("dir-a", run.now);
  assertEquals(run.heartbeat(UNFENCED).told.offlineLogDirs, ["dir-a"]);
  run.state.directoryFailed("dir-a", run.now);
  assertEquals(run.state.dueAt, run.now + 2000);
  run.now += 40_000;
  assertEquals(run.heartbeat(UNFENCED).told.offlineLogDirs, ["dir-a"]);
});

Deno.test("a broker that cannot tell the controller of a log directory in time gives up", () => {
  const run = Run.running();
  run.state.directoryFailed("dir-a", run.now);
  run.next();
  run.now += 29_999;
  run.state.failed(run.now);
  assertEquals(run.later(), [1, "give-up"]);
  assertEquals(run.next(), {
    type: "give-up",
    reason: "Shutting down because couldn't communicate offline log dir dir-a with controllers",
  });
});
