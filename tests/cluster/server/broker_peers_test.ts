import { assertEquals } from "@std/assert";
import { peerAddress } from "../../../cluster/server/broker_peers.ts";
import { brokerRecord, clusterOf } from "../../support/controller.ts";

Deno.test("a broker is found on the listener that brokers use, while it is not fenced", () => {
  const { image } = clusterOf(brokerRecord(1), brokerRecord(2, { fenced: true }));
  assertEquals(peerAddress(image, 1, "PLAINTEXT"), { host: "localhost", port: 9093 });
  assertEquals(peerAddress(image, 1, "INTERNAL"), undefined);
  assertEquals(peerAddress(image, 2, "PLAINTEXT"), undefined);
  assertEquals(peerAddress(image, 3, "PLAINTEXT"), undefined);
});
