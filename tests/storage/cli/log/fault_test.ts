import { assertEquals } from "@std/assert";
import {
  type Fault,
  faultJson,
  faultText,
  LimitedFaults,
} from "../../../../storage/cli/log/fault.ts";

const fault: Fault = {
  kind: "batch",
  file: "a.log",
  message: "torn",
  position: 7,
  offset: 3,
  bytes: 9,
};

Deno.test("a fault is a line with its place for people, an object for programs", () => {
  assertEquals(faultText(fault), "a.log: position 7, offset 3: torn (9 bytes) [batch]");
  assertEquals(faultText({ kind: "missing", file: "a", message: "none" }), "a: none [missing]");
  assertEquals(faultJson(fault), {
    fault: "batch",
    file: "a.log",
    position: 7,
    offset: 3,
    bytes: 9,
    message: "torn",
  });
});

Deno.test("of many faults of a kind the first are told, the others counted", () => {
  const told: Fault[] = [];
  const faults = new LimitedFaults((fault) => told.push(fault), 2);
  for (let i = 0; i < 5; i++) faults.report({ ...fault, offset: i });
  faults.finish("batch", "a.log");
  assertEquals(told.map((each) => each.offset ?? each.message), [
    0,
    1,
    "faults of this kind not shown: 3",
  ]);
});
