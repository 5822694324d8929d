import { assert, assertEquals } from "@std/assert";
import type { HookDecision } from "../../../cluster/server/request_dispatcher.ts";
import { FaultInjector } from "../../../cluster/testing/fault_injector.ts";
import { FaultPlan } from "../../../cluster/testing/fault_plan.ts";
import { RequestLog } from "../../../cluster/testing/request_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { requestContext } from "../../support/replicas.ts";

const PRODUCE = 0;
const FETCH = 1;
const ORDERS_ID = "bbbbbbbbbbbbbbbbbbbbbA";

function setup() {
  const { clock } = manualEnv();
  const faults = new FaultPlan();
  const requests = new RequestLog();
  const injector = new FaultInjector({
    faults,
    requests,
    clock,
    topicNames: (id) => id === ORDERS_ID ? "orders" : undefined,
  });
  const context = requestContext(9, "shop");
  const before = (request: unknown, apiKey = PRODUCE, session = context.session) =>
    injector.before(request, { ...context, apiKey, session, frame: new Uint8Array(10) });
  return { clock, faults, requests, injector, before };
}

const produce = (acks: number) => ({ acks, topicData: [{ name: "", topicId: ORDERS_ID }] });

Deno.test("requests pass at once while nothing is ordered, and are noted", () => {
  const { before, requests } = setup();
  assertEquals(before(produce(1)), { kind: "pass" });
  assertEquals(requests.all.map(({ api, topics }) => [api, topics]), [["Produce", ["orders"]]]);
});

Deno.test("errors and drops are decided on", () => {
  const { before, faults } = setup();
  faults.answer("NOT_LEADER_OR_FOLLOWER", { topic: "orders" });
  assertEquals(before(produce(1)), { kind: "answer", error: "NOT_LEADER_OR_FOLLOWER" });
  faults.drop();
  assertEquals(before(produce(1)), { kind: "drop" });
  faults.drop({ when: "after" });
  assertEquals(before(produce(1)), { kind: "drop-after" });
});

Deno.test("a producer that wants no answer learns of an error by the end of its connection", () => {
  const { before, faults } = setup();
  faults.answer("NOT_LEADER_OR_FOLLOWER");
  assertEquals(before(produce(0)), { kind: "drop" });
});

Deno.test("a request that is delayed goes on when the time has passed", async () => {
  const { before, faults, clock } = setup();
  faults.delay(100);
  let decision: HookDecision | undefined;
  void Promise.resolve(before(produce(1))).then((value) => decision = value);
  await clock.advance(99);
  assertEquals(decision, undefined);
  await clock.advance(1);
  assertEquals(decision, { kind: "pass" });
});

Deno.test("a request that waits for a promise goes on when a test resolves it", async () => {
  const { before, faults } = setup();
  const gate = Promise.withResolvers<void>();
  faults.delay(gate.promise);
  const decision = before(produce(1));
  assert(decision instanceof Promise);
  gate.resolve();
  assertEquals(await decision, { kind: "pass" });
});

Deno.test("what is held back is dropped when the broker stops", async () => {
  const { before, faults, injector, clock } = setup();
  faults.delay(60_000);
  const slow = before(produce(1));
  faults.delay(new Promise(() => {}));
  const held = [slow, before(produce(1))];
  injector.close();
  assertEquals(await Promise.all(held), [{ kind: "drop" }, { kind: "drop" }]);
  assertEquals(clock.sleeping, 0);
});

Deno.test("a fetch in a session is met by a fault on a topic that it does not name", () => {
  const { before, faults } = setup();
  const session = { clientSoftwareName: "", clientSoftwareVersion: "" };
  const fetch = (sessionEpoch: number, topics: string[]) => ({
    sessionEpoch,
    topics: topics.map((topic) => ({
      topic,
      topicId: "AAAAAAAAAAAAAAAAAAAAAA",
      partitions: [{ partition: 0 }],
    })),
    forgottenTopicsData: [],
  });
  before(fetch(0, ["orders"]), FETCH, session);
  faults.answer("OFFSET_OUT_OF_RANGE", { topic: "orders" });
  assertEquals(before(fetch(1, []), FETCH, session), {
    kind: "answer",
    error: "OFFSET_OUT_OF_RANGE",
  });
});

Deno.test("what is noted stays as it came, although the frame's memory is used again", () => {
  const { before, requests } = setup();
  const frame = new Uint8Array([1, 2, 3]);
  before({ acks: 1, topicData: [{ partitionData: [{ records: frame.subarray(1) }] }] });
  frame.fill(9);
  assertEquals(requests.all[0]!.request, {
    acks: 1,
    topicData: [{ partitionData: [{ records: new Uint8Array([2, 3]) }] }],
  });
});
