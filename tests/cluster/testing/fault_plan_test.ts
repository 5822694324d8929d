import { assertEquals, assertThrows } from "@std/assert";
import { FaultPlan } from "../../../cluster/testing/fault_plan.ts";
import { receivedRequest } from "../../../cluster/testing/received_request.ts";
import { requestContext } from "../../support/replicas.ts";

const PRODUCE = 0;
const FETCH = 1;

function received(apiKey = PRODUCE, topic = "orders", clientId = "shop") {
  return receivedRequest({}, { ...requestContext(9, clientId), apiKey }, () => [topic]);
}

const HANDLED = { delays: [], outcome: "handle" as const };

Deno.test("without orders, all requests are handled", () => {
  assertEquals(new FaultPlan().decide(received()), HANDLED);
});

Deno.test("an error is answered as often as ordered, once by default", () => {
  const faults = new FaultPlan();
  faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "Produce" });
  const twice = faults.answer("REQUEST_TIMED_OUT", { api: "Produce", times: 2 });
  const outcomes = Array.from({ length: 4 }, () => faults.decide(received()).outcome);
  assertEquals(outcomes, [
    { error: "NOT_LEADER_OR_FOLLOWER" },
    { error: "REQUEST_TIMED_OUT" },
    { error: "REQUEST_TIMED_OUT" },
    "handle",
  ]);
  assertEquals(twice.hits, 2);
});

Deno.test("faults meet the requests that they are meant for", () => {
  const faults = new FaultPlan();
  const fault = faults.drop({ api: "Produce", topic: "orders", clientId: "shop", times: Infinity });
  assertEquals(faults.decide(received(FETCH)), HANDLED);
  assertEquals(faults.decide(received(PRODUCE, "invoices")), HANDLED);
  assertEquals(faults.decide(received(PRODUCE, "orders", "billing")), HANDLED);
  assertEquals(fault.hits, 0);
  assertEquals(faults.decide(received()).outcome, "drop");
  assertEquals(faults.decide(received()).outcome, "drop");
  assertEquals(fault.hits, 2);
});

Deno.test("a connection is dropped before the request is handled, or after", () => {
  const faults = new FaultPlan();
  faults.drop();
  faults.drop({ when: "after" });
  assertEquals(faults.decide(received()).outcome, "drop");
  assertEquals(faults.decide(received()).outcome, "drop-after");
});

Deno.test("delays add up, and go with what ends the request", () => {
  const faults = new FaultPlan();
  const released = Promise.resolve();
  faults.answer("REQUEST_TIMED_OUT", { times: Infinity });
  faults.delay(100);
  faults.delay(released, { api: "Produce", times: 2 });
  assertEquals(faults.decide(received()), {
    delays: [100, released],
    outcome: { error: "REQUEST_TIMED_OUT" },
  });
  assertEquals(faults.decide(received()).delays, [released]);
  assertEquals(faults.decide(received()).delays, []);
});

Deno.test("orders can be taken back, one by one or all", () => {
  const faults = new FaultPlan();
  const first = faults.drop({ times: Infinity });
  faults.answer("REQUEST_TIMED_OUT", { times: Infinity });
  first.cancel();
  assertEquals(faults.decide(received()).outcome, { error: "REQUEST_TIMED_OUT" });
  faults.clear();
  assertEquals(faults.decide(received()), HANDLED);
});

Deno.test("orders that cannot be carried out are refused at once", () => {
  const faults = new FaultPlan();
  assertThrows(() => faults.answer("NONE"), RangeError, "Not an error: NONE");
  assertThrows(() => faults.answer("NO_SUCH_ERROR" as "NONE"), RangeError, "NO_SUCH_ERROR");
  assertThrows(() => faults.drop({ api: "Produze" }), RangeError, "Produze");
  assertThrows(() => faults.drop({ times: 0 }), RangeError, "Not a number of times: 0");
  assertThrows(() => faults.drop({ times: 1.5 }), RangeError, "1.5");
  assertThrows(() => faults.delay(-1), RangeError, "Not a time: -1");
  assertThrows(() => faults.delay(NaN), RangeError, "Not a time: NaN");
});
