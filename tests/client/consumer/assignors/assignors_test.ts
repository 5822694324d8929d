import { assertEquals, assertThrows } from "@std/assert";
import {
  partitionAssignors,
  rebalanceProtocol,
} from "../../../../client/consumer/assignors/assignors.ts";
import type { PartitionAssignor } from "../../../../client/consumer/assignors/partition_assignor.ts";
import { InvalidConfigError } from "../../../../storage/errors.ts";

const names = (given: unknown) => partitionAssignors(given).map(({ name }) => name);
const mine: PartitionAssignor = { name: "mine", assign: () => new Map() };

Deno.test("assignors go by the names of Java's classes, by their own, or are given", () => {
  const named = [
    "org.apache.kafka.clients.consumer.RangeAssignor",
    "roundrobin",
    "org.apache.kafka.clients.consumer.StickyAssignor",
    "cooperative-sticky",
    mine,
  ];
  assertEquals(names(named), ["range", "roundrobin", "sticky", "cooperative-sticky", "mine"]);
  assertEquals(names(mine), ["mine"]);
  assertEquals(names([]), []);
});

Deno.test("what is none, and two of one name, are refused", () => {
  for (const given of ["com.example.Mine", { name: "mine" }, null, 7]) {
    assertThrows(() => names([given]), InvalidConfigError, "partition.assignment.strategy");
  }
  assertThrows(() => names(["range", "range"]), InvalidConfigError, "more than one assignor");
});

Deno.test("members follow the most advanced protocol that all of their assignors know", () => {
  const protocolOf = (given: unknown) => rebalanceProtocol(partitionAssignors(given));
  assertEquals(protocolOf(["range", "cooperative-sticky"]), "EAGER");
  assertEquals(protocolOf(["cooperative-sticky"]), "COOPERATIVE");
  assertEquals(protocolOf([]), "EAGER");
  const other: PartitionAssignor = { ...mine, supportedProtocols: ["COOPERATIVE"] };
  assertThrows(
    () => protocolOf([other, "range"]),
    InvalidConfigError,
    "[mine, range] do not have commonly supported rebalance protocol",
  );
});
