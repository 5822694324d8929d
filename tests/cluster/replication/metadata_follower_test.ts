import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import type { TopicChanges } from "../../../cluster/replication/local_changes.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { ManualClock, manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";
import { assigned, openReplicas, type TestReplicas, topicIdOf } from "../../support/replicas.ts";

/** A clock on which every look takes time, and which holds those who give way to others. */
class SlowClock extends ManualClock {
  /** ms that a look takes. */
  step = 0;
  #spent = 0;
  #held: (() => void)[] = [];

  override monotonic(): number {
    return super.monotonic() + (this.#spent += this.step);
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0 || this.step === 0) return super.sleep(ms, signal);
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** How many have given way. */
  get held(): number {
    return this.#held.length;
  }

  /** Lets those go on who have given way, and whoever follows from that, until somebody gives way again. */
  async goOn(): Promise<void> {
    for (const resolve of this.#held.splice(0)) resolve();
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }
}

interface Slow extends TestReplicas {
  readonly clock: SlowClock;
}

/** Replicas without topics, where each partition takes a slice of its own. */
async function openSlow(): Promise<Slow> {
  const clock = new SlowClock();
  const env = { ...manualEnv({ fileSystem: new FaultyFileSystem() }), clock };
  const replicas = await openReplicas({ env, topics: {} });
  clock.step = 10;
  // deno-lint-ignore no-explicit-any
  return Object.assign(replicas, { clock }) as any;
}

function change(
  { replicaManager, metadata }: TestReplicas,
  changes: Partial<TopicChanges>,
): void | Promise<void> {
  return replicaManager.applyChanges(
    { isWhole: false, deleted: [], changed: new Map(), configs: new Map(), ...changes },
    metadata,
  );
}

function create(
  replicas: TestReplicas,
  names: readonly string[],
  configs: TopicChanges["configs"] = new Map(),
) {
  for (const name of names) replicas.metadata.set(name, [assigned()]);
  return change(replicas, { changed: new Map(names.map((name) => [name, [0]])), configs });
}

function remove(replicas: TestReplicas, names: readonly string[]) {
  const deleted = names.map((name) => ({ name, id: replicas.metadata.topicId(name)! }));
  for (const name of names) replicas.metadata.topics.delete(name);
  return change(replicas, { deleted });
}

/** The topics that have a log. */
function logs({ logManager }: TestReplicas): string[] {
  return logManager.allLogs.map(({ topicPartition }) => topicPartition.topic).sort();
}

/** Whether a promise has settled by now. */
async function isDone(promise: void | Promise<void>): Promise<boolean> {
  let done = false;
  void Promise.resolve(promise).then(() => done = true);
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return done;
}

async function finish(replicas: Slow): Promise<void> {
  while (replicas.clock.held > 0) await replicas.clock.goOn();
  replicas.clock.step = 0;
}

Deno.test("a change that takes no time is done when the call returns", async () => {
  await using replicas = await openReplicas({ topics: {} });
  assertEquals(create(replicas, ["a", "b"]), undefined);
  assertEquals(logs(replicas), ["a", "b"]);
  assertEquals(remove(replicas, ["a"]), undefined);
  assertEquals(logs(replicas), ["b"]);
});

Deno.test("many topics are made a few at a time, and others get their turn in between", async () => {
  await using replicas = await openSlow();
  const { clock } = replicas;
  const made = create(replicas, ["a", "b", "c"]);
  assertInstanceOf(made, Promise);
  assertEquals([logs(replicas), clock.held], [["a"], 1]);
  await clock.goOn();
  assertEquals([logs(replicas), clock.held, await isDone(made)], [["a", "b"], 1, false]);
  await clock.goOn();
  await clock.goOn();
  assertEquals([logs(replicas), await isDone(made)], [["a", "b", "c"], true]);
  await finish(replicas);
});

Deno.test("a request for a topic whose log waits to be made finds it made, with its configs", async () => {
  await using replicas = await openSlow();
  const own = { "max.message.bytes": "77" };
  const configs = new Map([["a", own], ["b", own], ["c", own]]);
  const made = create(replicas, ["a", "b", "c"], configs);
  const found = replicas.replicaManager.getPartition("c", 0);
  assert(typeof found !== "string");
  assertEquals([found.isLeader, found.log?.config.maxMessageSize], [true, 77]);
  assertEquals(logs(replicas), ["c"]);
  assertEquals(replicas.replicaManager.getPartition("c", 1), "UNKNOWN_TOPIC_OR_PARTITION");
  await finish(replicas);
  assertEquals([logs(replicas), await isDone(made)], [["a", "b", "c"], true]);
});

Deno.test("what is asked for later does not wait for what was asked for after it", async () => {
  await using replicas = await openSlow();
  const first = create(replicas, ["a", "b"]);
  const second = create(replicas, ["c", "d"]);
  await replicas.clock.goOn();
  await replicas.clock.goOn();
  assertEquals([await isDone(first), await isDone(second)], [true, false]);
  // A change that is about no topic waits for none.
  assertEquals(change(replicas, {}), undefined);
  await finish(replicas);
  assertEquals(await isDone(second), true);
});

Deno.test("a deleted topic is served no more at once, and its log goes in its turn, for good", async () => {
  await using replicas = await openSlow();
  const { clock, env, replicaManager } = replicas;
  const fileSystem = env.fileSystem as unknown as FaultyFileSystem;
  clock.step = 0;
  create(replicas, ["a", "b", "c"]);
  replicas.log("c").appendAsLeader(batchOf(["kept"]), 0);
  await replicas.log("c").flush();
  clock.step = 10;
  const flushes = () =>
    fileSystem.history.filter(({ kind, path }) => kind === "flushDirectory" && path === "/disk1");
  const before = flushes().length;
  const gone = remove(replicas, ["a", "b", "c"]);
  for (const name of ["a", "b", "c"]) {
    assertEquals(replicaManager.getPartition(name, 0), "UNKNOWN_TOPIC_OR_PARTITION");
  }
  assertEquals(logs(replicas), ["b", "c"]);
  assertEquals(await isDone(gone), false);
  await finish(replicas);
  assertEquals([logs(replicas), await isDone(gone)], [[], true]);
  // One flush for the names of all, and those of the checkpoints.
  const checkpoints = 2;
  assertEquals(flushes().length - before, 1 + checkpoints);
  const left = fileSystem.afterCrash({ seed: 1 }).list("/disk1").map(({ name }) => name);
  assertEquals(left.filter((name) => /^[abc]-0$/.test(name)), []);
});

Deno.test("a topic that is deleted and made again while its logs wait has the new one's, and is found at once", async () => {
  await using replicas = await openSlow();
  const { clock, metadata, replicaManager } = replicas;
  clock.step = 0;
  create(replicas, ["a", "z"], new Map([["z", { "max.message.bytes": "77" }]]));
  clock.step = 10;
  void remove(replicas, ["a", "z"]);
  metadata.set("z", [assigned()], topicIdOf("z", 1));
  const made = change(replicas, { changed: new Map([["z", [0]]]) });
  const found = replicaManager.getPartition("z", 0);
  assert(typeof found !== "string");
  assertEquals(found.log?.topicId, topicIdOf("z", 1));
  assert(found.log?.config.maxMessageSize !== 77, "the configs went with the old topic");
  await finish(replicas);
  assertEquals([logs(replicas), await isDone(made)], [["z"], true]);
  assertEquals(replicas.logManager.logsToBeDeleted.length, 2);
});

Deno.test("a topic that is deleted before its turn has come gets no log", async () => {
  await using replicas = await openSlow();
  const made = create(replicas, ["a", "b"]);
  const gone = remove(replicas, ["b"]);
  await finish(replicas);
  assertEquals(logs(replicas), ["a"]);
  assertEquals([await isDone(made), await isDone(gone)], [true, true]);
});

Deno.test("what comes while a topic has its turn is done in the same turn", async () => {
  await using replicas = await openSlow();
  const { clock, logManager, metadata } = replicas;
  const made = create(replicas, ["altered", "deleted", "renewed", "last"]);
  const own = (bytes: string) => ({ "max.message.bytes": bytes });
  const turnOf = async (topic: string) => {
    while (!logs(replicas).includes(topic) && clock.held > 0) await clock.goOn();
  };
  await turnOf("altered");
  const altered = change(replicas, { configs: new Map([["altered", own("77")]]) });
  await turnOf("deleted");
  const deleted = remove(replicas, ["deleted"]);
  await turnOf("renewed");
  assertEquals(logs(replicas), ["altered", "renewed"]);
  void remove(replicas, ["renewed"]);
  metadata.set("renewed", [assigned()], topicIdOf("renewed", 1));
  const renewed = change(replicas, {
    changed: new Map([["renewed", [0]]]),
    configs: new Map([["renewed", own("99")]]),
  });
  await finish(replicas);
  assertEquals(logs(replicas), ["altered", "last", "renewed"]);
  const all = [made, altered, deleted, renewed];
  assertEquals(await Promise.all(all.map(isDone)), [true, true, true, true]);
  const { config, topicId } = logManager.getLog({ topic: "renewed", partition: 0 })!;
  assertEquals([config.maxMessageSize, topicId], [99, topicIdOf("renewed", 1)]);
  assertEquals(logManager.getLog({ topic: "altered", partition: 0 })!.config.maxMessageSize, 77);
  assertEquals(logManager.logsToBeDeleted.length, 2);
});

Deno.test("the configs of a topic go with it, even when no log of it could be reached", async () => {
  await using replicas = await openReplicas({ topics: {}, logDirs: ["/disk1", "/disk2"] });
  const { logManager, metadata } = replicas;
  const own = new Map([["a", { "max.message.bytes": "77" }]]);
  create(replicas, ["a"], own);
  const { directory } = logManager.getLog({ topic: "a", partition: 0 })!;
  const disk = directory.slice(0, directory.lastIndexOf("/"));
  logManager.handleLogDirFailure(disk, new LogDirError(disk, "gone"));
  replicas.replicaManager.handleLogDirFailure(disk, [{ topic: "a", partition: 0 }]);
  remove(replicas, ["a"]);
  metadata.set("a", [assigned()], topicIdOf("a", 1));
  change(replicas, { changed: new Map([["a", [0]]]) });
  const log = logManager.getLog({ topic: "a", partition: 0 })!;
  assert(log.config.maxMessageSize !== 77, "the configs went with the old topic");
});

Deno.test("a topic that fails keeps no other waiting", async () => {
  await using replicas = await openSlow();
  const { env, logManager } = replicas;
  const { getOrCreateLog } = logManager;
  logManager.getOrCreateLog = (topicPartition, options) => {
    if (topicPartition.topic === "b") throw new TypeError("bug");
    return getOrCreateLog.call(logManager, topicPartition, options);
  };
  const made = create(replicas, ["a", "b", "c"]);
  await finish(replicas);
  assertEquals([logs(replicas), await isDone(made)], [["a", "c"], true]);
  assertEquals(env.logger.matching("Failed to take metadata over").length, 1);
});

Deno.test("a shutdown does what waits", async () => {
  const replicas = await openSlow();
  const made = create(replicas, ["a", "b", "c"]);
  const stopped = replicas.replicaManager.shutdown();
  await finish(replicas);
  await stopped;
  assertEquals([logs(replicas), await isDone(made)], [["a", "b", "c"], true]);
  await replicas.logManager.shutdown();
});
